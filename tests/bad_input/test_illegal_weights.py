"""Illegal weights end in a clear error, and only the shares of legal ones matter."""

import numpy as np
import pandas as pd
import pytest
from refusals import (
    MAKERS,
    N_FIT,
    make_months,
    make_pipe,
    make_regressor,
    make_windows,
    refuse_first_fit,
    refuse_refit,
)


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
    "dates": (np.ones(N_FIT, "m8[D]"), "sample_weight has dates"),
    "list of dates": ([np.timedelta64(1, "D")] * N_FIT, "sample_weight has dates"),
    "masked": (np.ma.masked_equal(spoilt(3), 3), r"(?i)sample.weight.*mask"),
}


@pytest.mark.parametrize(
    ("weights", "match"), ILLEGAL_WEIGHTS.values(), ids=ILLEGAL_WEIGHTS
)
@pytest.mark.parametrize("kind", ["pipeline", "regressor", "naive"])
def test_illegal_weights_are_refused(small_engine, kind, weights, match):
    name = "rnn__sample_weight" if kind == "pipeline" else "sample_weight"
    X, y = make_months()
    more = {name: weights}
    refuse_first_fit(MAKERS[kind](), X, y, match, **more)
    refuse_refit(MAKERS[kind](), (X, y), X, y, match, **more)


@pytest.mark.parametrize("size", [1e100, 1e-300])
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


@pytest.mark.parametrize("kind", ["pipeline", "regressor", "naive"])
def test_weights_of_other_rows_are_refused(kind):
    name = "rnn__sample_weight" if kind == "pipeline" else "sample_weight"
    match = r"sample_weight have a different index.*sample_weight\.loc"
    more = {name: other_order()}
    refuse_first_fit(MAKERS[kind](), *make_months(), match, **more)
