"""Checks of parameters, beyond the constraints that scikit-learn knows."""

import numpy as np
import pytest
from sklearn.base import clone

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

X = np.random.default_rng(0).random((30, 2))
WINDOWS = SequenceWindower(2).fit_transform(X)


class Scaler(TargetAwareMinMaxScaler):
    """A subclass with a parameter that has no constraint."""

    def __init__(self, feature_range=(0, 1), *, label=None):
        super().__init__(feature_range)
        self.label = label


class Windower(SequenceWindower):
    """A subclass with a parameter that has no constraint."""

    def __init__(self, time_steps=3, *, label=None):
        super().__init__(time_steps)
        self.label = label


class Naive(NaiveRegressor):
    """A subclass with a parameter that has no constraint."""

    def __init__(self, *, label=None):
        super().__init__()
        self.label = label


class Regressor(LSTMRegressor):
    """A subclass with a parameter that has no constraint."""

    def __init__(self, units=2, epochs=1, *, label=None, random_state=0):
        super().__init__(units, epochs=epochs, random_state=random_state)
        self.label = label


SUBCLASSES = {Scaler: X, Windower: X, Naive: WINDOWS, Regressor: WINDOWS}


@pytest.mark.parametrize("label", [None, "a", True, [False, 1], object])
@pytest.mark.parametrize("cls", SUBCLASSES, ids=lambda cls: cls.__name__)
def test_a_subclass_may_have_parameters_without_constraints(cls, label):
    estimator = cls(label=label)
    if cls in (Scaler, Windower):
        estimator.fit(X, X[:, 0] if cls is Scaler else None)
    else:
        estimator.fit(WINDOWS, X[:, 0])
    assert clone(estimator).get_params()["label"] == label


@pytest.mark.parametrize(
    ("estimator", "name", "value"),
    [
        (Windower(True), "time_steps", "True"),
        (Regressor([np.True_]), "units", r"\[np.True_\]"),
        (Regressor((3, False)), "units", r"\(3, False\)"),
        (Regressor(epochs=True), "epochs", "True"),
    ],
)
def test_a_bool_is_no_number(estimator, name, value):
    match = f"The '{name}' parameter of .* must not be a bool; got {value}"
    data = WINDOWS if isinstance(estimator, Regressor) else X
    with pytest.raises(ValueError, match=match):
        estimator.fit(data, X[:, 0])
