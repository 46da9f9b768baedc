"""Invalid weights end in a clear error, and only the ratios of valid ones matter."""

import numpy as np
import pandas as pd
import pytest
from invalid_inputs import (
    MAKERS,
    N_FIT,
    check_first_fit_raises,
    check_refit_raises,
    make_months,
    make_pipe,
    make_regressor,
    make_windows,
)
from sklearn import config_context


def one_weight_is(value, row=5):
    weights = np.ones(N_FIT)
    weights[row] = value
    return weights


def other_order():
    """Make weights whose index is that of other rows."""
    return pd.Series(np.arange(N_FIT) + 1.0, make_months()[0].index[::-1])


INVALID_WEIGHTS = {
    "too short": (np.ones(N_FIT - 1), r"sample_weight.shape == \(29,\), expected"),
    "two columns": (np.ones((N_FIT, 2)), "Sample weights must be 1D"),
    "all zero": (np.zeros(N_FIT), "(?i)sample.weight.*zero"),
    "negative": (one_weight_is(-1), "Negative values.*sample_weight"),
    "nan": (one_weight_is(np.nan), "sample_weight contains NaN"),
    "infinity": (one_weight_is(np.inf), "sample_weight contains infinity"),
    "too large": (one_weight_is(1.7e308), r"at most 1e\+150; got 1\.7e\+308"),
    "dict": ({0: 1.0}, r"sample_weight must be .* an array.*got \{0: 1.0\}"),
    "set": ({1.0}, r"sample_weight must be .* an array.*got \{1.0\}"),
    "text": ("balanced", "sample_weight must be .* an array.*got 'balanced'"),
    "strings": (
        ["red"] * N_FIT,
        "sample_weight must contain numbers only, but row 0.*could not convert string",
    ),
    "complex": (
        1j * np.ones(N_FIT),
        r"sample_weight must contain numbers only, but row 0.* is .*1j.*Complex data",
    ),
    "dates": (
        np.ones(N_FIT, "m8[D]"),
        "sample_weight must contain numbers only.*durations",
    ),
    "list of dates": (
        [np.timedelta64(1, "D")] * N_FIT,
        "sample_weight must contain numbers only.*durations",
    ),
    "masked": (np.ma.masked_equal(one_weight_is(3), 3), r"(?i)sample.weight.*mask"),
    "frame without columns": (
        pd.DataFrame(index=range(N_FIT)),
        "sample_weight is a frame without columns",
    ),
}


@pytest.mark.parametrize(
    ("weights", "match"), INVALID_WEIGHTS.values(), ids=INVALID_WEIGHTS
)
@pytest.mark.parametrize("kind", ["pipeline", "regressor", "naive"])
def test_invalid_weights_raise(kind, weights, match):
    name = "rnn__sample_weight" if kind == "pipeline" else "sample_weight"
    X, y = make_months()
    more = {name: weights}
    check_first_fit_raises(MAKERS[kind](), X, y, match, **more)
    check_refit_raises(MAKERS[kind](), (X, y), X, y, match, **more)


@pytest.mark.parametrize(("value", "name"), [(np.nan, "NaN"), (np.inf, "infinity")])
def test_invalid_weights_are_named_if_scikit_learn_checks_nothing(value, name):
    X, y = make_months()
    with config_context(assume_finite=True):
        match = f"sample_weight must be finite.* got {name}[.] .*drop these rows"
        with pytest.raises(ValueError, match=match):
            make_pipe().fit(X, y, rnn__sample_weight=one_weight_is(value))


@pytest.mark.parametrize("size", [1e140, 1e-300])
@pytest.mark.parametrize("ratios", [1.0, np.linspace(0.1, 1, N_FIT)])
def test_only_the_ratios_of_weights_matter(size, ratios):
    X, y = make_months()
    ratios = np.ones(N_FIT) * ratios
    extreme, plain = (
        make_pipe().fit(X, y, rnn__sample_weight=weights)
        for weights in (size * ratios, ratios)
    )
    np.testing.assert_allclose(extreme.predict(X), plain.predict(X), rtol=1e-6)


@pytest.mark.parametrize("size", [1e50, 1e140])
def test_weights_of_rows_left_out_do_not_matter(size):
    windows, y = make_windows()  # the first three are incomplete
    small = np.full(N_FIT, 1e-100)
    odd = make_regressor().fit(windows, y, sample_weight=np.r_[[size] * 3, small[3:]])
    plain = make_regressor().fit(windows, y, sample_weight=small)
    np.testing.assert_allclose(odd.predict(windows), plain.predict(windows), rtol=1e-6)


@pytest.mark.parametrize("kind", ["pipeline", "regressor", "naive"])
def test_weights_of_other_rows_raise(kind):
    name = "rnn__sample_weight" if kind == "pipeline" else "sample_weight"
    match = r"sample_weight must have the same index.*sample_weight\.loc"
    more = {name: other_order()}
    check_first_fit_raises(MAKERS[kind](), *make_months(), match, **more)
