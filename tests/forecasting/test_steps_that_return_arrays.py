"""Steps that return arrays lose the index, which later steps get back."""

import joblib
import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, shops, walk
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import BaggingRegressor, VotingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skseq import SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import LaggedTargetWarning


class Clip(TransformerMixin, BaseEstimator):
    """A transformer of the user's own, which returns an array or a frame."""

    def __init__(self, *, as_array):
        self.as_array = as_array

    def fit(self, X, y=None):
        self.limits_ = np.quantile(X, [0.02, 0.98], axis=0)
        return self

    def transform(self, X):
        clipped = np.clip(np.asarray(X), *self.limits_)
        return clipped if self.as_array else X * 0 + clipped


def doubled(*, as_array):
    return FunctionTransformer(lambda t: t.to_numpy() * 2 if as_array else t * 2)


def with_gaps():
    return walk(36).drop(walk(36).index[[20, 33, 34]])


SERIES = {
    "one": walk(36),
    "gaps": with_gaps(),
    "numbers": None,
    "many": shops((30, 24)),
}
SERIES["numbers"] = SERIES["one"].set_axis(np.arange(7, 43))
LATER = [
    [],
    [StandardScaler()],
    [TargetAwareMinMaxScaler()],
    [MinMaxScaler(), TargetAwareMinMaxScaler()],
]


@pytest.mark.sample(3)
@pytest.mark.parametrize("kind", SERIES)
@pytest.mark.parametrize("number", range(len(LATER)))
def test_a_step_may_return_an_array_instead_of_a_frame(number, kind):
    y, strategy = SERIES[kind].rename("sales"), STRATEGIES[number % 2]
    first, later = [Clip, doubled][number // 2], LATER[number]
    is_last = y.groupby(level=0).cumcount(ascending=False) if kind == "many" else None
    is_last = np.arange(len(y))[::-1] if is_last is None else is_last.to_numpy()
    results = []
    for as_array in (True, False):
        pipe = make_pipeline(
            first(as_array=as_array), *later, SequenceWindower(3), LeastSquares()
        )
        one = forecaster(pipe, horizon=2, strategy=strategy).fit(y[is_last > 1])
        results.append([one.forecast(coverage=0.5).to_numpy()])
        known = y[is_last > 8] if kind != "many" else y[is_last > 1]
        results[-1].append(one.predict(known[-6:]))
        results[-1].append(one.update(y[is_last <= 1]).forecast())
    for of_array, of_frame in zip(*results, strict=True):
        np.testing.assert_allclose(of_array, of_frame, rtol=1e-9)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(
    ("function", "got"),
    [
        (lambda t: None, "None"),
        (lambda t: t["sales"], "Series of shape"),
        (lambda t: t["sales"].to_numpy(), "ndarray of shape"),
    ],
)
def test_an_error_names_the_step_that_returns_no_table(function, got, strategy):
    y = walk(30)
    X = pd.DataFrame({"price": np.arange(30.0) % 7}, y.index)
    pipe = make_pipeline(
        FunctionTransformer(function), SequenceWindower(3), LeastSquares()
    )
    one = forecaster(pipe, strategy=strategy, future_columns=["price"])
    with pytest.raises(ValueError, match=rf"FunctionTransformer.* returns {got}"):
        one.fit(X, y)


def test_a_part_of_a_column_transformer_may_be_unable_to_return_frames():
    y = SERIES["one"].rename("sales")
    X = pd.DataFrame({"price": np.arange(36) % 5.0}, y.index)
    columns = make_column_transformer(
        (Clip(as_array=True), ["price"]), remainder="passthrough"
    )
    steps = [SequenceWindower(3), LeastSquares()]
    found, expected = (
        forecaster(make_pipeline(*first, *steps), horizon=2).fit(X, y).forecast()
        for first in ([columns, StandardScaler()], [StandardScaler()])
    )
    assert found.index.equals(expected.index)
    assert np.abs(found - expected).max() < 0.5


@pytest.mark.parametrize("kind", ["gaps", "many"])
@pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
def test_an_ensemble_in_threads_forecasts_the_same(kind):
    y = SERIES[kind].rename("sales")
    pipe = make_pipeline(StandardScaler(), SequenceWindower(3), LeastSquares())
    with joblib.parallel_config("threading"):
        one, two = (
            forecaster(VotingRegressor([("a", pipe), ("b", pipe)], n_jobs=n_jobs))
            for n_jobs in (1, 2)
        )
        pd.testing.assert_series_equal(one.fit(y).forecast(), two.fit(y).forecast())


@pytest.mark.parametrize("kind", ["one", "many"])
@pytest.mark.parametrize("scaler", [StandardScaler(), "passthrough"])
def test_rows_drawn_at_random_do_not_get_the_index_back(kind, scaler):
    y = walk(60) if kind == "one" else shops((60, 60))
    pipe = make_pipeline(scaler, SequenceWindower(3), LeastSquares())
    bagged = BaggingRegressor(pipe, n_estimators=1, random_state=0)
    with pytest.warns(LaggedTargetWarning, match="drawn at random"):
        forecaster(bagged).fit(y.rename("sales"))
