"""Invalid windows raise a clear error and leave the estimator unchanged."""

import numpy as np
import pytest
from invalid_inputs import (
    A_DAY,
    MAKERS,
    check_first_fit_raises,
    check_later_call_raises,
    check_refit_raises,
    make_regressor,
    make_windows,
)

INVALID_WINDOWS = {
    "infinity": (lambda w: np.where(w == w[5, 1, 1], np.inf, w), "X contains infinity"),
    "too large": (
        lambda w: np.where(w == w[5, 1, 1], 1e151, w),
        r"X contains 1e\+151, whose absolute value is above 1e\+150: row 4, step 2 of "
        "its window, feature 1",
    ),
    "four dimensions": (
        lambda w: w[..., np.newaxis],
        r"shape \(n_rows, time_steps, n_features\).*got shape \(\d+, 3, 2, 1\)",
    ),
    "no rows": (lambda w: w[:0], r"0 sample\(s\).*minimum of 1"),
    "masked": (np.ma.masked_invalid, r"masked array with 12 masked values.*Fill"),
    "list of masked windows": (lambda w: list(np.ma.masked_invalid(w)), "mask"),
    "strings": (lambda w: np.full(w.shape, "red"), r"could not convert string .*red"),
    "complex": (lambda w: w + 1j, "Complex data"),
    "dates": (
        lambda w: np.full(w.shape, A_DAY, "M8[D]"),
        "X must contain numbers only.*dates",
    ),
    "dates as objects": (
        lambda w: np.full(w.shape, A_DAY, object),
        "X must contain numbers",
    ),
    "ragged": (
        lambda w: [*w[:-1].tolist(), w[-1, :1].tolist()],
        r"\bX\b.*(row|window)",
    ),
}
INVALID_SHAPES = {
    "no steps": (lambda w: w[:, :0], r"all at least 1.*got shape \(\d+, 0, 2\)"),
    "no features": (lambda w: w[:, :, :0], r"all at least 1.*got shape \(\d+, 3, 0\)"),
}
OTHER_SHAPES = {
    "other steps": (
        lambda w: w[:, 1:],
        r"got \(2, 2\), but .*fitted on \(3, 2\)",
    ),
    "other features": (
        lambda w: w[:, :, :1],
        r"got \(3, 1\), but .*fitted on \(3, 2\)",
    ),
    "a table": (
        lambda w: w[:, 0],
        r"fitted on windows \(3-D\), but X has 2 dimension.*same Pipeline",
    ),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("change", "match"),
    (INVALID_WINDOWS | INVALID_SHAPES).values(),
    ids=INVALID_WINDOWS | INVALID_SHAPES,
)
@pytest.mark.parametrize("kind", ["scaler", "regressor", "naive"])
def test_invalid_windows_raise_in_fit(kind, change, match):
    windows, y = make_windows()
    bad = change(windows)
    check_first_fit_raises(MAKERS[kind](), bad, y[: len(bad)], match)
    check_refit_raises(MAKERS[kind](), (windows, y), bad, y[: len(bad)], match)


@pytest.mark.parametrize(
    ("change", "match"),
    (INVALID_WINDOWS | OTHER_SHAPES).values(),
    ids=INVALID_WINDOWS | OTHER_SHAPES,
)
@pytest.mark.parametrize("kind", ["scaler", "regressor", "naive"])
def test_invalid_windows_raise_after_fit(kind, change, match):
    windows, y = make_windows()
    check_later_call_raises(MAKERS[kind](), (windows, y), change(windows), match)


def test_windows_that_all_miss_a_step_raise():
    windows, y = make_windows()
    windows = np.where(np.arange(3)[:, np.newaxis] == 1, np.nan, windows)
    match = r"All 30 windows have missing steps.*fewer time_steps"
    check_first_fit_raises(make_regressor(), windows, y, match)
