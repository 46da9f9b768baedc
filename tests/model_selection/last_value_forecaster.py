"""A forecaster by hand, and tables to backtest, for the tests of this folder."""

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin


class LastValueForecaster(RegressorMixin, BaseEstimator):
    """Continue each series with its last value, plus the planned columns.

    It has the methods that backtest needs: fit, update and forecast.
    """

    def __init__(
        self,
        *,
        horizon=2,
        strategy="recursive",
        future_columns=None,
        noise=0.0,
        random_state=0,
    ):
        self.horizon = horizon
        self.strategy = strategy
        self.future_columns = future_columns
        self.noise = noise
        self.random_state = random_state

    def fit(self, X, y=None):
        X, y = (None, X) if y is None else (X, y)
        self.known_, self.fitted_rows_ = y, len(y)
        self.shift_ = self.noise * np.random.default_rng(self.random_state).normal()
        return self

    def update(self, X, y=None):
        self.known_ = pd.concat([self.known_, X if y is None else y])
        return self

    def forecast(self, steps=None, X_future=None, coverage=None):
        if self.strategy == "direct" and steps > self.horizon:
            raise ValueError("use strategy='recursive'")
        known = self.known_
        if known.index.nlevels == 2:
            parts = {
                name: self._continue(part.droplevel(0), steps, X_future)
                for name, part in known.groupby(level=0)
            }
            forecast = pd.concat(parts)
        else:
            forecast = self._continue(known, steps, X_future)
        return forecast if coverage is None else self._bounds(forecast, coverage)

    def predict(self, X):
        rows = self.forecast(len(X)).to_numpy()
        return rows[: len(X)]

    def _continue(self, known, steps, X_future):
        index = following(known.index, steps)
        values = np.repeat(known.to_numpy()[-1:] + self.shift_, steps, axis=0)
        if X_future is not None:
            assert list(X_future.columns) == list(self.future_columns)
            planned = X_future.loc[index].to_numpy().sum(axis=1)
            values = values + planned.reshape(-1, *[1] * (values.ndim - 1))
        if known.ndim == 1:
            return pd.Series(values, index, name=known.name)
        return pd.DataFrame(values, index, columns=known.columns)

    def _bounds(self, forecast, coverage):
        columns = {"prediction": forecast}
        for rate in np.atleast_1d(coverage):
            columns |= {f"lower_{rate}": forecast - rate, f"upper_{rate}": forecast + 1}
        if forecast.ndim == 1:
            return pd.DataFrame(columns)
        return pd.concat(columns, axis=1).swaplevel(axis=1)[list(forecast.columns)]


def following(index, steps):
    """Continue a monthly, daily or numbered index."""
    if isinstance(index, pd.RangeIndex) or index.dtype.kind == "i":
        return pd.RangeIndex(index[-1] + 1, index[-1] + 1 + steps)
    if isinstance(index, pd.PeriodIndex):
        return index[-1] + np.arange(1, steps + 1)
    return pd.date_range(index[-1], periods=steps + 1, freq="MS")[1:]


def make_months(n_rows, start="2018-01-01", seed=0):
    """Make a monthly series of values without a pattern."""
    months = pd.date_range(start, periods=n_rows, freq="MS")
    return pd.Series(np.random.default_rng(seed).normal(size=n_rows), months, name="y")


def make_panel(spans=None):
    """Make a panel of series, each from one month up to another."""
    spans = spans or {"north": (0, 30), "south": (6, 30), "west": (10, 22)}
    series = {
        name: make_months(stop, seed=seed)[start:]
        for seed, (name, (start, stop)) in enumerate(spans.items())
    }
    return pd.concat(series, names=["shop", "month"])
