"""skforecast: gradient boosting on the lags of all series, one step at a time."""

import numpy as np
import pandas as pd
from skforecast.recursive import ForecasterRecursiveMultiSeries
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from benchmarks.many.contenders.skseq_ import default_pipeline


class Recursive:
    """ForecasterRecursiveMultiSeries with gradient boosting of scikit-learn.

    As in its guide, each series is standardized. The number of lags has no default: it
    is the length of skseq's windows. The network of skforecast, ``ForecasterRnn``, is
    left out, because it needs series with the same times.

    Parameters
    ----------
    group : Group
    """

    def __init__(self, group, _seed):
        self.group, arrays = group, group.arrays
        # It forecasts only series that end at the same time.
        end = max(map(len, arrays))
        self.series = {
            name: pd.Series(values, pd.RangeIndex(end - len(values), end))
            for name, values in zip(group.series, arrays, strict=True)
        }
        self.forecaster = ForecasterRecursiveMultiSeries(
            HistGradientBoostingRegressor(random_state=0),
            lags=default_pipeline(group)["window"].time_steps,
            transformer_series=StandardScaler(),
        )

    def fit(self):
        """Fit one model to all series."""
        with threadpool_limits(1):  # as in skseq_.py
            self.forecaster.fit(self.series, suppress_warnings=True)

    def forecast(self):
        """Forecast all series, one step after the other."""
        with threadpool_limits(1):
            table = self.forecaster.predict(self.group.horizon, suppress_warnings=True)
        by_series = dict(list(table.groupby("level")["pred"]))
        values = [by_series[name].to_numpy() for name in self.group.series]
        return self.group.as_forecast(np.stack(values))
