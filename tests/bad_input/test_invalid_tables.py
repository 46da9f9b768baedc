"""Invalid tables raise a clear error and leave the estimator unchanged."""

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
from invalid_inputs import (
    A_DAY,
    EVERYWHERE,
    MAKERS,
    WITH_INDEX,
    WITHOUT_NAN,
    Invalid,
    Unchanged,
    as_array,
    check_first_fit_raises,
    check_later_call_raises,
    check_refit_raises,
    make_later_months,
    make_months,
    make_regressor,
    pairs_to_test,
    valid_rows_like,
)


def put_cell(value, dtype=float, row=5):
    """Put a value into column b."""

    def make_invalid(X, y):
        X = X.astype({"b": dtype})
        X.iloc[row, 1] = value
        return X, y

    return make_invalid


def put_column(make):
    """Replace column b by what ``make(n_rows)`` gives."""
    return lambda X, y: (X.assign(b=make(len(X))), y)


def put_objects(value):
    """Replace column b by one Python object again and again."""
    return lambda X, y: (X.assign(b=pd.Series(len(X) * [value], X.index, object)), y)


def put_index(change):
    """Give X and y the same other index."""

    def make_invalid(X, y):
        labels = change(list(X.index))
        return X.set_axis(labels), y.set_axis(labels)

    return make_invalid


def exchange_rows(table):
    return table.iloc[[1, 0, *range(2, len(table))]]


def ragged(rows):
    return [*rows[:-1].tolist(), rows[-1, :1].tolist()]


INVALID_TABLES = {
    "nan": Invalid(
        put_cell(np.nan),
        r"X contains NaN: row 5 \(.*\), column 'b' \(1 such .*drop or fill",
        WITHOUT_NAN,
    ),
    "nan in an array": Invalid(
        as_array(lambda rows: np.where(rows == rows[5, 1], np.nan, rows)),
        r"X contains NaN: row 5, column 1 .*drop or fill",
        WITHOUT_NAN,
    ),
    "missing integer": Invalid(
        put_column(lambda n: pd.array([1, None] * (n // 2), dtype="Int64")),
        r"X contains NaN: row 1 .*column 'b'.*drop or fill",
        WITHOUT_NAN,
    ),
    "None among objects": Invalid(
        put_cell(None, object),
        r"X contains NaN: row 5 .*column 'b'.*drop or fill",
        WITHOUT_NAN,
    ),
    "NA among objects": Invalid(put_cell(pd.NA, object), "column 'b'", WITHOUT_NAN),
    "null in polars": Invalid(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": [1.0, None] * (len(X) // 2)}),
            y.to_numpy(),
        ),
        "X contains NaN: row 1, column 'b'.*drop or fill",
        WITHOUT_NAN,
    ),
    "infinity": Invalid(
        put_cell(-np.inf),
        r"X contains infinity: row 5 \(.*\), column 'b' \(1 such .*drop or fill",
    ),
    "strings": Invalid(put_cell("red", object), "column 'b'.*red"),
    "column of strings": Invalid(put_column(lambda n: ["red"] * n), "column 'b'.*red"),
    "categories": Invalid(
        put_column(lambda n: pd.Categorical(["red", "green"] * (n // 2))),
        "column 'b'.*red",
    ),
    "strings in polars": Invalid(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": ["red"] * len(X)}),
            y.to_numpy(),
        ),
        "column 'b'.*red",
    ),
    "dates": Invalid(
        put_column(lambda n: pd.date_range("2020-01-01", periods=n)),
        "X must contain numbers only.* dates in 'b'.*set_index",
    ),
    "dates with a time zone": Invalid(
        put_column(lambda n: pd.date_range("2020-01-01", periods=n, tz="UTC")),
        "X must contain numbers only.* dates in 'b'.*set_index",
    ),
    "time differences": Invalid(
        put_column(lambda n: pd.timedelta_range("1h", periods=n)),
        r"X must .* durations in 'b'.*seconds: X\['b'\]\.dt\.total_seconds\(\)",
    ),
    "time differences as objects": Invalid(
        put_objects(datetime.timedelta(hours=1)), "durations in 'b'|column 'b'"
    ),
    "time differences in polars": Invalid(
        lambda X, y: (
            pl.DataFrame({"b": [datetime.timedelta(hours=1)] * len(X)}),
            y.to_numpy(),
        ),
        r"X must .* durations in 'b'.*seconds: X\['b'\]\.dt\.total_seconds\(\)",
    ),
    "periods": Invalid(
        put_column(lambda n: pd.period_range("2020-01", periods=n, freq="M")),
        "X must contain numbers only.* dates in 'b'.*set_index",
    ),
    "dates as objects": Invalid(put_objects(A_DAY), "dates in 'b'|column 'b'"),
    "timestamps as objects": Invalid(
        put_objects(pd.Timestamp(A_DAY)), "dates in 'b'|column 'b'"
    ),
    "numpy dates as objects": Invalid(
        put_objects(np.datetime64(A_DAY)), "dates in 'b'|column 'b'"
    ),
    "dates in polars": Invalid(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": X.index.to_numpy()}),
            y.to_numpy(),
        ),
        "X must contain numbers only.* dates in 'b'.*set_index",
    ),
    "array of dates": Invalid(
        as_array(lambda rows: rows.astype("M8[D]")),
        "X must contain numbers only.*dates",
    ),
    "times of day in polars": Invalid(
        lambda X, y: (
            pl.DataFrame({"a": [1.0] * len(X), "b": [datetime.time(9)] * len(X)}),
            y.to_numpy(),
        ),
        "X must contain numbers only.* dates in 'b'.*set_index",
    ),
    "list of numpy dates": Invalid(
        as_array(lambda rows: [[1.0, np.datetime64(A_DAY)]] * len(rows)),
        "X must contain numbers only.*dates",
    ),
    "list of numpy time differences": Invalid(
        as_array(lambda rows: [[1.0, np.timedelta64(3, "D")]] * len(rows)),
        "X must contain numbers only.*durations",
    ),
    "list of arrays of time differences": Invalid(
        as_array(lambda rows: list(rows.astype("m8[ns]"))),
        "X must contain numbers only.*durations",
    ),
    "complex column": Invalid(put_column(lambda n: 1j * np.arange(n)), "Complex data"),
    "complex array": Invalid(as_array(lambda rows: rows + 1j), "Complex data"),
    "complex objects": Invalid(put_objects(1j), "column 'b'"),
    "integer beyond floats": Invalid(put_objects(10**400), "column 'b'"),
    "names twice": Invalid(
        lambda X, y: (X.set_axis(["a", "a"], axis=1), y),
        "^The columns of X must have unique names.*'a'",
    ),
    "names of two kinds": Invalid(
        lambda X, y: (X.set_axis(["a", 1], axis=1), y),
        r"all input features have string names.*\['int', 'str'\]",
    ),
    "no rows": Invalid(
        lambda X, y: (X[:0], y[:0]), r"0 sample\(s\).* while a minimum of 1 is required"
    ),
    "no columns": Invalid(
        lambda X, y: (X[[]], y),
        r"0 feature\(s\).* while a minimum of 1 is required",
        also_later=False,  # scikit-learn warns of lost names before
    ),
    "no columns in an array": Invalid(
        as_array(lambda rows: rows[:, :0]),
        r"0 feature\(s\).* while a minimum of 1 is required",
    ),
    "one dimension": Invalid(as_array(lambda rows: rows[:, 0]), "Expected 2D array"),
    "series": Invalid(lambda X, y: (X["a"], y), r"X.to_frame\(\) .*to_frame\(\).T if"),
    "polars series": Invalid(
        as_array(lambda rows: pl.Series(rows[:, 0])), r"X.to_frame\(\) if .* column\."
    ),
    "number": Invalid(as_array(lambda rows: 3.0), "X must be a frame.*got 3.0 of type"),
    "nothing": Invalid(as_array(lambda rows: None), "X must be a frame.*got None"),
    "text": Invalid(as_array(lambda rows: "red"), "X must be a frame.*got 'red'"),
    "dict": Invalid(
        as_array(lambda rows: {"a": rows[:, 0]}), "X must be a frame.*of type dict"
    ),
    "generator": Invalid(
        as_array(iter), r"X must be a frame.*of type .*iterator.*list\(\.\.\.\)"
    ),
    "three dimensions": Invalid(
        as_array(lambda rows: np.ones((len(rows), 3, 2))),
        "dim 3|3 dimension",
        WITH_INDEX,
    ),
    "four dimensions": Invalid(
        as_array(lambda rows: np.ones((len(rows), 3, 2, 2))),
        r"shape \(\d+, 3, 2, 2\)|dim 4|4 dimension|3 dimension",
    ),
    "sparse array": Invalid(as_array(sp.csr_array), r"Sparse data .*X.*toarray\(\)"),
    "sparse matrix": Invalid(as_array(sp.csc_matrix), r"Sparse data .*X.*toarray\(\)"),
    "other byte order": Invalid(
        lambda X, y: (X.astype(">f4"), y),
        r"^X must have numbers in the byte order.*; X\[.*is >f4.*astype\('float32'\)",
    ),
    "sparse frame": Invalid(
        lambda X, y: (X.astype(pd.SparseDtype(float, 0)), y),
        r"^X must be dense.*: X\.sparse\.to_dense\(\)\.",
    ),
    "ragged list": Invalid(as_array(ragged), r"\bX\b.*row"),
    "masked": Invalid(
        as_array(lambda rows: np.ma.masked_equal(rows, rows[5, 1])),
        r"X is a masked array with 1 masked value.*Fill the masked values",
    ),
    "list of masked rows": Invalid(
        as_array(lambda rows: list(np.ma.masked_equal(rows, rows[5, 1]))), "mask"
    ),
    "series without a name": Invalid(
        put_index(
            lambda labels: pd.MultiIndex.from_arrays(
                [["a", *[None] * (len(labels) - 1)], labels]
            )
        ),
        r"first level of the index of X must name the series.*missing in row 1",
        WITH_INDEX,
    ),
    "unknown date": Invalid(
        put_index(lambda labels: pd.DatetimeIndex([pd.NaT, *labels[1:]])),
        r"index of X must .* 1 missing label.*X\.index\.notna",
        WITH_INDEX,
    ),
    "unknown number in the index": Invalid(
        put_index(lambda labels: np.r_[np.arange(len(labels) - 1.0), np.nan]),
        r"index of X must .* 1 missing label.*X\.index\.notna",
        WITH_INDEX,
        also_later=False,  # an index of another kind than in fit
    ),
    "same date twice": Invalid(
        put_index(lambda labels: pd.DatetimeIndex([labels[1], *labels[1:]])),
        r"index of X has duplicates \(the first is 20.*groupby\(level=0\)",
        WITH_INDEX,
    ),
    "latest first": Invalid(
        lambda X, y: (X[::-1], y[::-1]),
        r"index of X is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "two rows exchanged": Invalid(
        lambda X, y: (exchange_rows(X), exchange_rows(y)),
        r"index of X is unsorted.*sort_index\(\)",
        WITH_INDEX,
    ),
    "other index in y": Invalid(
        lambda X, y: (X, y.shift(1, freq="MS")),
        r"same index.*row 0 is 2020-01-01 .* in X and 2020-02-01 .* in y.*y\.loc",
        also_later=False,
    ),
    "other kind of index in y": Invalid(
        lambda X, y: (X, y.reset_index(drop=True)),
        r"same index.*row 0 is 2020-01-01 .* in X and 0 in y.*y\.loc",
        also_later=False,
    ),
    "too few rows": Invalid(
        lambda X, y: (X[:3], y[:3]),
        r"time_steps=3, horizon=1\) needs at least .* = 4 rows.*got 3 .*smaller",
        ("pipeline", "windower"),
        also_later=False,
    ),
    "one row": Invalid(
        lambda X, y: (X[:1], y[:1]),
        r"needs at least .* = 4 rows.*got 1 .*smaller time_steps",
        ("pipeline", "windower"),
        also_later=False,
    ),
    "beyond float32": Invalid(
        lambda X, y: (1e100 * X, y),
        r"X contains absolute values up to 3\.\de\+101.*float32.*dtype='float64'",
        ("regressor",),
        also_later=False,  # predict has another bound: see test_odd_numbers
    ),
    "too large": Invalid(
        put_cell(-1.7e308),
        r"X contains -1\.7e\+308, whose absolute value is above 1e\+150: row 5 \(.*\), "
        r"column 'b' \(1 such ",
    ),
}


@pytest.mark.parametrize(("kind", "case"), pairs_to_test(INVALID_TABLES))
def test_invalid_tables_raise_in_fit(kind, case):
    X, y = case.make_invalid(*make_months())
    check_first_fit_raises(MAKERS[kind](), X, y, case.match)
    check_refit_raises(MAKERS[kind](), valid_rows_like(X), X, y, case.match)


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("kind", "case"), pairs_to_test(INVALID_TABLES, also_later=True)
)
def test_invalid_tables_raise_after_fit(kind, case):
    X, _ = case.make_invalid(*make_later_months())
    check_later_call_raises(MAKERS[kind](), valid_rows_like(X), X, case.match)


@pytest.mark.parametrize(
    "case",
    [case for case in INVALID_TABLES.values() if "regressor" in case.raised_by],
    ids=[name for name, c in INVALID_TABLES.items() if "regressor" in c.raised_by],
)
def test_invalid_tables_raise_in_partial_fit(case):
    X, y = case.make_invalid(*make_months())
    regressor = make_regressor()
    with Unchanged(regressor), pytest.raises((ValueError, TypeError), match=case.match):
        regressor.partial_fit(X, y)
    if case.also_later:
        regressor.fit(*valid_rows_like(X))
        with Unchanged(regressor), pytest.raises((ValueError, TypeError)):
            regressor.partial_fit(X, y)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_lazy_frames_raise(kind):
    X, y = make_months()
    match = r"X must be a frame.*of type LazyFrame.*collect\(\)"
    check_first_fit_raises(MAKERS[kind](), pl.DataFrame(X).lazy(), y.to_numpy(), match)
