"""Illegal windows end in a clear error that leaves no trace."""

import numpy as np
import pytest
from refusals import (
    A_DAY,
    MAKERS,
    make_regressor,
    make_windows,
    refuse_first_fit,
    refuse_later,
    refuse_refit,
)

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
@pytest.mark.parametrize("kind", ["scaler", "regressor", "naive"])
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
@pytest.mark.parametrize("kind", ["scaler", "regressor", "naive"])
def test_illegal_windows_are_refused_after_fit(small_engine, kind, change, match):
    windows, y = make_windows()
    refuse_later(MAKERS[kind](), (windows, y), change(windows), match)


def test_windows_that_all_miss_a_step_cannot_be_learnt():
    windows, y = make_windows()
    windows = np.where(np.arange(3)[:, np.newaxis] == 1, np.nan, windows)
    match = r"All 30 windows have missing steps.*fewer time_steps"
    refuse_first_fit(make_regressor(), windows, y, match)
