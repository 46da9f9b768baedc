"""Bad input ends in a clear error, or is handled right: never a silent wrong number.

Each illegal thing is given to every estimator that must refuse it, and to the whole
pipeline: at the first fit, which leaves it as its constructor did; at a refit and
after it, which leave a fitted one as it was. Odd but legal things must give exactly
the numbers of the same data in plain form. Nearly all of this stands before the
engine, so a small one trains; the slow part trains with Keras.
"""

import datetime
import tempfile
from decimal import Decimal
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy_engine
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.validation import check_is_fitted

from skseq import (
    LSTMRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._engine import keras

N_FIT, N_LATER = 30, 8


def make_regressor(**params):
    fixed = {"units": 2, "epochs": 1, "engine": "keras", "random_state": 0}
    return LSTMRegressor(**(fixed | params))


def make_pipe(**params):
    return Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower()),
            ("rnn", make_regressor(**params)),
        ]
    )


MAKERS = {
    "pipeline": make_pipe,
    "windower": SequenceWindower,
    "windower_of_now": partial(SequenceWindower, horizon=0),
    "scaler": TargetAwareMinMaxScaler,
    "regressor": make_regressor,
}

EVERYWHERE = ("pipeline", "windower", "windower_of_now", "scaler", "regressor")
WITHOUT_NAN = ("pipeline", "windower", "windower_of_now", "regressor")
WITH_INDEX = ("pipeline", "windower", "windower_of_now")
WITH_TARGET = ("pipeline", "windower_of_now", "scaler", "regressor")


@pytest.fixture
def small_engine(monkeypatch):
    """Train with NumPy."""
    monkeypatch.setattr(keras, "train", numpy_engine.train)
    monkeypatch.setattr(keras, "predict", numpy_engine.predict)


@pytest.fixture(params=["numpy", pytest.param("keras", marks=pytest.mark.slow)])
def engine(request):
    """Train with the small engine, and in the slow part with Keras as well."""
    if request.param == "numpy":
        request.getfixturevalue("small_engine")


def make_months(n_rows=N_FIT):
    """Make a legal table of two features and a target, by month."""
    rng = np.random.default_rng(0)
    index = pd.date_range("2020-01-01", periods=n_rows, freq="MS")
    a = rng.normal(size=n_rows)
    X = pd.DataFrame({"a": a, "b": np.arange(n_rows) + 5.0}, index=index)
    return X, pd.Series(50 + 3 * a + rng.normal(size=n_rows), index=index, name="y")


def make_later_months():
    X, y = make_months(N_FIT + N_LATER)
    return X[N_FIT:], y[N_FIT:]


def make_windows(n_rows=N_FIT):
    X, y = make_months(n_rows)
    return SequenceWindower().fit_transform(X), y.to_numpy()


def answer(estimator, X):
    has_predict = hasattr(estimator, "predict")
    return estimator.predict(X) if has_predict else estimator.transform(X)


def last_of(estimator):
    """Return the last step: those before it may be refitted when it fails."""
    return estimator[-1] if isinstance(estimator, Pipeline) else estimator


class Untouched:
    """Check that a block leaves an estimator as it was, to the very objects."""

    def __init__(self, *estimators):
        self.estimators = estimators

    def __enter__(self):
        self.before = [dict(vars(e)) for e in self.estimators]

    def __exit__(self, kind, *_):
        if kind is None:
            for estimator, before in zip(self.estimators, self.before, strict=True):
                now = vars(estimator)
                assert list(now) == list(before)
                assert all(now[name] is value for name, value in before.items())


def refuse_first_fit(estimator, X, y, match, **more):
    """Expect the error of a first fit, and no trace of it; return its words."""
    last = last_of(estimator)
    with Untouched(last), pytest.raises((ValueError, TypeError), match=match) as error:
        estimator.fit(X, y, **more)
    with pytest.raises(NotFittedError):
        check_is_fitted(last)
    return str(error.value)


def refuse_refit(estimator, good, X, y, match, **more):
    """Expect the error of a refit, and the old answers after it."""
    X_good, y_good = good
    last = last_of(estimator.fit(X_good, y_good))
    X_last = X_good if last is estimator else estimator[:-1].transform(X_good)
    answers = answer(last, X_last)
    with Untouched(last), pytest.raises((ValueError, TypeError), match=match):
        estimator.fit(X, y, **more)
    np.testing.assert_array_equal(answer(last, X_last), answers)


def refuse_later(estimator, good, X, match):
    """Expect the error of predict or transform, and the old answers after it."""
    X_good, y_good = good
    estimator.fit(X_good, y_good)
    answers = answer(estimator, X_good)
    steps = [estimator, *getattr(estimator, "named_steps", {}).values()]
    with Untouched(*steps), pytest.raises((ValueError, TypeError), match=match):
        answer(estimator, X)
    np.testing.assert_array_equal(answer(estimator, X_good), answers)


# Illegal tables


class Illegal(NamedTuple):
    """A way to spoil X and y, what the error must say, and who must raise it."""

    spoil: callable
    match: str
    refused_by: tuple = EVERYWHERE
    also_later: bool = True


def put_cell(value, dtype=float, row=5):
    """Put a value into column b."""

    def spoil(X, y):
        X = X.astype({"b": dtype})
        X.iloc[row, 1] = value
        return X, y

    return spoil


def put_column(make):
    """Replace column b by what ``make(n_rows)`` gives."""
    return lambda X, y: (X.assign(b=make(len(X))), y)


def put_objects(value):
    """Replace column b by one Python object again and again."""
    return lambda X, y: (X.assign(b=pd.Series(len(X) * [value], X.index, object)), y)


def as_array(change):
    """Change X as an array, and give y as an array too."""
    return lambda X, y: (change(X.to_numpy()), y.to_numpy())


def put_index(change):
    """Give X and y the same other index."""

    def spoil(X, y):
        labels = change(list(X.index))
        return X.set_axis(labels), y.set_axis(labels)

    return spoil


def exchange_rows(table):
    return table.iloc[[1, 0, *range(2, len(table))]]


def ragged(rows):
    return [*rows[:-1].tolist(), rows[-1, :1].tolist()]


A_DAY = datetime.date(2020, 1, 1)

ILLEGAL_TABLES = {
    "nan": Illegal(
        put_cell(np.nan),
        r"X contains NaN: row 5 \(.*\), column 'b' \(1 such .*drop or fill",
        WITHOUT_NAN,
    ),
    "nan in an array": Illegal(
        as_array(lambda rows: np.where(rows == rows[5, 1], np.nan, rows)),
        r"X contains NaN: row 5, column 1 .*drop or fill",
        WITHOUT_NAN,
    ),
    "missing integer": Illegal(
        put_column(lambda n: pd.array([1, None] * (n // 2), dtype="Int64")),
        r"X contains NaN: row 1 .*column 'b'.*drop or fill",
        WITHOUT_NAN,
    ),
    "None among objects": Illegal(
        put_cell(None, object),
        r"X contains NaN: row 5 .*column 'b'.*drop or fill",
        WITHOUT_NAN,
    ),
    "NA among objects": Illegal(put_cell(pd.NA, object), "column 'b'", WITHOUT_NAN),
    "null in polars": Illegal(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": [1.0, None] * (len(X) // 2)}),
            y.to_numpy(),
        ),
        "X contains NaN: row 1, column 'b'.*drop or fill",
        WITHOUT_NAN,
    ),
    "infinity": Illegal(
        put_cell(-np.inf),
        r"X contains infinity: row 5 \(.*\), column 'b' \(1 such .*drop or fill",
    ),
    "strings": Illegal(put_cell("red", object), "column 'b'.*red"),
    "column of strings": Illegal(put_column(lambda n: ["red"] * n), "column 'b'.*red"),
    "categories": Illegal(
        put_column(lambda n: pd.Categorical(["red", "green"] * (n // 2))),
        "column 'b'.*red",
    ),
    "strings in polars": Illegal(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": ["red"] * len(X)}),
            y.to_numpy(),
        ),
        "column 'b'.*red",
    ),
    "dates": Illegal(
        put_column(lambda n: pd.date_range("2020-01-01", periods=n)),
        "X has dates in 'b'.*set_index",
    ),
    "dates with a time zone": Illegal(
        put_column(lambda n: pd.date_range("2020-01-01", periods=n, tz="UTC")),
        "X has dates in 'b'.*set_index",
    ),
    "time differences": Illegal(
        put_column(lambda n: pd.timedelta_range("1h", periods=n)),
        "X has dates in 'b'.*set_index",
    ),
    "periods": Illegal(
        put_column(lambda n: pd.period_range("2020-01", periods=n, freq="M")),
        "X has dates in 'b'.*set_index",
    ),
    "dates as objects": Illegal(put_objects(A_DAY), "dates in 'b'|column 'b'"),
    "timestamps as objects": Illegal(
        put_objects(pd.Timestamp(A_DAY)), "dates in 'b'|column 'b'"
    ),
    "numpy dates as objects": Illegal(
        put_objects(np.datetime64(A_DAY)), "dates in 'b'|column 'b'"
    ),
    "dates in polars": Illegal(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": X.index.to_numpy()}),
            y.to_numpy(),
        ),
        "X has dates in 'b'.*set_index",
    ),
    "array of dates": Illegal(
        as_array(lambda rows: rows.astype("M8[D]")), "X has dates.*numbers only"
    ),
    "complex column": Illegal(put_column(lambda n: 1j * np.arange(n)), "Complex data"),
    "complex array": Illegal(as_array(lambda rows: rows + 1j), "Complex data"),
    "complex objects": Illegal(put_objects(1j), "column 'b'"),
    "integer beyond floats": Illegal(put_objects(10**400), "column 'b'"),
    "names twice": Illegal(
        lambda X, y: (X.set_axis(["a", "a"], axis=1), y), "unique column names.*\n.*'a'"
    ),
    "names of two kinds": Illegal(
        lambda X, y: (X.set_axis(["a", 1], axis=1), y),
        r"all input features have string names.*\['int', 'str'\]",
    ),
    "no rows": Illegal(
        lambda X, y: (X[:0], y[:0]), r"0 sample\(s\).* while a minimum of 1 is required"
    ),
    "no columns": Illegal(
        lambda X, y: (X[[]], y),
        r"0 feature\(s\).* while a minimum of 1 is required",
        also_later=False,  # scikit-learn warns of lost names before
    ),
    "no columns in an array": Illegal(
        as_array(lambda rows: rows[:, :0]),
        r"0 feature\(s\).* while a minimum of 1 is required",
    ),
    "one dimension": Illegal(as_array(lambda rows: rows[:, 0]), "Expected 2D array"),
    "series": Illegal(
        lambda X, y: (X["a"], y), "2-dimensional container", also_later=False
    ),
    "number": Illegal(as_array(lambda rows: 3.0), "Expected 2D array, got scalar"),
    "three dimensions": Illegal(
        as_array(lambda rows: np.ones((len(rows), 3, 2))),
        "dim 3|3 dimension",
        WITH_INDEX,
    ),
    "four dimensions": Illegal(
        as_array(lambda rows: np.ones((len(rows), 3, 2, 2))),
        r"shape \(\d+, 3, 2, 2\)|dim 4|4 dimension|3 dimension",
    ),
    "sparse array": Illegal(as_array(sp.csr_array), r"Sparse data .*X.*toarray\(\)"),
    "sparse matrix": Illegal(as_array(sp.csc_matrix), r"Sparse data .*X.*toarray\(\)"),
    "sparse frame": Illegal(
        lambda X, y: (X.astype(pd.SparseDtype(float, 0)), y),
        r"Sparse data .*X.*toarray\(\)",
    ),
    "ragged list": Illegal(as_array(ragged), r"\bX\b.*row"),
    "masked": Illegal(
        as_array(lambda rows: np.ma.masked_equal(rows, rows[5, 1])),
        r"X is a masked array with 1 masked value\(s\).*Fill the masked values",
    ),
    "list of masked rows": Illegal(
        as_array(lambda rows: list(np.ma.masked_equal(rows, rows[5, 1]))), "mask"
    ),
    "several series": Illegal(
        put_index(lambda labels: pd.MultiIndex.from_product([["shop"], labels])),
        r"index of X has 2 levels .*Fit one estimator per series",
        WITH_INDEX,
    ),
    "unknown date": Illegal(
        put_index(lambda labels: pd.DatetimeIndex([pd.NaT, *labels[1:]])),
        r"index of X has 1 missing label\(s\).*X\.index\.notna",
        WITH_INDEX,
    ),
    "unknown number in the index": Illegal(
        put_index(lambda labels: np.r_[np.arange(len(labels) - 1.0), np.nan]),
        r"index of X has 1 missing label\(s\).*X\.index\.notna",
        WITH_INDEX,
        also_later=False,  # an index of another kind than in fit
    ),
    "same date twice": Illegal(
        put_index(lambda labels: pd.DatetimeIndex([labels[1], *labels[1:]])),
        r"index of X has duplicates \(the first is 20.*groupby\(level=0\)",
        WITH_INDEX,
    ),
    "latest first": Illegal(
        lambda X, y: (X[::-1], y[::-1]),
        r"index of X is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "two rows exchanged": Illegal(
        lambda X, y: (exchange_rows(X), exchange_rows(y)),
        r"index of X is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "other index in y": Illegal(
        lambda X, y: (X, y.shift(1, freq="MS")),
        r"different index.*row 0 is 2020-01-01 .* in X and 2020-02-01 .* in y.*y\.loc",
        also_later=False,
    ),
    "other kind of index in y": Illegal(
        lambda X, y: (X, y.reset_index(drop=True)),
        r"different index.*row 0 is 2020-01-01 .* in X and 0 in y.*y\.loc",
        also_later=False,
    ),
    "too few rows": Illegal(
        lambda X, y: (X[:3], y[:3]),
        r"time_steps=3, horizon=1\) needs at least 4 rows.*got 3 .*smaller time_steps",
        ("pipeline", "windower"),
        also_later=False,
    ),
    "one row": Illegal(
        lambda X, y: (X[:1], y[:1]),
        r"needs at least 4 rows.*got 1 .*smaller time_steps",
        ("pipeline", "windower"),
        also_later=False,
    ),
    "beyond float32": Illegal(
        lambda X, y: (1e300 * X, y),
        r"X holds values up to 3\.\de\+301 .*beyond float32.*Scale.*dtype='float64'",
        ("regressor",),
        also_later=False,  # the bound is another: see the numbers further down
    ),
    "sums beyond float64": Illegal(
        lambda X, y: (0 * X + 1.7e308, y),
        "X holds values up to 1.7e.*beyond float32.*Scale",
        ("regressor",),
    ),
    "extremes too far apart": Illegal(
        put_column(lambda n: [-1.7e308, 1.7e308] * (n // 2)),
        "X reaches from -1.7e.*to 1.7e.*column 'b'.*beyond float64.*Divide",
        ("pipeline", "scaler"),
        also_later=False,
    ),
}


def pairs_of(cases, **flags):
    """Pair each case with each estimator that must refuse it, for parametrize."""
    return [
        pytest.param(kind, case, id=f"{kind}-{name}")
        for name, case in cases.items()
        if all(getattr(case, flag) == value for flag, value in flags.items())
        for kind in case.refused_by
    ]


def good_like(X_bad):
    """Return legal rows in the container of the bad ones."""
    X, y = make_months()
    if isinstance(X_bad, pl.DataFrame):
        return pl.DataFrame(X), y.to_numpy()
    return (X, y) if hasattr(X_bad, "columns") else (X.to_numpy(), y.to_numpy())


@pytest.mark.parametrize(("kind", "case"), pairs_of(ILLEGAL_TABLES))
def test_illegal_tables_are_refused_in_fit(small_engine, kind, case):
    X, y = case.spoil(*make_months())
    refuse_first_fit(MAKERS[kind](), X, y, case.match)
    refuse_refit(MAKERS[kind](), good_like(X), X, y, case.match)


@pytest.mark.parametrize(("kind", "case"), pairs_of(ILLEGAL_TABLES, also_later=True))
def test_illegal_tables_are_refused_after_fit(small_engine, kind, case):
    X, _ = case.spoil(*make_later_months())
    refuse_later(MAKERS[kind](), good_like(X), X, case.match)


# Tables unlike those of fit


class Unlike(NamedTuple):
    """A change of later rows that ``fit`` never saw, and the error's words."""

    change: callable
    match: str
    refused_by: tuple = EVERYWHERE


UNLIKE_FIT = {
    "columns in another order": Unlike(
        lambda X: X[["b", "a"]], "feature names should match.*\n.*same order"
    ),
    "column renamed": Unlike(
        lambda X: X.rename(columns={"a": "c"}),
        "feature names should match.*\n.*unseen at fit.*\n- c\n.*missing.*\n- a",
    ),
    "column missing": Unlike(
        lambda X: X[["a"]], "feature names should match.*\n.*yet now missing.*\n- b"
    ),
    "column too many": Unlike(
        lambda X: X.assign(c=1.0), "feature names should match.*\n.*unseen.*\n- c"
    ),
    "dates with a time zone": Unlike(
        lambda X: X.tz_localize("UTC"),
        "holds dates with a time zone, but .* fitted on dates.*same kind of index",
        WITH_INDEX,
    ),
    "row numbers": Unlike(
        lambda X: X.reset_index(drop=True),
        "holds numbers, but .* fitted on dates.*same kind of index",
        WITH_INDEX,
    ),
    "periods": Unlike(
        lambda X: X.to_period("M"),
        "holds periods of M, but .* fitted on dates.*same kind of index",
        WITH_INDEX,
    ),
    "time differences": Unlike(
        lambda X: X.set_axis(X.index - X.index[0]),
        "holds time differences, but .* fitted on dates.*same kind of index",
        WITH_INDEX,
    ),
    "nan in a window": Unlike(
        lambda X: X.mask(X["b"] == X["b"].iloc[-2]),
        r"X contains NaN: row 6 \(.*\), column 'a' \(2 such",
        WITHOUT_NAN,
    ),
    "too large for float32": Unlike(
        lambda X: 1e60 * X,
        r"X holds values up to .*beyond float32.*Scale",
        ("pipeline", "regressor"),
    ),
}


@pytest.mark.parametrize(("kind", "case"), pairs_of(UNLIKE_FIT))
def test_tables_unlike_those_of_fit_are_refused(small_engine, kind, case):
    X, _ = make_later_months()
    refuse_later(MAKERS[kind](), make_months(), case.change(X), case.match)


@pytest.mark.parametrize("kind", ["pipeline", "scaler"])
def test_numbers_too_far_from_those_of_fit_are_refused(small_engine, kind):
    X, y = make_months()
    X_far = make_later_months()[0].assign(a=1.7e308)
    match = r"Scaling the value 1\.7e\+308 in row 0, column 'a' leaves the range"
    refuse_later(MAKERS[kind](), (X / 1000, y), X_far, match)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_polars_columns_in_another_order_are_refused(small_engine, kind):
    X = pl.DataFrame(make_later_months()[0])
    good = good_like(X)
    refuse_later(MAKERS[kind](), good, X[["b", "a"]], "names should match.*\n.*order")


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_arrays_of_another_width_are_refused(small_engine, kind):
    X, y = make_months()
    match = "X has 3 features, but .* is expecting 2 features"
    good = X.to_numpy(), y.to_numpy()
    refuse_later(MAKERS[kind](), good, np.ones((5, 3)), match)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_nothing_is_answered_before_fit(kind):
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        answer(MAKERS[kind](), make_months()[0])


def test_rows_on_another_step_are_refused():
    X, y = make_months()
    windower = SequenceWindower().fit(X, y)
    match = r"leaves the step of the fitted rows .*months=1.*gaps='ignore'"
    days = pd.date_range(X.index[-1] + pd.Timedelta(days=5), periods=len(X))
    other = X.set_axis(days)
    with pytest.raises(ValueError, match=match):
        windower.transform(other)


WARNED_OF = {
    "names of months": (
        lambda X: X.set_axis(X.index.strftime("%Y %B")),
        r"fitted with an index, but X came without one.*set_output",
    ),
    "other values at fitted dates": (
        lambda X: X.set_axis(X.index - pd.DateOffset(months=3)),
        r"labels of fitted rows but other values \(the first is 2022-04-01.*of its own",
    ),
}


@pytest.mark.parametrize(("change", "match"), WARNED_OF.values(), ids=WARNED_OF)
@pytest.mark.parametrize("kind", ["pipeline", "windower"])
def test_doubtful_rows_are_told(small_engine, kind, change, match):
    estimator = MAKERS[kind]().fit(*make_months())
    X, _ = make_later_months()
    with pytest.warns(UserWarning, match=match):
        answers = answer(estimator, change(X))
    assert len(answers) == len(X)


# Illegal windows


ILLEGAL_WINDOWS = {
    "infinity": (lambda w: np.where(w == w[5, 1, 1], np.inf, w), "X contains infinity"),
    "four dimensions": (
        lambda w: w[..., np.newaxis],
        r"shape \(n_rows, time_steps, n_features\).*got shape \(\d+, 3, 2, 1\)",
    ),
    "no rows": (lambda w: w[:0], r"0 sample\(s\).*minimum of 1"),
    "masked": (np.ma.masked_invalid, r"masked array with 12 masked value\(s\).*Fill"),
    "list of masked windows": (lambda w: list(np.ma.masked_invalid(w)), "mask"),
    "strings": (lambda w: np.full(w.shape, "red"), r"could not convert string .*red"),
    "complex": (lambda w: w + 1j, "Complex data"),
    "dates": (lambda w: np.full(w.shape, A_DAY, "M8[D]"), "X has dates.*numbers only"),
    "dates as objects": (
        lambda w: np.full(w.shape, A_DAY, object),
        "(X has dates|X .*row).*numbers",
    ),
    "ragged": (
        lambda w: [*w[:-1].tolist(), w[-1, :1].tolist()],
        r"\bX\b.*(row|window)",
    ),
}
ILLEGAL_SHAPES = {
    "no steps": (lambda w: w[:, :0], r"none of them 0.*got shape \(\d+, 0, 2\)"),
    "no features": (lambda w: w[:, :, :0], r"none of them 0.*got shape \(\d+, 3, 0\)"),
}
OTHER_SHAPES = {
    "other steps": (
        lambda w: w[:, 1:],
        r"windows of shape \(2, 2\), but .*fitted on windows of shape \(3, 2\)",
    ),
    "other features": (
        lambda w: w[:, :, :1],
        r"windows of shape \(3, 1\), but .*fitted on windows of shape \(3, 2\)",
    ),
    "a table": (
        lambda w: w[:, 0],
        r"fitted on windows \(3-D\), but X has 2 dimension.*same Pipeline",
    ),
}


@pytest.mark.parametrize(
    ("change", "match"),
    (ILLEGAL_WINDOWS | ILLEGAL_SHAPES).values(),
    ids=ILLEGAL_WINDOWS | ILLEGAL_SHAPES,
)
@pytest.mark.parametrize("kind", ["scaler", "regressor"])
def test_illegal_windows_are_refused_in_fit(small_engine, kind, change, match):
    windows, y = make_windows()
    bad = change(windows)
    refuse_first_fit(MAKERS[kind](), bad, y[: len(bad)], match)
    refuse_refit(MAKERS[kind](), (windows, y), bad, y[: len(bad)], match)


@pytest.mark.parametrize(
    ("change", "match"),
    (ILLEGAL_WINDOWS | OTHER_SHAPES).values(),
    ids=ILLEGAL_WINDOWS | OTHER_SHAPES,
)
@pytest.mark.parametrize("kind", ["scaler", "regressor"])
def test_illegal_windows_are_refused_after_fit(small_engine, kind, change, match):
    windows, y = make_windows()
    refuse_later(MAKERS[kind](), (windows, y), change(windows), match)


def test_windows_that_all_miss_a_step_cannot_be_learnt():
    windows, y = make_windows()
    windows = np.where(np.arange(3)[:, np.newaxis] == 1, np.nan, windows)
    match = r"All 30 windows have missing steps.*fewer time_steps"
    refuse_first_fit(make_regressor(), windows, y, match)


# Illegal targets


ILLEGAL_TARGETS = {
    "none": Illegal(
        lambda X, y: (X, None), "requires y to be passed", ("pipeline", "regressor")
    ),
    "nan": Illegal(
        lambda X, y: (X, y.mask(y == y.max())), "y contains NaN", WITH_TARGET
    ),
    "missing value": Illegal(
        lambda X, y: (X, y.astype("Float64").mask(y == y.max())),
        "y contains NaN",
        WITH_TARGET,
    ),
    "infinity": Illegal(
        lambda X, y: (X, y.replace(y.max(), np.inf)), "y contains infinity", WITH_TARGET
    ),
    "too short": Illegal(
        lambda X, y: (X, y[:-2]),
        "same number of rows: X has 30, y has 28",
        (*WITH_TARGET, "windower"),
    ),
    "too long": Illegal(
        lambda X, y: (X[:-2], y),
        "same number of rows: X has 28, y has 30",
        (*WITH_TARGET, "windower"),
    ),
    "too short for an array": Illegal(
        lambda X, y: (X.to_numpy(), y[:-2]),
        "same number of rows: X has 30, y has 28",
        (*WITH_TARGET, "windower"),
    ),
    "strings": Illegal(
        lambda X, y: (X, pd.Series("red", y.index)),
        "could not convert string to float: 'red'",
        WITH_TARGET,
    ),
    "dates": Illegal(
        lambda X, y: (X, y.index.to_series()), "y has dates.*numbers only", WITH_TARGET
    ),
    "complex": Illegal(lambda X, y: (X, 1j * y), "Complex data", WITH_TARGET),
    "masked": Illegal(
        lambda X, y: (X, np.ma.masked_equal(y.to_numpy(), y.max())),
        r"y is a masked array with 1 masked value\(s\)",
        WITH_TARGET,
    ),
    "sparse": Illegal(
        lambda X, y: (X, sp.csr_array(y.to_numpy()[:, np.newaxis])),
        r"Sparse data .*y.*toarray\(\)",
        WITH_TARGET,
    ),
    "three dimensions": Illegal(
        lambda X, y: (X, np.ones((len(y), 1, 1))), "dim 3, while dim <= 2", WITH_TARGET
    ),
    "no columns": Illegal(
        lambda X, y: (X, np.ones((len(y), 0))), r"0 feature\(s\)", WITH_TARGET
    ),
    "number": Illegal(lambda X, y: (X, 3.0), "at least 1 dimension", WITH_TARGET),
    "unsorted index, X an array": Illegal(
        lambda X, y: (X.to_numpy(), y[::-1]),
        r"index of y is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "same date twice, X an array": Illegal(
        lambda X, y: (X.to_numpy(), y.set_axis([y.index[1], *y.index[1:]])),
        r"index of y has duplicates",
        WITH_INDEX,
    ),
}


@pytest.mark.parametrize(("kind", "case"), pairs_of(ILLEGAL_TARGETS))
def test_illegal_targets_are_refused(small_engine, kind, case):
    X, y = case.spoil(*make_months())
    refuse_first_fit(MAKERS[kind](), X, y, case.match)
    refuse_refit(MAKERS[kind](), good_like(X), X, y, case.match)


@pytest.mark.filterwarnings("ignore:invalid value encountered in reduce")  # sklearn's
@pytest.mark.parametrize("kind", ["pipeline", "scaler", "regressor"])
def test_targets_too_far_apart_are_refused(kind):
    X, y = make_months()
    y[:] = np.where(y > y.median(), 1.7e308, -1.7e308)
    match = r"y reaches from -1\.7e\+308 to 1\.7e\+308.*beyond float64.*Divide"
    refuse_first_fit(MAKERS[kind](), X, y, match)


@pytest.mark.parametrize(
    ("horizon", "future"), [(0, None), (1, ["a"]), (2, [0]), (1, ["b", "a"])]
)
def test_the_target_at_its_own_row_is_refused(horizon, future):
    X, _ = make_months()
    windower = SequenceWindower(horizon=horizon, future_columns=future)
    match = "Column 'a' of X is the target itself.*future_columns, or drop"
    refuse_first_fit(windower, X, 9 * X["a"] - 4, match)


# Illegal weights


def spoilt(value, row=5):
    weights = np.ones(N_FIT)
    weights[row] = value
    return weights


def other_order():
    """Weights that say by their index which row they belong to: not the one at hand."""
    return pd.Series(np.arange(N_FIT) + 1.0, make_months()[0].index[::-1])


ILLEGAL_WEIGHTS = {
    "too short": (np.ones(N_FIT - 1), r"sample_weight.shape == \(29,\), expected"),
    "two columns": (np.ones((N_FIT, 2)), "Sample weights must be 1D"),
    "all zero": (np.zeros(N_FIT), "(?i)sample.weight.*zero"),
    "negative": (spoilt(-1), "Negative values.*sample_weight"),
    "nan": (spoilt(np.nan), "sample_weight contains NaN"),
    "infinity": (spoilt(np.inf), "sample_weight contains infinity"),
    "strings": (["red"] * N_FIT, "could not convert string"),
    "complex": (1j * np.ones(N_FIT), "Complex data"),
    "masked": (np.ma.masked_equal(spoilt(3), 3), r"(?i)sample.weight.*mask"),
}


@pytest.mark.parametrize(
    ("weights", "match"), ILLEGAL_WEIGHTS.values(), ids=ILLEGAL_WEIGHTS
)
@pytest.mark.parametrize("kind", ["pipeline", "regressor"])
def test_illegal_weights_are_refused(small_engine, kind, weights, match):
    name = "rnn__sample_weight" if kind == "pipeline" else "sample_weight"
    X, y = make_months()
    more = {name: weights}
    refuse_first_fit(MAKERS[kind](), X, y, match, **more)
    refuse_refit(MAKERS[kind](), (X, y), X, y, match, **more)


@pytest.mark.parametrize("size", [1.7e308, 1e-300])
@pytest.mark.parametrize("share", [1.0, np.linspace(0.1, 1, N_FIT)])
def test_only_the_shares_of_weights_matter(small_engine, size, share):
    X, y = make_months()
    shares = np.ones(N_FIT) * share
    extreme, plain = (
        make_pipe().fit(X, y, rnn__sample_weight=weights)
        for weights in (size * shares, shares)
    )
    np.testing.assert_allclose(extreme.predict(X), plain.predict(X), rtol=1e-6)


@pytest.mark.parametrize("size", [1e200, 1e300])
def test_weights_of_rows_left_out_do_not_matter(small_engine, size):
    windows, y = make_windows()  # the first three are incomplete
    small = np.full(N_FIT, 1e-100)
    odd = make_regressor().fit(windows, y, sample_weight=np.r_[[size] * 3, small[3:]])
    plain = make_regressor().fit(windows, y, sample_weight=small)
    np.testing.assert_allclose(odd.predict(windows), plain.predict(windows), rtol=1e-6)


def test_weights_of_other_rows_are_refused():
    X, y = make_months()
    match = "(?i)sample.weight.*index"
    refuse_first_fit(make_regressor(), X, y, match, sample_weight=other_order())


# Illegal parameters


NOT_COUNTS = [0, -1, 1.5, True, np.True_, "3", None, np.nan]

ILLEGAL_PARAMETERS = {
    SequenceWindower: {
        "time_steps": [*NOT_COUNTS, [3], 10**20],
        "horizon": [-1, 1.5, True, "1", None, N_FIT],
        "future_columns": ["b", ["c"], [2], [-3], [True], [1.5], [None], [["b"]]],
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
        "target_columns": ["b", ["c"], [2], [True], [1.0], 3, {"b": "z"}, {"c": 0}],
        "clip": ["yes", 1, None],
    },
    RecurrentRegressor: {
        "cell": ["foo", 1, None, ("lstm", "foo"), ("lstm", 1)],
        "units": [*NOT_COUNTS, (3, 0), (3, True), (3, 2.5), [[3]]],
        "dropout": [1.0, -0.1, True, "x", None, np.nan, [1.0], [0.1, True]],
        "input_dropout": [1.0, -0.1, True, "x", None, np.nan, [1.0], [0.1, True]],
        "recurrent_dropout": [1.0, -0.1, True, "x", None, np.nan, [1.0], [0.1, True]],
        "bidirectional": ["yes", 2, None],
        "dense_units": [*NOT_COUNTS, (3, 0), (3, True), (3, 2.5), [[3]]],
        "dense_activation": ["softmax", None, 1, True],
        "n_members": NOT_COUNTS,
        "learning_rate_schedule": ["nope", None, 1, True],
        "momentum": [-0.1, 1, True, "x", None, np.nan],
        "weight_decay": [-0.1, True, "x", np.nan],
        "global_clipnorm": [0, -1, True, "x", np.nan],
        "optimizer": [1, None],
        "learning_rate": [-1, 0, np.nan, np.inf, True, "fast", None],
        "loss": [1, None],
        "epochs": NOT_COUNTS,
        "batch_size": NOT_COUNTS,
        "early_stopping": ["yes", 1, None],
        "validation_fraction": [0, 1, -0.1, 1.5, True, "x", None, np.nan],
        "n_iter_no_change": NOT_COUNTS,
        "target_scaler": [Ellipsis, "nope", 1],
        "engine": ["nope", None, True],
        "keras_callbacks": ["x", 1],
        "network": [1, "x"],
        "metrics": ["mse", 1],
        "dtype": ["float16", np.float32, None],
        "warm_start": ["yes", None],
        "random_state": ["x", -1, 1.5, True, 2**40],
        "verbose": [3, -1, True, "x"],
    },
}


def parameters():
    return [
        pytest.param(cls, name, value, id=f"{cls.__name__}-{name}-{value!r:.30}")
        for cls, by_name in ILLEGAL_PARAMETERS.items()
        for name, values in by_name.items()
        for value in values
    ]


@pytest.mark.parametrize(("cls", "name", "value"), parameters())
def test_illegal_parameters_are_refused(cls, name, value):
    match = rf"\b{name}\b.* (must|needs|names) "
    message = refuse_first_fit(cls(**{name: value}), *make_months(), match)
    members = value if isinstance(value, list | tuple) else ()
    if isinstance(value, dict):
        members = [*value, *value.values()]
    assert any(repr(got) in message for got in (value, *members))


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    [
        (SequenceWindower, "time_steps", 0),
        (TargetAwareMinMaxScaler, "feature_range", (1, 0)),
        (LSTMRegressor, "epochs", 0),
        (LSTMRegressor, "units", (3, 0)),
    ],
)
def test_illegal_parameters_leave_a_fitted_estimator(small_engine, cls, name, value):
    X, y = make_months()
    estimator = cls().fit(X, y)
    answers = answer(estimator, X)
    estimator.set_params(**{name: value})
    with Untouched(estimator), pytest.raises(ValueError, match=name):
        estimator.fit(X, y)
    np.testing.assert_array_equal(answer(estimator, X), answers)


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
    match = f"A stack needs one value a layer.*{got}"
    refuse_first_fit(RecurrentRegressor(**params), *make_months(), match)


def test_parameters_set_after_fit_wait_for_the_next_fit():
    X, y = make_months()
    windower = SequenceWindower().fit(X, y)
    windows = windower.transform(X)
    windower.set_params(time_steps=5, horizon=0, future_columns=["b"])
    np.testing.assert_array_equal(windower.transform(X), windows)


def test_names_cannot_be_known_ahead_in_an_array():
    X, y = make_months()
    windower = SequenceWindower(future_columns=["b"])
    match = "future_columns names 'b', but X has the columns 0, 1.*set_output"
    refuse_first_fit(windower, X.to_numpy(), y, match)


def test_validation_must_leave_rows_to_train_on():
    regressor = make_regressor(early_stopping=True, validation_fraction=0.99)
    match = r"validation_fraction=0\.99 takes 30 of 30 .*Lower it"
    refuse_first_fit(regressor, *make_months(), match)


SCALERS = {
    "adds a column": (lambda y: np.c_[y, y], lambda y: y[:, :1]),
    "drops a row": (lambda y: y[1:], lambda y: y),
    "gives nan": (lambda y: y * np.nan, lambda y: y),
    "gives infinity": (lambda y: y + np.inf, lambda y: y),
}


@pytest.mark.parametrize(("scale", "unscale"), SCALERS.values(), ids=SCALERS)
def test_target_scalers_must_keep_rows_columns_and_numbers(
    small_engine, scale, unscale
):
    scaler = FunctionTransformer(scale, unscale, check_inverse=False)
    regressor = make_regressor(target_scaler=scaler)
    refuse_first_fit(regressor, *make_months(), "target_scaler")


INVERSES = {"nan": lambda y: y * np.nan, "two columns": lambda y: np.c_[y, y]}


@pytest.mark.parametrize("unscale", INVERSES.values(), ids=INVERSES)
def test_target_scalers_must_bring_numbers_back(small_engine, unscale):
    scaler = FunctionTransformer(inverse_func=unscale, check_inverse=False)
    regressor = make_regressor(target_scaler=scaler)
    refuse_first_fit(regressor, *make_months(), "target_scaler.inverse_transform")


def test_a_target_scaler_without_an_inverse_is_worth_a_warning(small_engine):
    scaler = FunctionTransformer(lambda y: y / 10)
    with pytest.warns(UserWarning, match="does not bring y back.*y's units"):
        make_regressor(target_scaler=scaler).fit(*make_months())


# What Keras is given


def layers_of(*layers, steps=0):
    """Make a builder of a network, for windows that are some steps longer."""

    def network(window_shape, n_outputs):
        import keras

        time_steps, n_features = window_shape
        shape = (time_steps + steps, n_features)
        made = [make(keras.layers, n_outputs) for make in layers]
        return keras.Sequential([keras.layers.Input(shape), *made])

    return network


def flat(layers, n_outputs):
    return layers.Flatten()


def dense(layers, n_outputs):
    return layers.Dense(n_outputs)


def too_wide(layers, n_outputs):
    return layers.Dense(n_outputs + 1)


def compiled(window_shape, n_outputs):
    model = layers_of(flat, dense)(window_shape, n_outputs)
    model.compile("adam", "mse")
    return model


def two_inputs(window_shape, n_outputs):
    import keras

    inputs = [keras.layers.Input(window_shape) for _ in range(2)]
    joined = keras.layers.Flatten()(keras.layers.Concatenate()(inputs))
    return keras.Model(inputs, keras.layers.Dense(n_outputs)(joined))


NETWORKS = {
    "nothing": (lambda shape, n: None, "must return a keras.Model; it returned None"),
    "number": (lambda shape, n: 3, "must return a keras.Model; it returned int"),
    "compiled": (compiled, "must return an uncompiled keras.Model"),
    "too wide": (
        layers_of(flat, too_wide),
        r"outputs of shape \(None, 1\); got \(None, 2\).*Dense\(n_outputs\)",
    ),
    "an answer a step": (
        layers_of(dense),
        r"outputs of shape \(None, 1\); got \(None, 1, 1\).*Dense\(n_outputs\)",
    ),
    "windows too long": (layers_of(flat, dense, steps=1), r"network.*\(None, 2, 2\)"),
    "two inputs": (two_inputs, "network.*input"),
}


@pytest.mark.parametrize(("network", "match"), NETWORKS.values(), ids=NETWORKS)
def test_networks_must_fit_windows_and_targets(network, match):
    refuse_first_fit(make_regressor(network=network), *make_months(), match)


NAMES_FOR_KERAS = {
    "loss": ("nope", "loss='nope' is not known.*'mse'"),
    "optimizer": ("nope", "optimizer='nope' is not known.*'adam'"),
    "metrics": (["nope"], "metric.*nope"),
    "keras_callbacks": ([1], "keras_callbacks.*Callback"),
}


@pytest.mark.parametrize(
    ("name", "value", "match"),
    [(name, *rest) for name, rest in NAMES_FOR_KERAS.items()],
    ids=NAMES_FOR_KERAS,
)
def test_what_keras_does_not_know_is_refused(name, value, match):
    regressor = make_regressor(**{name: value})
    refuse_first_fit(regressor, *make_months(), match)


def test_a_lambda_is_a_loss():
    X, y = make_months()
    by_name, by_function = (
        make_regressor(loss=loss).fit(X, y).predict(X)
        for loss in ("mse", lambda y_true, y_pred: (y_true - y_pred) ** 2)
    )
    np.testing.assert_allclose(by_function, by_name, rtol=1e-6)


# Odd forms of legal data


class Form(NamedTuple):
    """A way to write a table, and the plain numbers it stands for."""

    write: callable
    plain: callable = pd.DataFrame.to_numpy


def with_column_b(values):
    return lambda X: X.assign(b=pd.Series(list(map(values, X["b"])), X.index, object))


def read_only_memmap(rows):
    with tempfile.TemporaryFile() as file:
        mapped = np.memmap(file, shape=rows.shape, dtype=rows.dtype)
        mapped[:] = rows
    mapped.flags.writeable = False
    return mapped


def strided(rows):
    wide = np.full((2 * len(rows), 2 * rows.shape[1]), np.nan)
    wide[::2, ::2] = rows
    return wide[::2, ::2]


def backwards(rows):
    return rows[::-1, ::-1].copy()[::-1, ::-1]


def of_arrays(change):
    return lambda X: change(X.to_numpy())


FORMS = {
    "months": Form(lambda X: X),
    "months by time zone": Form(lambda X: X.tz_localize("Europe/Berlin")),
    "periods": Form(lambda X: X.to_period("M")),
    "row numbers": Form(lambda X: X.set_axis(X["b"].astype(int))),
    "names of months": Form(lambda X: X.set_axis(X.index.strftime("%Y %B"))),
    "list": Form(of_arrays(np.ndarray.tolist)),
    "polars": Form(pl.DataFrame),
    "fortran order": Form(of_arrays(np.asfortranarray)),
    "strided": Form(of_arrays(strided)),
    "backwards": Form(of_arrays(backwards)),
    "memmap": Form(of_arrays(read_only_memmap)),
    "nothing masked": Form(of_arrays(np.ma.masked_array)),
    "big endian": Form(of_arrays(lambda rows: rows.astype(">f8"))),
    "objects": Form(lambda X: X.astype(object)),
    "strings of numbers": Form(with_column_b(str)),
    "decimals": Form(with_column_b(Decimal)),
    "categories of numbers": Form(lambda X: X.astype({"b": "category"})),
    "nullable floats": Form(lambda X: X.astype("Float64"), lambda X: X.to_numpy()),
    "nullable integers": Form(lambda X: X.astype({"b": "Int64"})),
    "small integers": Form(lambda X: X.astype({"b": np.int8})),
    "large integers": Form(
        lambda X: X.assign(b=2**60 + 1000 * X["b"].astype(np.int64)),
        lambda X: X.assign(b=2.0**60 + 1000 * X["b"]).to_numpy(),
    ),
    "truth values": Form(
        lambda X: X.assign(b=X["b"] % 2 == 0),
        lambda X: X.assign(b=(X["b"] % 2 == 0) * 1.0).to_numpy(),
    ),
    "half precision": Form(
        lambda X: X.astype(np.float16),
        lambda X: X.astype(np.float16).to_numpy().astype(np.float64),
    ),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("kind", EVERYWHERE)
def test_odd_forms_give_the_numbers_of_plain_ones(small_engine, kind, form):
    check_form(kind, form)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_odd_forms_give_the_numbers_of_plain_ones_with_keras(form):
    check_form("pipeline", form)


def check_form(kind, form):
    X, y = make_months(N_FIT + N_LATER)
    y = y.to_numpy()[:N_FIT]
    odd, plain = MAKERS[kind](), MAKERS[kind]()
    odd.fit(form.write(X[:N_FIT]), y)
    plain.fit(form.plain(X[:N_FIT]), y)
    for rows in (X[:N_FIT], X[N_FIT:]):
        answers = np.asarray(answer(odd, form.write(rows)), dtype=float)
        np.testing.assert_array_equal(answers, answer(plain, form.plain(rows)))


WINDOW_FORMS = {
    "list": np.ndarray.tolist,
    "list of arrays": list,
    "objects": lambda w: w.astype(object),
    "fortran order": np.asfortranarray,
    "memmap": read_only_memmap,
    "backwards": backwards,
    "nothing masked": np.ma.masked_array,
}


@pytest.mark.parametrize("write", WINDOW_FORMS.values(), ids=WINDOW_FORMS)
@pytest.mark.parametrize("kind", ["scaler", "regressor"])
def test_odd_forms_of_windows(small_engine, kind, write):
    windows, y = make_windows()
    odd = MAKERS[kind]().fit(write(windows), y)
    plain = MAKERS[kind]().fit(windows, y)
    np.testing.assert_array_equal(answer(odd, write(windows)), answer(plain, windows))


TARGET_FORMS = {
    "array": pd.Series.to_numpy,
    "list": pd.Series.to_list,
    "polars": lambda y: pl.Series(y.to_numpy()),
    "objects": lambda y: y.astype(object),
    "strings of numbers": lambda y: y.astype(str),
    "decimals": lambda y: y.map(Decimal).astype(object),
    "categories of numbers": lambda y: y.astype("category"),
    "nullable floats": lambda y: y.astype("Float64"),
    "backwards": lambda y: backwards(y.to_numpy()[:, np.newaxis])[:, 0],
    "nothing masked": lambda y: np.ma.masked_array(y.to_numpy()),
}


@pytest.mark.parametrize("write", TARGET_FORMS.values(), ids=TARGET_FORMS)
@pytest.mark.parametrize("kind", ["pipeline", "regressor", "scaler"])
def test_odd_forms_of_the_target(small_engine, kind, write):
    X, y = make_months()
    odd, plain = MAKERS[kind]().fit(X, write(y)), MAKERS[kind]().fit(X, y)
    np.testing.assert_array_equal(answer(odd, X), answer(plain, X))


def test_a_target_of_one_column_gives_one_column(engine):
    X, y = make_months()
    column, row = make_pipe().fit(X, y.to_frame()), make_pipe().fit(X, y)
    assert column.predict(X).shape == (N_FIT, 1)
    np.testing.assert_array_equal(column.predict(X)[:, 0], row.predict(X))


def test_truth_values_are_a_target_of_0_and_1(small_engine):
    X, y = make_months()
    is_high = y > 50
    truth, number = (make_pipe().fit(X, t) for t in (is_high, 1.0 * is_high))
    np.testing.assert_array_equal(truth.predict(X), number.predict(X))


# Odd numbers


def test_a_constant_feature_says_nothing(engine):
    X, y = make_months()
    answers = [
        make_pipe().fit(X.assign(b=value), y).predict(X.assign(b=later))
        for value, later in ((7.0, 7.0), (-1e9, -1e9), (7.0, 8.0))
    ]
    assert np.isfinite(answers[0]).all()
    assert np.ptp(answers[0]) > 0
    np.testing.assert_array_equal(answers[0], answers[1])
    np.testing.assert_array_equal(answers[0], answers[2])


@pytest.mark.parametrize("value", [0.0, 0.1, -7e8, 1e300, 5e-324])
@pytest.mark.parametrize("kind", ["pipeline", "regressor"])
def test_a_constant_target_is_predicted_exactly(small_engine, kind, value):
    X, y = make_months()
    estimator = MAKERS[kind]().fit(X, 0 * y + value)
    assert set(estimator.predict(X)) == {value}


@pytest.mark.parametrize("scaler", [None, StandardScaler()])
def test_a_constant_target_is_exact_whatever_scales_it(small_engine, scaler):
    X, y = make_months()
    pipe = make_pipe(target_scaler=scaler).fit(X, 0 * y + 0.1)
    assert set(pipe.predict(X)) == {0.1}


def test_a_constant_target_is_scaled_back_exactly():
    X, y = make_months()
    scaler = TargetAwareMinMaxScaler().fit(X, 0 * y + 0.1)
    assert set(scaler.inverse_transform_target(np.linspace(-5, 5, 9))) == {0.1}
    assert set(scaler.transform_target(y)) == {0.0}


def test_one_row_is_enough_for_a_bare_regressor(engine):
    X, y = make_months()
    regressor = make_regressor().fit(X[:1], y[:1])
    np.testing.assert_array_equal(regressor.predict(X), np.full(N_FIT, y.iloc[0]))


@pytest.mark.parametrize("factor", [1e38, 1e300, 1e-300])
def test_the_size_of_numbers_does_not_matter_where_they_are_scaled(engine, factor):
    X, y = make_months()
    later, _ = make_later_months()
    of_features = make_pipe().fit(factor * X, y).predict(factor * later)
    of_target = make_pipe().fit(X, factor * y).predict(later)
    expected = make_pipe().fit(X, y).predict(later)
    np.testing.assert_allclose(of_features, expected, rtol=1e-5)
    np.testing.assert_allclose(of_target / factor, expected, rtol=1e-5)


@pytest.mark.parametrize("kind", ["windower", "windower_of_now"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_windows_of_the_largest_numbers(kind, dtype):
    largest = np.finfo(dtype).max
    X = np.where(np.arange(N_FIT) % 2, largest, -largest).astype(dtype)[:, np.newaxis]
    windower = MAKERS[kind]().fit(X, np.arange(N_FIT))
    windows = windower.transform(-X)
    assert windows.dtype == dtype
    assert set(np.abs(windows[np.isfinite(windows)])) == {largest}


def test_large_whole_targets_come_back_near(engine):
    X, y = make_months()
    whole = 2**60 + (1000 * y).astype(np.int64)
    y_pred = make_pipe().fit(X, whole).predict(X)
    rounded = make_pipe().fit(X, whole.astype(float)).predict(X)
    np.testing.assert_array_equal(y_pred, rounded)
    assert np.abs(y_pred - 2**60).max() < 1e6


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bare_regressors_never_answer_nan(dtype):
    X, y = make_months()
    regressor = make_regressor(dtype=dtype, epochs=30).fit(X, y)
    for size in 10.0 ** np.arange(1, 309, 11):
        for rows in (size * X / 40, -size * X / 40, size * X * [1, -1] / 40):
            try:
                y_pred = regressor.predict(rows)
            except ValueError as error:
                assert "beyond float32" in str(error)
                assert size > 1e37
            else:
                assert np.isfinite(y_pred).all(), size


def test_a_gap_in_the_dates_is_missing_steps(engine):
    days = pd.date_range("2024-01-01", periods=80, freq="D")
    X, y = make_months(80)
    X, y = X.set_axis(days), y.set_axis(days)
    keep = np.r_[0:30, 50:80]
    pipe = make_pipe().fit(X.iloc[keep], y.iloc[keep])
    windows = SequenceWindower().fit_transform(X.iloc[keep])
    of_all = SequenceWindower().fit_transform(X)[keep]
    across = np.isnan(windows).any(axis=(1, 2))
    assert np.flatnonzero(across).tolist() == [0, 1, 2, 30, 31, 32]
    np.testing.assert_array_equal(windows[~across], of_all[~across])
    assert np.isnan(windows[30]).all()
    y_pred = pipe.predict(X.iloc[keep])
    assert np.isfinite(y_pred).all()
    # Windows without the gap are answered as if there were none.
    np.testing.assert_allclose(y_pred[40:], pipe.predict(X.iloc[57:])[3:], rtol=1e-6)


def test_a_time_zone_changes_nothing(engine):
    X, y = make_months(N_FIT + N_LATER)
    answers = []
    for zone in (None, "UTC", "Europe/Berlin", "America/New_York"):
        table, target = X.tz_localize(zone), y.tz_localize(zone)
        pipe = make_pipe().fit(table[:N_FIT], target[:N_FIT])
        answers.append(pipe.predict(table[N_FIT:]))
    for other in answers[1:]:
        np.testing.assert_array_equal(other, answers[0])


def test_column_names_of_numbers_are_positions(small_engine):
    X, y = make_months()
    numbered = make_pipe().fit(X.set_axis([0, 1], axis=1), y)
    plain = make_pipe().fit(X, y)
    np.testing.assert_array_equal(
        numbered.predict(X.set_axis([0, 1], axis=1)), plain.predict(X)
    )
