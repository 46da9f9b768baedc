"""Steps with pandas output number the rows of arrays from 0, which changes nothing."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skseq import NaiveRegressor, SequenceWindower, TargetAwareMinMaxScaler

N_ROWS, N_TRAIN = 60, 45
VALUES = np.random.default_rng(0).normal(size=(N_ROWS, 2)).cumsum(axis=0)
CONTAINERS = {
    "array": lambda rows: rows,
    "list": lambda rows: rows.tolist(),
    "polars": lambda rows: pl.DataFrame(rows, schema=["a", "b"]),
}
FRONTS = {
    "standard": [StandardScaler()],
    "target-aware": [TargetAwareMinMaxScaler()],
    "two": [MinMaxScaler(), TargetAwareMinMaxScaler()],
    "columns": [ColumnTransformer([("both", StandardScaler(), [0, 1])])],
    "union": [FeatureUnion([("one", StandardScaler()), ("two", MinMaxScaler())])],
}
LATER = {
    "following": VALUES[N_TRAIN:],
    "all": VALUES,
    "fitted": VALUES[:N_TRAIN],
    "few fitted": VALUES[:2],
    "next": [[np.nan, np.nan]],
    "other": VALUES[::-1].copy(),
}


def make_pipe(front="standard"):
    steps = map(clone, FRONTS[front])  # set_output changes them in place
    return make_pipeline(*steps, SequenceWindower(6), NaiveRegressor("drift"))


def predictions(pipe, container, y=None):
    X = CONTAINERS[container](VALUES[:N_TRAIN])
    pipe.fit(X, VALUES[:N_TRAIN, 0] if y is None else y)
    return {
        name: pipe.predict(CONTAINERS[container](np.array(rows)))
        for name, rows in LATER.items()
    }


def assert_same(one, other, names=LATER):
    for name in names:
        np.testing.assert_array_equal(one[name], other[name], err_msg=name)


# A call of one row warns in arrays too, if other rows were assumed to follow before.
@pytest.mark.filterwarnings("ignore:X has no index, so its:UserWarning")
class TestArrays:
    @pytest.mark.parametrize("front", FRONTS)
    @pytest.mark.parametrize("container", CONTAINERS)
    def test_predictions_do_not_depend_on_the_output(self, front, container):
        plain = predictions(make_pipe(front), container)
        pipe = make_pipe(front).set_output(transform="pandas")
        # Polars frames look like pandas frames there, whose few fitted rows are known.
        names = {*LATER} - {"few fitted"} if container == "polars" else LATER
        assert_same(predictions(pipe, container), plain, names)
        with config_context(transform_output="pandas"):
            assert_same(predictions(make_pipe(front), container), plain, names)

    @pytest.mark.parametrize(
        "index",
        [
            pd.RangeIndex(N_TRAIN),
            pd.RangeIndex(7, N_TRAIN + 7),
            pd.date_range("2024-01-01", periods=N_TRAIN),
            pd.date_range("2024-01-01", periods=N_TRAIN, freq="B").delete(20),
        ],
    )
    @pytest.mark.filterwarnings("ignore:SequenceWindower was fitted on rows with")
    def test_y_may_have_an_index(self, index):
        y = pd.Series(VALUES[: len(index), 0], index)
        X = VALUES[: len(index)]
        plain = make_pipe().fit(X, y)
        pipe = make_pipe().set_output(transform="pandas").fit(X, y)
        for rows in LATER.values():
            np.testing.assert_array_equal(pipe.predict(rows), plain.predict(rows))

    @pytest.mark.parametrize("cv", [TimeSeriesSplit(3, test_size=8), KFold(4)])
    def test_cross_validation(self, cv):
        plain = cross_val_score(make_pipe(), VALUES, VALUES[:, 0], cv=cv)
        pipe = make_pipe().set_output(transform="pandas")
        scores = cross_val_score(pipe, VALUES, VALUES[:, 0], cv=cv)
        np.testing.assert_array_equal(scores, plain)


def test_following_rows_do_not_warn():
    pipe = make_pipe().set_output(transform="pandas")
    pipe.fit(VALUES[:N_TRAIN], VALUES[:N_TRAIN, 0])
    with warnings.catch_warnings(action="error"):
        pipe.predict(VALUES[N_TRAIN:])
        pipe.predict(VALUES)


class TestFrames:
    """The labels of rows that are not numbered from 0 count as before."""

    frame = pd.DataFrame(VALUES, columns=["a", "b"])

    def fitted(self, rows):
        pipe = make_pipe("target-aware")
        with_output = make_pipe("target-aware").set_output(transform="pandas")
        X = self.frame.iloc[rows]
        return pipe.fit(X, X["a"]), with_output.fit(X, X["a"])

    @pytest.mark.parametrize(
        ("fitted", "rows"),
        [
            (slice(0, 45), slice(45, 60)),
            (slice(0, 45), slice(50, 60)),
            (slice(0, 45), slice(30, 60)),
            (slice(0, 45), slice(0, 60)),
            (slice(20, 60), slice(0, 20)),
            ([*range(20), *range(40, 60)], slice(20, 40)),
        ],
    )
    @pytest.mark.filterwarnings("ignore::skseq.exceptions.IncompleteWindowWarning")
    def test_slices(self, fitted, rows):
        plain, with_output = self.fitted(fitted)
        X = self.frame.iloc[rows]
        np.testing.assert_array_equal(with_output.predict(X), plain.predict(X))

    @pytest.mark.parametrize("front", FRONTS)
    @pytest.mark.parametrize("n_alike", [1, 4])
    def test_few_of_the_first_rows(self, front, n_alike):
        X = self.frame[:N_TRAIN].copy()
        X.iloc[:n_alike] = X.iloc[0]
        pipe = make_pipeline(*map(clone, FRONTS[front]), SequenceWindower(3))
        pipe.set_output(transform="pandas").fit(X, X["a"])
        windows = pipe.transform(X)
        for n_rows in range(1, 8):
            few = pipe.transform(X[:n_rows])
            np.testing.assert_array_equal(few, windows[:n_rows])

    def test_the_output_of_the_scaler_alone_warns(self):
        scaler = StandardScaler().set_output(transform="pandas")
        pipe = make_pipeline(scaler, SequenceWindower(6), NaiveRegressor())
        pipe.fit(VALUES[:N_TRAIN], VALUES[:N_TRAIN, 0])
        match = "If X is an array.*call set_output of the whole Pipeline"
        with pytest.warns(UserWarning, match=match):
            pipe.predict(VALUES[N_TRAIN:])
