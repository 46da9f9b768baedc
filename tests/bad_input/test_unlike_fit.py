"""Later tables unlike those of fit raise or are warned about."""

from typing import NamedTuple

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
    check_later_call_raises,
    make_later_months,
    make_months,
    pairs_to_test,
    predict_or_transform,
    valid_rows_like,
)
from sklearn.exceptions import NotFittedError

from skseq import SequenceWindower, TargetAwareMinMaxScaler


class Unlike(NamedTuple):
    """A change of later rows that ``fit`` never saw, and the error's words."""

    change: callable
    match: str
    raised_by: tuple = EVERYWHERE


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
        r"same kind as in fit \(dates\).* contains dates with a time zone",
        WITH_INDEX,
    ),
    "row numbers": Unlike(
        lambda X: X.reset_index(drop=True),
        r"same kind as in fit \(dates\).* contains numbers",
        WITH_INDEX,
    ),
    "periods": Unlike(
        lambda X: X.to_period("M"),
        r"same kind as in fit \(dates\).* contains periods of M",
        WITH_INDEX,
    ),
    "time differences": Unlike(
        lambda X: X.set_axis(X.index - X.index[0]),
        r"same kind as in fit \(dates\).* contains time differences",
        WITH_INDEX,
    ),
    "nan in a window": Unlike(
        lambda X: X.mask(X["b"] == X["b"].iloc[-2]),
        r"X contains NaN: row 6 \(.*\), column 'a' \(2 such",
        WITHOUT_NAN,
    ),
    "too large for float32": Unlike(
        lambda X: 1e60 * X,
        r"X contains absolute values up to .*beyond float32.*Scale",
        ("pipeline", "regressor"),
    ),
}


@pytest.mark.parametrize(("kind", "case"), pairs_to_test(UNLIKE_FIT))
def test_tables_unlike_those_of_fit_raise(kind, case):
    X, _ = make_later_months()
    check_later_call_raises(MAKERS[kind](), make_months(), case.change(X), case.match)


@pytest.mark.parametrize(
    "names", [[0, 1], [1, 0], [("a", 1), ("b", 1)], [0.5, -1.5]], ids=repr
)
@pytest.mark.parametrize("kind", EVERYWHERE)
def test_columns_in_another_order_raise_for_names_of_all_types(kind, names):
    X, y = make_months()
    later, _ = make_later_months()
    X, later = (table.set_axis(names, axis=1) for table in (X, later))
    match = r"columns of X must be in the same order as in fit.*got .*Reorder"
    check_later_call_raises(MAKERS[kind](), (X, y), later[names[::-1]], match)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_names_that_are_not_strings_may_change(kind):
    X, y = make_months()
    later, _ = make_later_months()
    plain = predict_or_transform(MAKERS[kind]().fit(X, y), later)
    estimator = MAKERS[kind]().fit(X.set_axis([3, 7], axis=1), y)
    for names in ([3, 7], [0, 1], [3, 0]):
        predictions = predict_or_transform(estimator, later.set_axis(names, axis=1))
        np.testing.assert_array_equal(predictions, plain)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_polars_columns_in_another_order_raise(kind):
    X = pl.DataFrame(make_later_months()[0])
    valid = valid_rows_like(X)
    check_later_call_raises(
        MAKERS[kind](), valid, X[["b", "a"]], "names should match.*\n.*order"
    )


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_arrays_of_another_width_raise(kind):
    X, y = make_months()
    match = "X has 3 features, but .* is expecting 2 features"
    valid = X.to_numpy(), y.to_numpy()
    check_later_call_raises(MAKERS[kind](), valid, np.ones((5, 3)), match)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_nothing_is_predicted_before_fit(kind):
    with pytest.raises(NotFittedError, match="is not fitted yet"):
        predict_or_transform(MAKERS[kind](), make_months()[0])


def test_rows_on_another_step_raise():
    X, y = make_months()
    windower = SequenceWindower().fit(X, y)
    match = (
        r"must match the frequency of the fitted rows \(MS.*gaps='ignore' in the Seq"
    )
    days = pd.date_range(X.index[-1] + pd.Timedelta(days=5), periods=len(X))
    other = X.set_axis(days)
    with pytest.raises(ValueError, match=match):
        windower.transform(other)


WARNED_OF = {
    "names of months": (
        lambda X: X.set_axis(X.index.strftime("%Y %B")),
        r"fitted on rows with an index, but X has no index, or one of text.*date",
    ),
    "other values at fitted dates": (
        lambda X: X.set_axis(X.index - pd.DateOffset(months=3)),
        r"but with other values \(the first is 2022-04-01.*different index",
    ),
}


@pytest.mark.parametrize(("change", "match"), WARNED_OF.values(), ids=WARNED_OF)
@pytest.mark.parametrize("kind", ["pipeline", "windower"])
def test_doubtful_rows_raise_a_warning(kind, change, match):
    estimator = MAKERS[kind]().fit(*make_months())
    X, _ = make_later_months()
    with pytest.warns(UserWarning, match=match):
        predictions = predict_or_transform(estimator, change(X))
    assert len(predictions) == len(X)


def test_a_refit_warns_of_a_lost_index_again():
    X, y = make_months()
    named = X.set_axis(X.index.strftime("%Y %B"))
    windower = SequenceWindower()
    for _ in range(2):
        windower.fit(X, y)
        with pytest.warns(UserWarning, match="fitted on rows with an index"):
            windower.transform(named)
        windower.transform(named)


HIDDEN_IN_SCALED = {
    "masked": lambda rows: np.ma.masked_equal(rows, rows[5, 1]),
    "dates": lambda rows: pl.DataFrame({"a": [A_DAY] * len(rows), "b": rows[:, 1]}),
    "sparse": sp.csr_array,
}


@pytest.mark.parametrize("write", HIDDEN_IN_SCALED.values(), ids=HIDDEN_IN_SCALED)
@pytest.mark.parametrize("has_names", [True, False])
def test_invalid_scaled_values_raise(write, has_names):
    X, y = make_months()
    scaler = TargetAwareMinMaxScaler().fit(X if has_names else X.to_numpy(), y)
    scaled = np.asarray(scaler.transform(X if has_names else X.to_numpy()))
    with pytest.raises((ValueError, TypeError), match="mask|dates|Sparse"):
        scaler.inverse_transform(write(scaled))
