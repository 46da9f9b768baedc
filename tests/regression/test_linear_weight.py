"""The weight of the linear forecast with linear_weight="auto"."""

import numpy as np
import pytest
from model_with_loss import ModelWithLoss
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq._engine.contract import TrainingData
from skseq._regression.linear.weight import PRIOR_WINDOWS, choose_linear_weight
from skseq._series.windows import Windows


def absolute(targets, predictions):
    return np.abs(targets - predictions).mean(axis=1)


def held_out(targets, weights=None):
    n = len(targets)
    windows = Windows.of(np.zeros((n, 1, 1)))
    weights = np.ones(n) if weights is None else weights
    return TrainingData(windows, targets, weights)


def random_predictions(n_windows, n_outputs=1, noise=(1.0, 0.5)):
    rng = np.random.default_rng(0)
    targets = rng.normal(size=(n_windows, n_outputs))
    linear, network = (targets + s * rng.normal(size=targets.shape) for s in noise)
    return targets, linear, network


@pytest.mark.parametrize("loss", ["mse", "huber", absolute])
@pytest.mark.parametrize("noise", [(1.0, 0.5), (0.1, 1.0), (1.0, 1.0)])
def test_on_many_windows_no_other_weight_has_smaller_errors(loss, noise):
    targets, linear, network = random_predictions(20000, noise=noise)
    model = ModelWithLoss(loss)
    weight = choose_linear_weight(model, held_out(targets), linear, network)
    power = 1 if loss is absolute else 2

    def error(w):
        return (np.abs((1 - w) * network + w * linear - targets) ** power).mean()

    others = [error(w) for w in np.linspace(0, 1, 101)]
    assert error(weight) < min(others) * 1.005


def test_few_windows_hardly_move_the_usual_weight():
    targets, linear, network = random_predictions(3, noise=(1.0, 0.0))
    weight = choose_linear_weight(
        ModelWithLoss("mse"), held_out(targets), linear, network
    )
    assert weight == pytest.approx(0.75 * PRIOR_WINDOWS / (PRIOR_WINDOWS + 3))


def test_windows_of_weight_zero_do_not_count():
    targets, linear, network = random_predictions(200)
    weights = np.r_[np.ones(100), np.zeros(100)]
    model = ModelWithLoss("mse")
    chosen = choose_linear_weight(model, held_out(targets, weights), linear, network)
    first = held_out(targets[:100])
    expected = choose_linear_weight(model, first, linear[:100], network[:100])
    assert chosen == pytest.approx(expected)


def test_predictions_that_are_alike_leave_the_usual_weight():
    targets, linear, _ = random_predictions(50)
    assert choose_linear_weight(
        ModelWithLoss("mse"), held_out(targets), linear, linear
    ) == pytest.approx(0.75)


def make_pipe(**parameters):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(6),
        LSTMRegressor(units=8, random_state=0, **parameters),
    )


def test_a_network_has_more_weight_where_a_line_does_not_suffice():
    # The logistic map: the next value is a parabola of the last one.
    values = [0.3]
    for _ in range(1500):
        values.append(3.9 * values[-1] * (1 - values[-1]))
    y = np.array(values)
    nonlinear = make_pipe(epochs=60).fit(y.reshape(-1, 1), y)[-1]
    assert nonlinear.linear_weight_[0] < 0.2
    rng = np.random.default_rng(0)
    noise = rng.normal(size=1500)
    y = np.zeros(1500)
    for row in range(1, len(y)):
        y[row] = 0.9 * y[row - 1] + noise[row]
    linear = make_pipe(epochs=5).fit(y.reshape(-1, 1), y)[-1]
    assert linear.linear_weight_[0] > 0.5


def test_a_weight_that_is_given_stays():
    y = np.random.default_rng(0).normal(size=200).cumsum()
    for weight in (0, 0.3, 1):
        pipe = make_pipe(epochs=2, linear_weight=weight).fit(y.reshape(-1, 1), y)
        assert pipe[-1].linear_weight_ == [weight]
    without_held_out = make_pipe(epochs=2, early_stopping=False)
    assert without_held_out.fit(y.reshape(-1, 1), y)[-1].linear_weight_ == [0.75]
