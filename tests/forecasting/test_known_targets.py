"""Steps after the windower learn only from rows whose targets are all known."""

import tempfile

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    LeastSquares,
    forecaster,
    linear_pipe,
    months,
    network_pipe,
    shops,
    walk,
)
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin, clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import LSTMRegressor, NaiveRegressor, SequenceForecaster, SequenceWindower


def flat_windows(windows):
    return np.reshape(windows, (len(windows), -1))


FLATTEN = FunctionTransformer(flat_windows)
SERIES = {
    "one": walk(50),
    "many": shops((40, 30, 9)),
    "gap": walk(60).drop(months(60)[[25, 26]]),
    "gap at the start": walk(60).drop(months(60)[2]),
    "array": walk(50).to_numpy(),
}
REGRESSORS = {
    "ridge": Ridge(),
    "without weights": KNeighborsRegressor(3),
    "parts without weights": MultiOutputRegressor(KNeighborsRegressor(3)),
    "search": GridSearchCV(Ridge(), {"alpha": [0.1, 1]}, cv=TimeSeriesSplit(2)),
}


def hand_cut(y, time_steps, horizon):
    """Return windows, known targets, and the window of the forecast of each series."""
    if not isinstance(y, pd.Series):
        y = pd.Series(y, months(len(y)))
    names = y.index.unique(0) if y.index.nlevels == 2 else [None]
    windows, targets, latest = [], [], []
    for name in names:
        one = (y if name is None else y[name]).asfreq("MS").to_numpy()
        known = np.concatenate([np.full(time_steps, np.nan), one])
        for end in range(len(one) - horizon + 1):
            window, steps = known[end : end + time_steps], one[end : end + horizon]
            if not np.isnan(steps).any():
                windows.append(window)
                targets.append(steps)
        latest.append(known[-time_steps:])
    return np.array(windows), np.array(targets), np.array(latest)


@pytest.mark.sample(4)
@pytest.mark.parametrize("horizon", [2, 7])
@pytest.mark.parametrize("regressor", REGRESSORS.values(), ids=REGRESSORS)
@pytest.mark.parametrize("y", SERIES.values(), ids=SERIES)
@pytest.mark.filterwarnings("ignore:.* have fewer rows")
def test_a_forecast_is_that_of_a_fit_to_windows_cut_by_hand(y, regressor, horizon):
    pipe = make_pipeline(SequenceWindower(5), FLATTEN, SimpleImputer(), regressor)
    fitted = SequenceForecaster(pipe, horizon=horizon, log=False, deseasonalize=False)
    forecast = np.asarray(fitted.fit(y).forecast())
    windows, targets, latest = hand_cut(y, 5, horizon)
    alone = make_pipeline(SimpleImputer(), clone(regressor)).fit(windows, targets)
    np.testing.assert_allclose(forecast, alone.predict(latest).ravel(), rtol=1e-7)


@pytest.mark.parametrize("n_series", [1, 3])
def test_a_regression_without_noise_is_exact(n_series):
    rng = np.random.default_rng(0)
    index = months(72)
    if n_series > 1:
        index = pd.MultiIndex.from_product([range(n_series), index])
    X = pd.DataFrame(rng.normal(size=(len(index), 2)), index, columns=["price", "ads"])
    y = (100 + 50 * X["ads"] - 10 * X["price"]).rename("sales")
    is_known = index.get_level_values(-1) < months(72)[60]
    flat = make_pipeline(SequenceWindower(12), FLATTEN, SimpleImputer())
    pipe = make_pipeline(flat, LinearRegression())
    options = {"log": False, "deseasonalize": False, "future_columns": ["price", "ads"]}
    fitted = forecaster(pipe, horizon=12, **options)
    forecast = fitted.fit(X[is_known], y[is_known]).forecast(X_future=X)
    np.testing.assert_allclose(forecast, y[~is_known], rtol=1e-9)


class SpyStep(TransformerMixin, BaseEstimator):
    """Stores the target it was fitted to."""

    def fit(self, X, y):
        self.seen_ = np.asarray(y)
        return self

    def transform(self, X):
        return X


def test_all_steps_after_the_windower_get_the_known_targets_alone():
    y = walk(40)
    pipe = make_pipeline(SpyStep(), SequenceWindower(3), SpyStep(), LeastSquares())
    before, _, after, last = forecaster(pipe, horizon=4).fit(y).estimator_
    assert len(before.seen_) == 40  # windows are cut from all rows
    values = np.lib.stride_tricks.sliding_window_view(y.to_numpy(), 4)
    np.testing.assert_array_equal(after.seen_, values)
    np.testing.assert_array_equal(last.targets_, values)


@pytest.mark.parametrize("y", [walk(60), shops((40, 30, 50))], ids=["one", "many"])
@pytest.mark.parametrize(
    "params", [{}, {"early_stopping": True}, {"loss": "quantile", "quantile": 0.6}]
)
def test_networks_learn_the_same_as_from_all_rows(y, params):
    plain = network_pipe(**params)
    # After any other step, the first rows are left out before the network gets them.
    pipe = make_pipeline(plain[0], plain[1], FunctionTransformer(), plain[-1])
    one, other = (forecaster(p, horizon=4).fit(y).forecast() for p in (plain, pipe))
    pd.testing.assert_series_equal(one, other, check_exact=True)


@pytest.mark.parametrize("time_steps", [3, 8])
@pytest.mark.filterwarnings("ignore:Windows of 3 time steps are shorter")
def test_windows_of_future_columns_alone_learn_no_other_targets(time_steps):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"price": rng.normal(size=60)}, months(60))
    y = (10 - 3 * X["price"] + rng.normal(size=60)).rename("sales")
    price = FunctionTransformer(lambda X: X[["price"]])
    network = LSTMRegressor(units=2, epochs=5, random_state=0)
    forecasts = []
    for between in ([], [FunctionTransformer()]):
        pipe = make_pipeline(price, SequenceWindower(time_steps), *between, network)
        fitted = forecaster(pipe, horizon=8, future_columns=["price"])
        forecasts.append(fitted.fit(X[:52], y[:52]).forecast(X_future=X))
    pd.testing.assert_series_equal(*forecasts, check_exact=True)


def test_steps_in_any_arrangement_learn_the_same():
    y = walk(50)
    steps = [SequenceWindower(5), FLATTEN, SimpleImputer(), Ridge()]
    with tempfile.TemporaryDirectory() as folder:
        pipes = [
            make_pipeline(*steps),
            make_pipeline(*steps, memory=folder),
            make_pipeline(FunctionTransformer(), make_pipeline(*steps)),
            make_pipeline(make_pipeline(*steps[:2]), make_pipeline(*steps[2:])),
        ]
        fits = [forecaster(pipe, horizon=4).fit(y) for pipe in pipes]
        for fitted, pipe in zip(fits, pipes, strict=True):
            assert [*fitted.estimator_.named_steps] == [*pipe.named_steps]
            pd.testing.assert_series_equal(fitted.forecast(), fits[0].forecast())


def test_the_mean_of_a_naive_rule_is_that_of_known_values():
    y = walk(40)
    X = pd.DataFrame({"price": np.random.default_rng(1).normal(size=40)}, y.index)
    price = FunctionTransformer(lambda X: X[["price"]])
    naive = NaiveRegressor(without_past="mean")
    pipe = make_pipeline(price, SequenceWindower(3), naive)
    forecast = forecaster(pipe, horizon=8).fit(X, y).forecast()
    values = np.lib.stride_tricks.sliding_window_view(y.to_numpy(), 8)
    np.testing.assert_allclose(forecast, values.mean(axis=0))


@pytest.mark.parametrize(
    "around",
    [
        TransformedTargetRegressor,
        lambda p: make_pipeline(FunctionTransformer(), TransformedTargetRegressor(p)),
        lambda p: GridSearchCV(p, {}, cv=TimeSeriesSplit(2)),
    ],
)
@pytest.mark.filterwarnings("ignore:.* have fewer rows")
def test_first_rows_that_cannot_be_left_out_cause_a_warning(around):
    network = make_pipeline(SequenceWindower(3), LSTMRegressor(units=1, epochs=1))
    forecaster(around(network), horizon=3).fit(walk(60))  # it leaves them out itself
    forecaster(around(linear_pipe()), horizon=1).fit(walk(40))  # there are none
    with pytest.warns(UserWarning, match="The first 2 rows of each series are trained"):
        forecaster(around(linear_pipe()), horizon=3).fit(walk(40))


class WithWindower(RegressorMixin, BaseEstimator):
    """A regressor that cuts its windows with one of its parameters."""

    def __init__(self, windower=None, regressor=None):
        self.windower = windower
        self.regressor = regressor

    def fit(self, X, y):
        self.pipe_ = make_pipeline(
            self.windower, FLATTEN, SimpleImputer(), self.regressor
        )
        self.pipe_.fit(X, y)
        return self

    def predict(self, X):
        return self.pipe_.predict(X)


@pytest.mark.parametrize(
    "around", [lambda own: own, lambda own: make_pipeline(FunctionTransformer(), own)]
)
@pytest.mark.parametrize(
    ("horizon", "message"),
    [
        (2, "The first row of each series is trained .* some of its targets"),
        (4, "The first 3 rows of each series are trained .* some of their targets"),
    ],
)
@pytest.mark.parametrize("y", [walk(40), shops((40, 30))], ids=["one", "many"])
def test_a_windower_outside_a_pipeline_causes_a_warning(y, horizon, message, around):
    estimator = around(WithWindower(SequenceWindower(3), Ridge()))
    with pytest.warns(UserWarning, match=message):
        forecaster(estimator, horizon=horizon).fit(y)


@pytest.mark.filterwarnings("ignore:Because of gaps")
def test_no_row_with_known_targets_is_an_error():
    pipe = make_pipeline(SequenceWindower(2), FLATTEN, SimpleImputer(), Ridge())
    y = walk(40).drop(months(40)[::4])
    with pytest.raises(ValueError, match="runs of as many consecutive rows"):
        forecaster(pipe, horizon=4).fit(y)
    assert len(forecaster(pipe, horizon=2).fit(y).forecast()) == 2
