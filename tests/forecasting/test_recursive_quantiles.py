"""Recursive forecasts read predictions as values, so they are no other quantiles."""

import numpy as np
import pytest
from series_to_forecast import walk
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    BaggingRegressor,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    StackingRegressor,
)
from sklearn.linear_model import QuantileRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import LSTMRegressor, SequenceForecaster, SequenceWindower


def flatten(windows):
    return np.nan_to_num(np.asarray(windows)).reshape(len(windows), -1)


def recursive(regressor, **params):
    steps = [SequenceWindower(3), FunctionTransformer(flatten), regressor]
    if isinstance(regressor, LSTMRegressor):
        del steps[1]
    return SequenceForecaster(make_pipeline(*steps), strategy="recursive", **params)


@pytest.mark.parametrize(
    "regressor",
    [
        LSTMRegressor(loss="quantile", quantile=0.9),
        LSTMRegressor(loss="quantile", quantile=[0.9]),
        QuantileRegressor(quantile=0.1),
        BaggingRegressor(QuantileRegressor(quantile=0.1)),
        TransformedTargetRegressor(QuantileRegressor(quantile=0.1)),
        GradientBoostingRegressor(loss="quantile", alpha=0.8),
        HistGradientBoostingRegressor(loss="quantile", quantile=0.2),
    ],
)
@pytest.mark.parametrize("horizon", [1, 7])
def test_other_quantiles_are_an_error(regressor, horizon):
    with pytest.raises(ValueError, match=r"the quantile 0\.[1289], so errors grow"):
        recursive(regressor, horizon=horizon).fit(walk(40))


@pytest.mark.parametrize(
    "regressor",
    [
        LSTMRegressor(2, loss="quantile", quantile=0.5, epochs=1),
        LSTMRegressor(2, loss="mae", epochs=1),
        QuantileRegressor(),
        GradientBoostingRegressor(loss="huber", alpha=0.8, n_estimators=2),
        Ridge(alpha=0.1),
        StackingRegressor(
            [(str(q), QuantileRegressor(quantile=q)) for q in (0.1, 0.9)], Ridge()
        ),
    ],
)
def test_means_and_medians_are_forecast(regressor):
    assert recursive(regressor).fit(walk(40)).forecast(3).notna().all()
