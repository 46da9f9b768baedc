"""Sample weights by the name of a step and by metadata routing."""

import numpy as np
import pytest
from pipelines import N_TRAIN, assert_same_weights, make_pipe
from sklearn import config_context
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import TimeSeriesSplit, cross_validate


@pytest.fixture
def weights():
    return np.linspace(0, 2, N_TRAIN)


def test_sample_weight_by_step_name_and_by_routing(engine, data, weights):
    pipe = make_pipe(engine=engine)
    unweighted = clone(pipe).fit(data.X_train, data.y_train)
    by_name = clone(pipe)
    by_name.fit(data.X_train, data.y_train, rnn__sample_weight=weights)
    with config_context(enable_metadata_routing=True):
        routed = clone(pipe)
        routed["rnn"].set_fit_request(sample_weight=True)
        routed.fit(data.X_train, data.y_train, sample_weight=weights)
    assert_same_weights(by_name, routed)
    assert not np.array_equal(
        by_name.predict(data.X_test), unweighted.predict(data.X_test)
    )


def test_sample_weight_is_routed_through_cross_validation(frames):
    weights = np.linspace(0.1, 2, len(frames.X))
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    with config_context(enable_metadata_routing=True):
        pipe["rnn"].set_fit_request(sample_weight=True)
        pipe["rnn"].set_score_request(sample_weight=True)
        result = cross_validate(
            pipe,
            frames.X,
            frames.y,
            cv=cv,
            params={"sample_weight": weights},
            error_score="raise",
        )
    for score, (train, test) in zip(
        result["test_score"], cv.split(frames.X), strict=True
    ):
        fitted = make_pipe().fit(
            frames.X.iloc[train],
            frames.y.iloc[train],
            rnn__sample_weight=weights[train],
        )
        y_pred = fitted.predict(frames.X.iloc[test])
        assert score == r2_score(
            frames.y.iloc[test], y_pred, sample_weight=weights[test]
        )


def test_rows_of_weight_zero_do_not_change_the_fit(engine, frames):
    weights = np.r_[np.zeros(10), np.ones(N_TRAIN - 10)]
    other_y = frames.y_train.where(weights > 0, 1e6)
    fitted, other = (
        make_pipe(engine=engine)
        .set_params(scale__target_columns=None)
        .fit(frames.X_train, y, rnn__sample_weight=weights)
        for y in (frames.y_train, other_y)
    )
    assert_same_weights(fitted, other)
