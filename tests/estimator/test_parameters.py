"""Checks of parameters, beyond the constraints that scikit-learn knows."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import StandardScaler

from skseq import (
    KerasSequenceRegressor,
    LSTMRegressor,
    NaiveRegressor,
    SequenceForecaster,
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


NESTED = {
    "estimator__window__time_steps": SequenceForecaster(horizon=2),
    "target_scaler__feature_range": LSTMRegressor(),
    "target_scaler__with_mean": KerasSequenceRegressor(print, target_scaler=None),
}


@pytest.mark.parametrize("name", NESTED)
def test_parameters_of_no_estimator_cannot_be_set(name):
    estimator, outer = NESTED[name], name.partition("__")[0]
    match = f"'{name}' cannot be set, because {outer}=.* of {type(estimator).__name__}"
    with pytest.raises(ValueError, match=match):
        clone(estimator).set_params(**{name: 3})
    with pytest.raises(ValueError, match=match):
        GridSearchCV(estimator, {name: [3, 4]}, cv=2).fit(X, X[:, 0])


def test_the_pipeline_of_the_message_has_the_parameter():
    with pytest.raises(ValueError, match="such as estimator=Pipeline") as caught:
        SequenceForecaster().set_params(estimator__window__time_steps=6)
    code = str(caught.value).partition("estimator=Pipeline")[2].removesuffix(".")
    from sklearn.pipeline import Pipeline

    import skseq

    pipe = eval(f"Pipeline{code}", vars(skseq) | {"Pipeline": Pipeline})
    forecaster = SequenceForecaster().set_params(
        estimator__window__time_steps=6, estimator=pipe
    )
    assert forecaster.estimator["window"].time_steps == 6


def test_parameters_of_an_estimator_can_be_set():
    regressor = LSTMRegressor(target_scaler=StandardScaler())
    regressor.set_params(target_scaler__with_mean=False, units=5)
    assert (regressor.target_scaler.with_mean, regressor.units) == (False, 5)
    with pytest.raises(ValueError, match="Invalid parameter 'unit' for estimator"):
        regressor.set_params(unit__x=5)


@pytest.mark.parametrize(
    "estimator",
    [
        SequenceForecaster(future_columns="price"),
        SequenceWindower(future_columns="price"),
        TargetAwareMinMaxScaler(target_columns="price"),
    ],
)
def test_the_name_of_a_column_is_no_list(estimator):
    match = r"'(future|target)_columns' parameter of .* must be a list, but got 'price'"
    with pytest.raises(ValueError, match=match + r". Pass \['price'\]"):
        estimator.fit(X, X[:, 0])
