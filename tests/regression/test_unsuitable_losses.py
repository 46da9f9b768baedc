"""Fit warns of a loss that is not smallest where predictions equal the targets."""

import warnings
from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from skseq import LSTMRegressor, RecurrentRegressor
from skseq._regression.checks.loss_check import (
    favours_one_side,
    warn_about_unsuitable_loss,
)
from skseq._regression.fitted import FittedModel
from skseq.exceptions import SkillWarning

pytest.importorskip("keras")

N_ROWS = 40
WINDOWS = np.random.default_rng(0).random((N_ROWS, 3, 2))
Y = 5 + WINDOWS[:, -1, 0] + WINDOWS[:, -2, 1]


def fit(loss):
    return LSTMRegressor(2, loss=loss, epochs=1, random_state=0).fit(WINDOWS, Y)


def ops():
    from keras import ops

    return ops


def quantile(y_true, y_pred):
    from keras import ops

    error = y_true - y_pred
    return ops.maximum(0.9 * error, -0.1 * error)


def insensitive(y_true, y_pred):
    from keras import ops

    return ops.maximum(ops.abs(y_true - y_pred) - 0.1, 0)


def penalized(y_true, y_pred):
    return (y_true - y_pred) ** 2 + 0.001 * y_pred**2


def size_of_prediction(y_true, y_pred):
    return y_pred**2


def direction(y_true, y_pred):
    from keras import ops

    return -ops.sign(y_true * y_pred)


def constant(y_true, y_pred):
    return 0 * (y_true - y_pred)


SUITABLE = [
    "mse",
    "mape",
    "msle",
    "poisson",
    "binary_crossentropy",
    quantile,
    insensitive,
    penalized,
]
UNSUITABLE = [
    "hinge",
    "squared_hinge",
    "cosine_similarity",
    "kl_divergence",
    size_of_prediction,
    direction,
    constant,
    "categorical_crossentropy",
]


def check(loss, targets, dtype="float32"):
    model = SimpleNamespace(
        engine="keras",
        options=SimpleNamespace(loss=loss),
        architecture=SimpleNamespace(dtype=dtype, output_quantiles=()),
    )
    model.row_losses = partial(FittedModel.row_losses, model)
    warn_about_unsuitable_loss(model, SimpleData(targets.astype(dtype)))


class SimpleData:
    def __init__(self, targets):
        self.targets = targets

    def __len__(self):
        return len(self.targets)


def scaled(n_outputs, is_centred):
    """Make targets as a min-max or a standard scaler gives them."""
    values = np.random.default_rng(0).random((300, n_outputs))
    return (values - 0.5) * 3 if is_centred else values


@pytest.mark.parametrize("loss", SUITABLE)
@pytest.mark.parametrize("n_outputs", [1, 2])
@pytest.mark.parametrize("is_centred", [False, True])
def test_losses_for_regression_raise_no_warning(loss, n_outputs, is_centred):
    if is_centred and loss == "binary_crossentropy":
        pytest.skip("it needs targets from 0 to 1")
    for dtype in ("float32", "float64"):
        check(loss, scaled(n_outputs, is_centred), dtype)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@pytest.mark.parametrize("loss", UNSUITABLE)
@pytest.mark.parametrize("is_centred", [False, True])
def test_other_losses_raise_a_warning(loss, is_centred):
    if loss == "kl_divergence" and is_centred:
        pytest.skip("negative targets count as zero in it")
    with pytest.warns(SkillWarning, match="loss=.* is not smallest where predictions"):
        check(loss, scaled(1, is_centred))


def test_fit_warns_and_names_what_cannot_be_computed():
    with pytest.warns(SkillWarning, match="'hinge' is not.*such as 'mse'"):
        fit("hinge")
    with pytest.raises(ValueError, match="loss='sparse_.*cannot be computed.*'mse'"):
        fit("sparse_categorical_crossentropy")


def test_nothing_is_compared_for_a_constant_target_or_a_loss_without_rows():
    check("hinge", np.full((50, 1), 3.0))
    check(lambda y_true, y_pred: 0 * y_pred[0, 0], scaled(1, False))


@pytest.mark.parametrize("cell", ["lstm", pytest.param("gru", marks=pytest.mark.slow)])
def test_a_loss_without_a_gradient_warns(cell):
    rng = np.random.default_rng(0)
    windows = rng.normal(size=(200, 6, 1))
    y = np.where(rng.random(200) < 0.5, 1.0, 3.0)
    dead = RecurrentRegressor(cell, 4, epochs=4, loss=without_gradient, random_state=0)
    with pytest.warns(SkillWarning, match="The loss stayed at .* in 4 epochs"):
        dead.fit(windows, y)
    with warnings.catch_warnings():
        warnings.filterwarnings("error", "The loss stayed")
        dead.set_params(loss="mse").fit(windows, y)


def without_gradient(y_true, y_pred):
    return y_true * 0 + 1.0 + 0 * y_pred


def test_a_quantile_loss_of_ones_own_is_normalized_as_the_one_of_the_package():
    walk = np.random.default_rng(0).normal(size=60).cumsum()
    windows = np.lib.stride_tricks.sliding_window_view(walk[:-1], 5)[:, :, np.newaxis]
    floors = [
        LSTMRegressor(2, epochs=1, random_state=0, **params)
        .fit(windows, walk[5:])
        ._fitted_model.architecture.normalization.floors
        for params in (
            {"loss": quantile},
            {"loss": "quantile", "quantile": 0.9},
            {"loss": "mse"},
        )
    ]
    assert floors[0] == floors[1]
    assert floors[2] < floors[0]


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        *[(quantile, True), (insensitive, False), (penalized, False), ("mae", False)],
        *[
            (lambda y, p: quantile(y, p) + 1, True),
            (lambda y, p: (y - p) ** 2 - 1, False),
        ],
        (lambda y, p: ops().maximum(0.4 * (y - p), -0.6 * (y - p)), True),
        (lambda y, p: (ops().log1p(p) - ops().log1p(y)) ** 2, False),
    ],
)
def test_a_loss_that_favours_one_side(loss, expected):
    assert favours_one_side(loss, "float32") is expected


def test_a_joint_loss_that_favours_one_side():
    def of_the_sum(y_true, y_pred):
        return quantile(y_true[:, 0] + y_true[:, 1], y_pred[:, 0] + y_pred[:, 1])

    assert favours_one_side(of_the_sum, "float32", n_outputs=2)
