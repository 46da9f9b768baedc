"""Rows that an update leaves out: no later update can add them."""

import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, forecaster, months, naive_pipe, walk

from skseq.exceptions import IncompleteWindowWarning

N_KNOWN = 40
LABELS = {
    "days": pd.date_range("2024-01-01", periods=60),
    "months": months(60),
    "business days": pd.bdate_range("2024-01-01", periods=60),
    "numbers": pd.RangeIndex(60),
}


def warnings_of(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [str(w.message) for w in caught if w.category is IncompleteWindowWarning]


def series(kind):
    return pd.Series(walk(60).to_numpy(), LABELS[kind], name="sales")


def naive(strategy="direct"):
    return forecaster(naive_pipe(4), horizon=2, strategy=strategy)


@pytest.mark.sample(3)
@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("n_left_out", "n_new"), [(2, 1), (3, 3), (9, 2)])
def test_an_update_names_the_steps_that_it_leaves_out(
    kind, strategy, n_left_out, n_new
):
    y = series(kind)
    fitted = naive(strategy).fit(y[:N_KNOWN])
    start = N_KNOWN + n_left_out
    (text,) = warnings_of(lambda: fitted.update(y[start : start + n_new]))
    assert text.startswith(
        f"The rows passed to update skip {n_left_out} steps, the first between "
        f"{y.index[N_KNOWN - 1]} and {y.index[start]}."
    )
    assert np.isfinite(forecast_of(fitted)).all()
    # The advice: all rows, in the same update or in fit.
    fitted = naive(strategy).fit(y[:N_KNOWN])
    assert warnings_of(lambda: fitted.update(y[N_KNOWN : start + n_new])) == []
    assert warnings_of(fitted.forecast) == []


def forecast_of(fitted):
    with pytest.warns(IncompleteWindowWarning, match="Add these rows and fit again"):
        return fitted.forecast()


@pytest.mark.parametrize("kind", LABELS)
def test_steps_after_the_known_ones_are_named_even_if_the_forecast_reads_none(kind):
    y = series(kind)
    fitted = naive().fit(y[:N_KNOWN])
    new = y[N_KNOWN + 3 :].drop(y.index[N_KNOWN + 8])  # the second is not read
    (text,) = warnings_of(lambda: fitted.update(new))
    assert f"3 steps, the first between {y.index[N_KNOWN - 1]} and" in text
    assert "No later update can add them" in text and "next forecast" not in text
    with pytest.raises(ValueError, match="must follow the known rows"):
        fitted.update(y[N_KNOWN : N_KNOWN + 3])
    assert warnings_of(fitted.forecast) == []


def test_gaps_from_before_the_update_are_not_named_again():
    y = series("days")
    fitted = naive().fit(y[:N_KNOWN].drop(y.index[N_KNOWN - 2]))
    assert warnings_of(lambda: fitted.update(y[N_KNOWN : N_KNOWN + 1])) == []
    forecast_of(fitted)


def test_a_gap_within_the_new_rows_is_named():
    y = series("days")
    fitted = naive().fit(y[:N_KNOWN])
    new = y[N_KNOWN : N_KNOWN + 5].drop(y.index[N_KNOWN + 2])
    (text,) = warnings_of(lambda: fitted.update(new))
    assert f"1 step, the first between {y.index[N_KNOWN + 1]} and" in text


@pytest.mark.filterwarnings("error")
def test_an_update_that_fails_by_a_warning_changes_nothing():
    y = series("days")
    fitted = naive().fit(y[:N_KNOWN])
    with pytest.raises(IncompleteWindowWarning):
        fitted.update(y[N_KNOWN + 2 :][:1])
    fitted.update(y[N_KNOWN : N_KNOWN + 3]).forecast()


def test_each_of_several_series_is_compared_with_its_own_end():
    y = series("days")
    panel = pd.concat({"a": y[:N_KNOWN], "b": y[: N_KNOWN - 5]}, names=["s", "t"])
    fitted = naive().fit(panel)
    late = pd.concat({"a": y[N_KNOWN:][:1], "b": y[N_KNOWN:][:1]}, names=["s", "t"])
    (text,) = warnings_of(lambda: fitted.update(late))
    start = "The rows passed to update skip 5 steps, the first between 2024-02-04"
    assert text.startswith(start)
    fitted = naive().fit(panel)
    new = pd.concat({"a": y[N_KNOWN:][:1], "c": y[N_KNOWN:][:8]}, names=["s", "t"])
    assert warnings_of(lambda: fitted.update(new)) == []


def test_update_without_rows_names_the_target():
    fitted = forecaster(naive_pipe()).fit(np.arange(40.0))
    with pytest.raises(ValueError, match="the target y is None"):
        fitted.update(None)
