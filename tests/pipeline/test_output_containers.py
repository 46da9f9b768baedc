"""Frames and arrays between the steps of a pipeline."""

import warnings

import numpy as np
import pandas as pd
import pytest
from pipelines import make_pipe
from sklearn import config_context
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    PowerTransformer,
    StandardScaler,
)

from skseq import SequenceForecaster


def make_stock_pipe(scaler):
    steps = make_pipe().steps
    return Pipeline([("scale", scaler), *steps[1:]])


def test_pandas_output_of_a_whole_pipeline(frames):
    plain = make_pipe().fit(frames.X_train, frames.y_train)
    pipe = make_pipe().set_output(transform="pandas")
    pipe.fit(frames.X_train, frames.y_train)
    assert isinstance(pipe["scale"].transform(frames.X_test), pd.DataFrame)
    assert isinstance(pipe[:-1].transform(frames.X_test), np.ndarray)
    np.testing.assert_array_equal(
        pipe.predict(frames.X_test), plain.predict(frames.X_test)
    )


def test_stock_scaler_with_pandas_output_keeps_the_index(frames):
    pipe = make_stock_pipe(MinMaxScaler()).set_output(transform="pandas")
    pipe.fit(frames.X_train, frames.y_train)
    assert pipe["window"].freq_ == pd.offsets.MonthBegin()
    later = frames.X_test.iloc[2:]
    windows = pipe[:-1].transform(later)
    # Two months are missing between the fitted rows and these.
    np.testing.assert_array_equal(
        np.isnan(windows[:3, :, 0]),
        [[False, True, True], [True, True, False], [True, False, False]],
    )


def test_a_lost_index_is_warned_about_once(frames):
    pipe = make_stock_pipe(MinMaxScaler())
    pipe.fit(frames.X_train, frames.y_train)
    assert pipe["window"].freq_ == pd.offsets.MonthBegin()  # learned from y
    with pytest.warns(UserWarning, match=r'set_output\(transform="pandas"\)') as caught:
        pipe.predict(frames.X_test)
    assert len(caught) == 1
    with warnings.catch_warnings(action="error"):
        y_pred = pipe.predict(frames.X_test)
    with_index = make_stock_pipe(MinMaxScaler()).set_output(transform="pandas")
    with_index.fit(frames.X_train, frames.y_train)
    np.testing.assert_array_equal(y_pred, with_index.predict(frames.X_test))


def make_column_transformer():
    return ColumnTransformer(
        [("scaled", StandardScaler(), ["sales"]), ("plain", "passthrough", ["price"])]
    )


def make_feature_union():
    logarithm = FunctionTransformer(np.log, feature_names_out="one-to-one")
    return FeatureUnion([("scaled", StandardScaler()), ("logged", logarithm)])


@pytest.mark.parametrize(
    ("make_front", "future"),
    [
        (make_column_transformer, "plain__price"),
        (make_feature_union, "scaled__price"),
    ],
)
def test_several_transformers_in_front(frames, make_front, future):
    front = make_front().set_output(transform="pandas")
    pipe = Pipeline([("front", front), *make_pipe().steps[1:]])
    pipe.set_params(window__future_columns=[future])
    pipe.fit(frames.X_train, frames.y_train)
    assert future in pipe["window"].feature_names_in_
    table = front.transform(frames.X_test)
    by_hand = Pipeline(pipe.steps[1:]).predict(table)
    np.testing.assert_array_equal(pipe.predict(frames.X_test), by_hand)
    assert pipe["window"].complete_windows(table).all()


TARGET_SCALERS = {
    "StandardScaler": StandardScaler(),
    "MinMaxScaler": MinMaxScaler(),
    "PowerTransformer": PowerTransformer(),
    "logarithm": FunctionTransformer(np.log1p, np.expm1),
}


def transformed(scaler):
    return TransformedTargetRegressor(make_pipe(), transformer=scaler)


def transformed_forecaster(scaler):
    return TransformedTargetRegressor(
        SequenceForecaster(make_pipe(), horizon=2), transformer=scaler
    )


def scaled(scaler):
    return make_pipe(target_scaler=scaler)


@pytest.mark.sample(2)
@pytest.mark.filterwarnings("ignore::skseq.exceptions.LaggedTargetWarning")
@pytest.mark.filterwarnings("ignore::skseq.exceptions.SkillWarning")
@pytest.mark.filterwarnings("ignore:When `set_output` is configured:UserWarning")
@pytest.mark.parametrize("make", [transformed, transformed_forecaster, scaled])
@pytest.mark.parametrize("scaler", TARGET_SCALERS.values(), ids=TARGET_SCALERS)
def test_transformed_targets_with_pandas_output(scaler, make, frames):
    X, y, later = frames.X_train, frames.y_train, frames.X_test[:2]
    expected = make(scaler).fit(X, y).predict(later)
    with config_context(transform_output="pandas"):
        np.testing.assert_array_equal(make(scaler).fit(X, y).predict(later), expected)


def test_weights_of_transformed_targets_with_pandas_output(frames):
    X, y, later = frames.X_train, frames.y_train, frames.X_test
    weights = pd.Series(np.linspace(1, 2, len(y)), index=y.index)
    with config_context(transform_output="pandas", enable_metadata_routing=True):
        pipe = make_pipe()
        pipe["rnn"].set_fit_request(sample_weight=True)
        weighted = TransformedTargetRegressor(pipe, transformer=StandardScaler())
        weighted.fit(X, y, sample_weight=weights)
        assert (
            weighted.predict(later)
            != transformed(StandardScaler()).fit(X, y).predict(later)
        ).all()


@pytest.mark.parametrize("scaler", TARGET_SCALERS.values(), ids=TARGET_SCALERS)
def test_a_target_scaler_with_pandas_output_does_not_warn(scaler, frames):
    with config_context(transform_output="pandas"):
        make_pipe(target_scaler=scaler).fit(frames.X_train, frames.y_train)
