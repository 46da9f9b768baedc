"""No series of a table may change the windows or predictions of another."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq._preprocessing.history import FittedRows
from skseq._series.axis import TimeAxis

DAYS = pd.date_range("2024-01-01", periods=40)


class SeriesJoined(SequenceWindower):
    """Cuts windows from one series into the next."""

    def _windows_of_call(self, known, **options):
        axis = known.axis
        one = np.zeros(len(axis.series), dtype=int)
        joined = TimeAxis(one, np.argsort(np.argsort(axis.series, kind="stable")))
        return super()._windows_of_call(
            replace(known, axis=joined, has_no_past=known.has_no_past[:1]),
            **options,
        )


class HistoryOfAnotherSeries(SequenceWindower):
    """Puts the last rows of one series before those of another."""

    def fit(self, X, y=None):
        super().fit(X, y)
        rows = self._fitted_rows
        values = vars(rows) | {"last_rows": rows.last_rows[::-1]}
        self._fitted_rows = FittedRows(**values)
        return self

    def fit_transform(self, X, y=None):
        return self.fit(X, y).transform(X)


class HistoryOfLaterRows(SequenceWindower):
    """Puts the last rows of fit before all rows, even earlier ones."""

    def transform(self, X):
        moved = self._fitted_rows.last_labels - pd.Timedelta(days=40)
        values = vars(self._fitted_rows) | {"last_labels": moved}
        vars(self)["_fitted_rows"] = FittedRows(**values)
        return super().transform(X)


def make_panel(seed=0):
    rng = np.random.default_rng(seed)
    parts = {
        name: pd.DataFrame(rng.normal(size=(40, 2)).cumsum(axis=0), DAYS, ["y", "x"])
        for name in ("a", "b", "c")
    }
    return pd.concat(parts, names=["series", "time"])


def predictions(windower, panel, n_fitted):
    """Fit on the first rows of each series and predict the others."""
    regressor = LSTMRegressor(units=2, epochs=1, random_state=0, linear_weight=0)
    pipe = make_pipeline(TargetAwareMinMaxScaler(), windower, regressor)
    is_fitted = panel.groupby(level=0).cumcount() < n_fitted
    pipe.fit(panel[is_fitted], panel["y"][is_fitted])
    later = panel[~is_fitted]
    return pd.Series(pipe.predict(later), later.index)


def no_row_of_another_series_matters(windower):
    """Change one series after fit: predictions of the others stay."""
    panel, changed = make_panel(), make_panel()
    is_later = changed.groupby(level=0).cumcount() >= 30
    changed[is_later & (changed.index.get_level_values(0) == "b")] += 100.0
    before = predictions(windower, panel, n_fitted=30)
    now = predictions(windower, changed, n_fitted=30)
    for name in ("a", "c"):
        np.testing.assert_array_equal(now[name], before[name])


def windows_are_those_of_each_series_alone(windower):
    panel = make_panel()
    is_fitted = panel.groupby(level=0).cumcount() < 20
    later = panel[~is_fitted]
    windows = np.asarray(windower.fit(panel[is_fitted]).transform(later))
    for name in ("a", "b", "c"):
        alone = SequenceWindower(4).fit(panel[is_fitted].loc[name])
        rows = later.index.get_level_values(0) == name
        np.testing.assert_array_equal(windows[rows], alone.transform(later.loc[name]))


def no_later_row_matters(windower):
    panel = make_panel()
    early = panel[panel.groupby(level=0).cumcount() < 10]
    windows = np.asarray(windower.fit(panel).transform(early))
    np.testing.assert_array_equal(windows, SequenceWindower(4).fit_transform(early))


PROPERTIES = [
    no_row_of_another_series_matters,
    windows_are_those_of_each_series_alone,
    no_later_row_matters,
]
CAUGHT = {
    SeriesJoined: PROPERTIES[1],
    HistoryOfAnotherSeries: PROPERTIES[1],
    HistoryOfLaterRows: PROPERTIES[2],
}


@pytest.mark.parametrize("holds", PROPERTIES)
def test_property_holds(holds):
    holds(SequenceWindower(4))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("bug", CAUGHT)
def test_property_fails_where_a_bug_is_planted(bug):
    with pytest.raises(AssertionError):
        CAUGHT[bug](bug(4))
