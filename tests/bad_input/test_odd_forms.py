"""Odd forms of valid data give exactly the numbers of the same data in plain form."""

import tempfile
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
import pytest
from invalid_inputs import (
    EVERYWHERE,
    MAKERS,
    N_FIT,
    N_LATER,
    make_months,
    make_pipe,
    make_windows,
    predict_or_transform,
)


class Form(NamedTuple):
    """A way to write a table, and the plain numbers it holds."""

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
    "other text": Form(lambda X: X.set_axis(X.index.strftime("month %m of %Y"))),
    "list": Form(of_arrays(np.ndarray.tolist)),
    "list of arrays": Form(of_arrays(list)),
    "list of arrays of one number": Form(
        of_arrays(lambda rows: [[np.array(cell) for cell in row] for row in rows])
    ),
    "array of strings": Form(of_arrays(lambda rows: rows.astype(str))),
    "long doubles": Form(of_arrays(lambda rows: rows.astype(np.longdouble))),
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
    "booleans": Form(
        lambda X: X.assign(b=X["b"] % 2 == 0),
        lambda X: X.assign(b=(X["b"] % 2 == 0) * 1.0).to_numpy(),
    ),
    "half precision": Form(
        lambda X: X.astype(np.float16),
        lambda X: X.astype(np.float16).to_numpy().astype(np.float64),
    ),
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("kind", EVERYWHERE)
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_odd_forms_give_the_numbers_of_plain_ones(kind, form):
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
        predictions = np.asarray(
            predict_or_transform(odd, form.write(rows)), dtype=float
        )
        np.testing.assert_array_equal(
            predictions, predict_or_transform(plain, form.plain(rows))
        )


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
def test_odd_forms_of_windows(kind, write):
    windows, y = make_windows()
    odd = MAKERS[kind]().fit(write(windows), y)
    plain = MAKERS[kind]().fit(windows, y)
    np.testing.assert_array_equal(
        predict_or_transform(odd, write(windows)), predict_or_transform(plain, windows)
    )


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
def test_odd_forms_of_the_target(kind, write):
    X, y = make_months()
    odd, plain = MAKERS[kind]().fit(X, write(y)), MAKERS[kind]().fit(X, y)
    np.testing.assert_array_equal(
        predict_or_transform(odd, X), predict_or_transform(plain, X)
    )


def test_a_target_of_one_column_gives_one_column(engine):
    X, y = make_months()
    column, row = make_pipe().fit(X, y.to_frame()), make_pipe().fit(X, y)
    assert column.predict(X).shape == (N_FIT, 1)
    np.testing.assert_array_equal(column.predict(X)[:, 0], row.predict(X))


def test_booleans_are_a_target_of_0_and_1():
    X, y = make_months()
    is_high = y > 50
    boolean, number = (make_pipe().fit(X, t) for t in (is_high, 1.0 * is_high))
    np.testing.assert_array_equal(boolean.predict(X), number.predict(X))
