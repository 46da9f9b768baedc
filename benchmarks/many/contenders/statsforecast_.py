"""statsforecast: a statistical model for each series, in one process."""

from statsforecast import StatsForecast, models

from benchmarks.many.contenders.long_table import make_long_table, make_series
from benchmarks.many.scores import COVERAGE, LOWER, PREDICTION, UPPER


class Statistical:
    """One of the models of statsforecast, with its season and nothing else set.

    Parameters
    ----------
    group : Group
    model : str
        The class of the model.
    intervals : bool, default=False
        Whether to forecast intervals too.
    """

    def __init__(self, group, _seed, *, model, intervals=False):
        self.group, self.model = group, model
        self.levels = [round(100 * COVERAGE)] if intervals else None
        self.table = make_long_table(group)

    def fit(self):
        """Fit a model to each series."""
        frequency = self.group.frequency
        model = getattr(models, self.model)(season_length=frequency.season)
        self.fitted = StatsForecast([model], freq=frequency.alias or 1)
        self.fitted.fit(self.table)

    def forecast(self):
        """Forecast each series."""
        table = self.fitted.predict(h=self.group.horizon, level=self.levels)
        if self.levels is None:
            return make_series(table, self.model)
        (level,) = self.levels
        columns = {
            PREDICTION: self.model,
            LOWER: f"{self.model}-lo-{level}",
            UPPER: f"{self.model}-hi-{level}",
        }
        table = table.set_index(["unique_id", "ds"])
        return table[list(columns.values())].set_axis(list(columns), axis=1)
