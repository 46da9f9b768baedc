"""Invalid parameters raise a clear error and leave the estimator unchanged."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from invalid_inputs import (
    N_FIT,
    Unchanged,
    check_first_fit_raises,
    make_months,
    make_regressor,
    predict_or_transform,
)
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)

NOT_COUNTS = [0, -1, 1.5, True, np.True_, "3", None, np.nan]

INVALID_PARAMETERS = {
    SequenceWindower: {
        "time_steps": [*NOT_COUNTS, [3], 10**20],
        "horizon": [-1, 1.5, True, "1", None, N_FIT],
        "future_columns": [
            *["b", 1, True, b"b", slice(1), np.str_("b"), np.array("b"), np.array(1)],
            *[["c"], [2], [-3], [True], [1.5], [np.nan], [None], [["b"]], ["b", "c"]],
            *[np.array([["b"]]), np.array(["c"]), np.array([False, True]), {"c"}],
            *[pd.Index(["c"]), pd.Series(["c"], index=[7]), pd.DataFrame({"b": [1]})],
        ],
        "history": ["yes", True, False, 3],
        "gaps": ["nope", True, None],
    },
    TargetAwareMinMaxScaler: {
        "feature_range": [
            (1, 0),
            (0, 0),
            (0,),
            (0, 1, 2),
            ("a", "b"),
            (0, np.inf),
            (np.nan, 1),
            (-1.7e308, 1.7e308),
            None,
            3,
        ],
        "target_columns": [
            *["b", ["c"], [2], [True], [np.True_], [1.0], [["b"]], 3, {"b"}],
            *[{"b": "z"}, {"c": 0}, {"b": ["y"]}, {"b": "y", 1: "y"}],
        ],
        "clip": ["yes", 1, None],
    },
    RecurrentRegressor: {
        "cell": ["foo", 1, None, ("lstm", "foo"), ("lstm", 1)],
        "units": [*NOT_COUNTS, (3, 0), (3, True), (3, 2.5), [[3]]],
        "dropout": [1.0, -0.1, True, "x", None, np.nan, [1.0], [0.1, True]],
        "recurrent_dropout": [1.0, -0.1, True, "x", None, np.nan, [1.0], [0.1, True]],
        "bidirectional": ["yes", 2, None],
        "dense_units": [*NOT_COUNTS, (3, 0), (3, True), (3, 2.5), [[3]]],
        "n_members": NOT_COUNTS,
        "learning_rate_schedule": ["nope", None, 1, True],
        "global_clipnorm": [0, -1, True, "x", np.nan],
        "optimizer": [1, None],
        "learning_rate": [-1, 0, np.nan, np.inf, True, "fast", None],
        "loss": [1, None, "quantile"],
        "quantile": [0, 1, -0.1, True, "x", np.nan, {0.1}, [True], 0.5, [0.1, 0.9]],
        "epochs": NOT_COUNTS,
        "batch_size": NOT_COUNTS,
        "early_stopping": ["yes", 1, None],
        "validation_fraction": [0, 1, -0.1, 1.5, True, "x", None, np.nan],
        "n_iter_no_change": NOT_COUNTS,
        "refit": ["yes", 1, None],
        "max_windows": [value for value in NOT_COUNTS if value is not None],
        "target_scaler": [
            *[Ellipsis, "nope", 1, StandardScaler, TargetAwareMinMaxScaler]
        ],
        "engine": ["nope", None, True],
        "dtype": ["float16", np.float32, None],
        "warm_start": ["yes", None],
        "random_state": ["x", -1, 1.5, True, 2**40],
        "verbose": [-1, "x", None],
    },
}


def parameters():
    return [
        pytest.param(cls, name, value, id=f"{cls.__name__}-{name}-{value!r:.30}")
        for cls, by_name in INVALID_PARAMETERS.items()
        for name, values in by_name.items()
        for value in values
    ]


@pytest.mark.parametrize(("cls", "name", "value"), parameters())
def test_invalid_parameters_raise(cls, name, value):
    match = rf"\b{name}\b.* (must|needs) "
    message = check_first_fit_raises(cls(**{name: value}), *make_months(), match)
    assert any(repr(got) in message for got in (value, *members_of(value)))


def members_of(value):
    """List what a collection holds: an error may name the one that is invalid."""
    if isinstance(value, dict):
        return [*value, *value.values()]
    is_collection = hasattr(value, "__iter__") and not isinstance(value, str)
    return list(value) if is_collection and getattr(value, "ndim", 1) else []


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    [
        (SequenceWindower, "time_steps", 0),
        (TargetAwareMinMaxScaler, "feature_range", (1, 0)),
        (LSTMRegressor, "epochs", 0),
        (LSTMRegressor, "units", (3, 0)),
    ],
)
def test_invalid_parameters_do_not_change_a_fitted_estimator(cls, name, value):
    X, y = make_months()
    estimator = cls().fit(X, y)
    predictions = predict_or_transform(estimator, X)
    estimator.set_params(**{name: value})
    with Unchanged(estimator), pytest.raises(ValueError, match=name):
        estimator.fit(X, y)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FitFailedWarning)
        np.testing.assert_array_equal(predict_or_transform(estimator, X), predictions)


@pytest.mark.parametrize(
    "quantile",
    [
        *[[], (), [0.9, 0.1], [0.5, 0.5], (0.1, 1.0), [0, 0.5], [0.1, np.nan]],
        *[["a"], [None], [[0.1, 0.9]], [0.1, [0.2]], np.array(0.5), np.eye(2)],
    ],
    ids=str,
)
def test_quantiles_must_ascend_between_0_and_1(quantile):
    regressor = make_regressor(loss="quantile", quantile=quantile)
    message = check_first_fit_raises(
        regressor, *make_months(), "quantile must be .* ascending order, each once; got"
    )
    assert repr(quantile) in message


@pytest.mark.parametrize(
    ("params", "got"),
    [
        ({"cell": ("lstm", "gru"), "units": (1, 2, 3)}, "'cell': 2, 'units': 3"),
        ({"units": (1, 2), "dropout": (0.1,)}, "'units': 2, 'dropout': 1"),
        ({"units": []}, "'units': 0"),
        ({"cell": ()}, "'cell': 0"),
    ],
)
def test_several_layers_need_as_many_values(params, got):
    match = f"A stack needs at least one layer.*{got}"
    check_first_fit_raises(RecurrentRegressor(**params), *make_months(), match)


def test_parameters_set_after_fit_take_effect_in_the_next_fit():
    X, y = make_months()
    windower = SequenceWindower().fit(X, y)
    windows = windower.transform(X)
    windower.set_params(time_steps=5, horizon=0, future_columns=["b"])
    np.testing.assert_array_equal(windower.transform(X), windows)


def test_small_numpy_integers_do_not_overflow():
    X, y = make_months(400)
    small = SequenceWindower(np.uint8(200), horizon=np.uint8(100)).fit(X)
    plain = SequenceWindower(200, horizon=100).fit(X)
    np.testing.assert_array_equal(small.transform(X), plain.transform(X))

    counts = {"epochs": 100, "batch_size": 100, "n_iter_no_change": 100}
    small, plain = (
        make_regressor(**{name: dtype(count) for name, count in counts.items()})
        .set_params(learning_rate_schedule="cosine")
        .fit(X, y)
        for dtype in (np.int8, int)
    )
    np.testing.assert_array_equal(small.predict(X), plain.predict(X))

    X = SequenceWindower(130).fit_transform(y.to_frame())
    small, plain = (
        NaiveRegressor("seasonal", season_length=dtype(120)).fit(X, y)
        for dtype in (np.int8, int)
    )
    np.testing.assert_array_equal(small.predict(X), plain.predict(X))


KNOWN_AHEAD = {
    "list": ["b"],
    "tuple": ("b",),
    "set": {"b"},
    "array": np.array(["b"]),
    "index": pd.Index(["b"]),
    "series": pd.Series(["b"], index=[7]),
    "polars": pl.Series(["b"]),
    "position": [1],
    "position from the end": [-1],
    "numpy position": np.array([1]),
    "twice": ["b", 1, "b"],
}


@pytest.mark.parametrize("columns", KNOWN_AHEAD.values(), ids=KNOWN_AHEAD)
def test_future_columns_may_be_any_list(columns):
    X, y = make_months()
    windower = SequenceWindower(future_columns=columns).fit(X, y)
    plain = SequenceWindower(future_columns=["b"]).fit(X, y)
    np.testing.assert_array_equal(windower.transform(X), plain.transform(X))
    clone(windower).fit(X, y)


@pytest.mark.parametrize("columns", [[], (), set(), np.array([])])
def test_future_columns_may_be_empty(columns):
    X, y = make_months()
    windower = SequenceWindower(future_columns=columns).fit(X, y)
    np.testing.assert_array_equal(
        windower.transform(X), SequenceWindower().fit(X, y).transform(X)
    )


def test_names_of_future_columns_need_a_frame_of_names():
    X, y = make_months()
    windower = SequenceWindower(future_columns=["b"])
    match = "future_columns must be .*, which are 0, 1; got 'b'.*set_output"
    check_first_fit_raises(windower, X.to_numpy(), y, match)


def test_validation_must_leave_rows_to_train_on():
    regressor = make_regressor(early_stopping=True, validation_fraction=0.99)
    match = r"validation_fraction=0\.99 takes 30 of 30 .*Use a smaller fraction"
    check_first_fit_raises(regressor, *make_months(), match)


SCALERS = {
    "adds a column": (lambda y: np.c_[y, y], lambda y: y[:, :1]),
    "drops a row": (lambda y: y[1:], lambda y: y),
    "gives nan": (lambda y: y * np.nan, lambda y: y),
    "gives infinity": (lambda y: y + np.inf, lambda y: y),
}


@pytest.mark.parametrize(("scale", "unscale"), SCALERS.values(), ids=SCALERS)
def test_target_scalers_must_keep_rows_columns_and_numbers(scale, unscale):
    scaler = FunctionTransformer(scale, unscale, check_inverse=False)
    regressor = make_regressor(target_scaler=scaler)
    check_first_fit_raises(regressor, *make_months(), "target_scaler")


INVERSES = {"nan": lambda y: y * np.nan, "two columns": lambda y: np.c_[y, y]}


@pytest.mark.parametrize("unscale", INVERSES.values(), ids=INVERSES)
def test_target_scalers_must_return_numbers(unscale):
    scaler = FunctionTransformer(inverse_func=unscale, check_inverse=False)
    regressor = make_regressor(target_scaler=scaler)
    check_first_fit_raises(regressor, *make_months(), "target_scaler.inverse_transform")


def test_a_target_scaler_without_an_inverse_raises_a_warning():
    scaler = FunctionTransformer(lambda y: y / 10)
    with pytest.warns(UserWarning, match="does not undo transform.*units of y"):
        make_regressor(target_scaler=scaler).fit(*make_months())


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_unknown_arguments_name_the_method_and_no_private_class(method):
    X, y = make_months()
    with pytest.raises(TypeError, match=f"^{method}\\(\\) got an unexpected.*'epochs'"):
        getattr(make_regressor(), method)(X, y, epochs=3)


@pytest.mark.parametrize("value", [0.0, 7.0])
def test_target_scalers_must_keep_targets_apart(value):
    def forget(y):
        return np.full_like(y, value)

    scaler = FunctionTransformer(forget, lambda y: y, check_inverse=False)
    match = f"must not make different targets equal.* output 0 to {value:g}"
    check_first_fit_raises(make_regressor(target_scaler=scaler), *make_months(), match)
