"""A loss of one's own gets all outputs together, wherever it is computed."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from model_with_loss import ModelWithLoss, least_squares
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._regression.linear.forecast import QUANTILES
from skseq._regression.linear.weight import (
    CANDIDATES,
    PRIOR_WINDOWS,
    choose_linear_weight,
)
from skseq.exceptions import SkillWarning

WALK = np.random.default_rng(0).exponential(2, size=150).cumsum() / 100


def pinball(error, quantile):
    return np.maximum(quantile * error, (quantile - 1) * error)


def of_the_sum(targets, predictions):
    return pinball((targets - predictions).sum(axis=1), 0.8)


def by_output(targets, predictions):
    quantiles = np.linspace(0.9, 0.2, targets.shape[1])
    return pinball(targets - predictions, quantiles) @ np.arange(1, len(quantiles) + 1)


def with_changes(targets, predictions):
    error = targets - predictions
    return np.abs(error).mean(axis=1) + np.abs(np.diff(error)).mean(axis=1)


def largest(targets, predictions):
    return np.abs(targets - predictions).max(axis=1)


JOINT = [of_the_sum, by_output, with_changes, largest]


@pytest.mark.parametrize("loss", JOINT)
@pytest.mark.parametrize("n_outputs", [2, 3])
def test_no_other_bias_of_an_output_is_better(loss, n_outputs):
    forecast, data = least_squares(WALK, n_outputs)
    shifted = forecast.shifted(data, ModelWithLoss(loss, n_outputs))
    residuals = (data.targets - forecast.predict(data.windows)) / (
        forecast.predict(data.windows)
        - replace(forecast, bias=forecast.bias - 1).predict(data.windows)
    )

    def mean_loss(bias):
        predictions = replace(forecast, bias=bias).predict(data.windows)
        return loss(data.targets, predictions).mean()

    bias = forecast.bias.copy()
    for output in range(n_outputs):
        moves = np.quantile(residuals[:, output], QUANTILES)
        tried = bias + np.outer(moves, np.arange(n_outputs) == output)
        losses = [mean_loss(each) for each in tried]
        assert mean_loss(np.r_[shifted.bias[: output + 1], bias[output + 1 :]]) == (
            pytest.approx(min(losses), rel=1e-9)
        )
        bias[output] = shifted.bias[output]
    assert mean_loss(shifted.bias) <= 1.001 * mean_loss(forecast.bias)


@pytest.mark.parametrize("loss", JOINT)
def test_the_weight_is_the_best_for_all_outputs_together(loss):
    rng = np.random.default_rng(0)
    targets = rng.normal(size=(200, 3))
    linear, network = (targets + rng.normal(size=targets.shape) for _ in range(2))
    model = ModelWithLoss(loss, 3)
    model.linear_weights[1] = 0  # an output that the network alone predicts
    data = replace(least_squares(WALK, 3)[1], targets=targets, weights=np.ones(200))
    chosen = choose_linear_weight(model, data, linear, network)
    weights = CANDIDATES[:, np.newaxis] * [1, 0, 1]
    totals = [loss(targets, (1 - w) * network + w * linear).sum() for w in weights]
    best = CANDIDATES[np.argmin(totals)]
    expected = (200 * best + PRIOR_WINDOWS * 0.75) / (200 + PRIOR_WINDOWS)
    assert chosen == pytest.approx(expected)


def absolute_by_column(y_true, y_pred):
    from keras import ops

    errors = ops.abs(y_true - y_pred)
    return (errors[:, 0] + errors[:, 1]) / 2


def first_counts_more(y_true, y_pred):
    from keras import ops

    errors = ops.square(y_true - y_pred)
    return errors[:, 0] + 0.1 * errors[:, 1]


def squares_and_changes(y_true, y_pred):
    from keras import ops

    error = y_true - y_pred
    changes = error[:, 1:] - error[:, :-1]
    return ops.mean(error**2, axis=-1) + ops.mean(changes**2, axis=-1)


def pipe(loss, **params):
    params = {"units": 2, "epochs": 2, "random_state": 0} | params
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(4),
        LSTMRegressor(loss=loss, **params),
    )


def two_targets(n_rows=80):
    rng = np.random.default_rng(0)
    return pd.DataFrame(rng.normal(size=(n_rows, 2)).cumsum(axis=0), columns=["a", "b"])


@pytest.mark.parametrize(
    "params",
    [
        {},
        pytest.param(
            {"normalization": None, "persistence": None}, marks=pytest.mark.slow
        ),
    ],
)
def test_a_loss_may_read_columns(params):
    pytest.importorskip("keras")
    Y = two_targets()
    fitted = pipe(first_counts_more, **params).fit(Y, Y)
    assert np.isfinite(fitted.predict(Y)[10:]).all()


def test_columns_of_absolute_errors_are_those_of_the_loss_of_the_package():
    pytest.importorskip("keras")
    Y = two_targets()
    by_column, package = (
        pipe(loss, linear_weight=1, dtype="float64").fit(Y, Y).predict(Y)
        for loss in (absolute_by_column, "mae")
    )
    np.testing.assert_allclose(by_column, package, rtol=1e-9)


def test_a_direct_forecast_with_a_loss_of_changes_is_not_biased():
    pytest.importorskip("keras")
    y = two_targets(150)["a"]
    near, squares = (
        SequenceForecaster(pipe(loss, linear_weight=1), horizon=3).fit(y).forecast()
        for loss in (squares_and_changes, "mse")
    )
    np.testing.assert_allclose(near, squares, atol=0.3 * y.diff().std())


def test_skill_is_measured_by_all_outputs():
    pytest.importorskip("keras")
    Y = two_targets(200)
    bad = {"linear_weight": 0, "learning_rate": 3.0}
    with pytest.warns(
        SkillWarning, match=r"more accurate for output \d \(loss.*held-o"
    ):
        pipe(first_counts_more, **bad).fit(Y, Y)
    bad |= {"normalization": None, "persistence": None}
    forecaster = SequenceForecaster(pipe(first_counts_more, **bad), horizon=2)
    with pytest.warns(SkillWarning, match=r"more accurate .*\(loss.*latest windows"):
        forecaster.fit(Y["a"])
