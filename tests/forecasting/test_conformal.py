"""Conformal intervals contain as many values as asked for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skseq._forecasting.intervals.conformal import (
    MANY_RESIDUALS,
    conformal_widths,
    conformal_widths_by_series,
)

N_ORIGINS = 2000
HORIZON = 12
COEFFICIENT = 0.7


def shocks(kind, shape, rng):
    if kind == "normal":
        return rng.normal(size=shape)
    return np.exp(rng.normal(size=shape)) - np.exp(0.5)


def residuals_of_ar(kind, n_calibration, rng, n_series=N_ORIGINS):
    """Forecast many AR(1) series from several origins each.

    Returns
    -------
    calibration : ndarray of shape (n_calibration, n_series, HORIZON)
    test : ndarray of shape (n_series, HORIZON)
        From the origin at which the last value of the calibration is known.
    """
    e = shocks(kind, (50 + n_calibration + 2 * HORIZON, n_series), rng)
    y = np.empty_like(e)
    y[0] = e[0]
    for row in range(1, len(e)):
        y[row] = COEFFICIENT * y[row - 1] + e[row]
    y = y[50:]
    n = n_calibration + HORIZON
    steps = range(1, HORIZON + 1)
    all_residuals = np.stack(
        [y[h : h + n] - COEFFICIENT**h * y[:n] for h in steps], axis=-1
    )
    return all_residuals[:n_calibration], all_residuals[-1]


@pytest.mark.parametrize("kind", ["normal", "lognormal"])
@pytest.mark.parametrize("coverage", [0.8, 0.95])
@pytest.mark.parametrize("n_calibration", [60, 200])
def test_coverage_over_2000_origins(kind, coverage, n_calibration):
    calibration, test = residuals_of_ar(kind, n_calibration, np.random.default_rng(0))
    widths = [conformal_widths(calibration[:, s], coverage) for s in range(N_ORIGINS)]
    inside = np.abs(test) <= np.array(widths)
    np.testing.assert_allclose(inside.mean(axis=0), coverage, atol=0.03)


@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_coverage_of_2000_origins_of_one_series(coverage):
    rng = np.random.default_rng(1)
    calibration, _ = residuals_of_ar("normal", N_ORIGINS, rng, n_series=1)
    later, _ = residuals_of_ar("normal", N_ORIGINS, rng, n_series=1)
    inside = np.abs(later[:, 0]) <= conformal_widths(calibration[:, 0], coverage)
    np.testing.assert_allclose(inside.mean(axis=0), coverage, atol=0.03)


@settings(max_examples=50)
@given(
    n=st.integers(1, 60),
    coverage=st.floats(0.05, 0.99),
    seed=st.integers(0, 1000),
)
def test_width_is_the_smallest_residual_with_the_guaranteed_rank(n, coverage, seed):
    residuals = np.random.default_rng(seed).normal(size=(n, 2))
    possible = n / (n + 1)
    if coverage > possible + 1e-9:
        with pytest.raises(ValueError, match="largest possible coverage"):
            conformal_widths(residuals, coverage)
        return
    widths = conformal_widths(residuals, coverage)
    covered = (np.abs(residuals) <= widths).sum(axis=0)
    assert (covered >= (n + 1) * coverage - 1e-6).all()
    assert (covered - 1 < (n + 1) * coverage).all()


@settings(max_examples=50)
@given(
    seed=st.integers(0, 1000),
    factor=st.floats(0.01, 100),
    low=st.floats(0.1, 0.8),
    high=st.floats(0.8, 0.95),
)
def test_widths_follow_units_order_and_coverage(seed, factor, low, high):
    rng = np.random.default_rng(seed)
    residuals = rng.normal(size=(25, 3))
    widths = conformal_widths(residuals, high)
    np.testing.assert_array_equal(
        conformal_widths(rng.permutation(residuals), high), widths
    )
    np.testing.assert_allclose(
        conformal_widths(factor * residuals, high), factor * widths
    )
    assert (conformal_widths(residuals, low) <= widths).all()


def test_unknown_values_are_left_out_of_each_step():
    residuals = np.random.default_rng(0).normal(size=(30, 2))
    residuals[25:, 1] = np.nan
    first, second = conformal_widths(residuals, 0.9)
    assert first == conformal_widths(residuals[:, :1], 0.9)
    assert second == conformal_widths(residuals[:25, 1:], 0.9)


@pytest.mark.parametrize(("coverage", "needed"), [(0.8, 4), (0.9, 9), (0.95, 19)])
def test_number_of_residuals_needed(coverage, needed):
    residuals = np.arange(1.0, needed + 1)[:, np.newaxis]
    assert conformal_widths(residuals, coverage) == needed
    message = f"at least {needed} past forecasts for each step, but only {needed - 1} "
    with pytest.raises(ValueError, match=message):
        conformal_widths(residuals[1:], coverage)


def test_the_largest_possible_coverage_is_possible():
    residuals = np.array([[1.0, 3.0, 3.0], [2.0, 4.0, np.nan]])
    message = "known for step 3. The largest possible coverage is 0.5."
    with pytest.raises(ValueError, match=message):
        conformal_widths(residuals, 0.6)
    np.testing.assert_array_equal(conformal_widths(residuals, 0.5), [2, 4, 3])
    with pytest.raises(ValueError, match="largest possible coverage is 0.666"):
        conformal_widths(residuals[:, :2], 0.8)
    conformal_widths(residuals[:, :2], 0.666)


@pytest.mark.parametrize("coverage", [0, 1, -0.5, 95, np.nan, "0.8", None, True])
def test_invalid_coverage(coverage):
    with pytest.raises(ValueError, match="must be a number above 0 and below 1"):
        conformal_widths(np.ones((50, 1)), coverage)


def widths_of_panel(residuals, series, n_series, coverage, changes=None):
    """Compute the widths of series whose changes are those at all of their origins."""
    if changes is None:
        changes = np.full((n_series, residuals.shape[1]), np.nan)
    return conformal_widths_by_series(
        residuals, series, coverage, changes, changes[series]
    )


class TestPanels:
    """Series with enough residuals have their own widths; others share theirs."""

    def test_one_series_is_the_plain_result(self):
        residuals = np.random.default_rng(0).normal(size=(20, 3))
        by_series = widths_of_panel(residuals, np.zeros(20, int), 1, 0.9)
        plain = conformal_widths(residuals, 0.9)
        np.testing.assert_array_equal(by_series, plain[np.newaxis])

    def test_long_series_have_widths_of_their_own(self):
        residuals = np.random.default_rng(0).normal(size=(130, 2))
        series = np.repeat([1, 0, 2], [50, 40, 40])
        residuals[series == 2] *= 1e6
        widths = widths_of_panel(residuals, series, 3, 0.8)
        for number in range(3):
            expected = conformal_widths(residuals[series == number], 0.8)
            np.testing.assert_array_equal(widths[number], expected)

    @pytest.mark.parametrize("coverage", [0.8, 0.95])
    @pytest.mark.parametrize("n_own", [3, 10, 45])
    def test_coverage_over_2000_origins(self, coverage, n_own):
        rng = np.random.default_rng(2)
        sizes = np.exp(rng.normal(0, 3, size=N_ORIGINS))
        # Sizes of series differ by many orders of magnitude.
        residuals = rng.normal(size=(n_own + 1, N_ORIGINS, 2)) * sizes[:, np.newaxis]
        test, known = residuals[-1], residuals[:-1]
        series = np.tile(np.arange(N_ORIGINS), n_own)
        widths = widths_of_panel(known.reshape(-1, 2), series, N_ORIGINS, coverage)
        inside = np.abs(test) <= widths
        np.testing.assert_allclose(inside.mean(axis=0), coverage, atol=0.04)

    @settings(max_examples=25)
    @given(seed=st.integers(0, 1000), counts=st.lists(st.integers(1, 60), min_size=2))
    def test_higher_coverage_is_never_narrower(self, seed, counts):
        rng = np.random.default_rng(seed)
        residuals = rng.standard_t(2, size=(sum(counts) + 200, 2))
        series = np.repeat(np.arange(len(counts) + 1), [*counts, 200])
        widths = [
            widths_of_panel(residuals, series, len(counts) + 1, coverage)
            for coverage in (0.5, 0.8, 0.95, 0.98, 0.99)
        ]
        assert (np.diff(widths, axis=0) >= 0).all()

    def test_widths_are_in_the_units_of_each_series(self):
        residuals = np.random.default_rng(0).normal(size=(60, 2))
        series = np.repeat(np.arange(6), 10)
        other = residuals * 10.0 ** series[:, np.newaxis]
        plain = widths_of_panel(residuals, series, 6, 0.9)
        scaled = widths_of_panel(other, series, 6, 0.9)
        factors = 10.0 ** np.arange(6)[:, np.newaxis]
        np.testing.assert_allclose(scaled, plain * factors)

    def test_series_without_residuals_or_without_errors(self):
        residuals = np.random.default_rng(0).normal(size=(60, 2))
        series = np.repeat(np.arange(6), 10)
        residuals[series == 4] = 0
        widths = widths_of_panel(residuals, series, 7, 0.9)
        assert (widths[:4] > 0).all()
        np.testing.assert_array_equal(widths[4], 0)
        assert np.isnan(widths[6]).all()

    def test_a_panel_that_is_forecast_without_error(self):
        widths = widths_of_panel(np.zeros((20, 1)), np.arange(20) % 2, 2, 0.9)
        np.testing.assert_array_equal(widths, np.zeros((2, 1)))

    @pytest.mark.parametrize("coverage", [0.8, 0.95])
    def test_coverage_with_a_few_origins_that_overlap(self, coverage):
        rng = np.random.default_rng(3)
        n_rows, n_origins, horizon = 60, 7, 6
        y = rng.normal(size=(n_rows + horizon, N_ORIGINS))
        for row in range(1, len(y)):
            y[row] += COEFFICIENT * y[row - 1]
        y *= np.exp(rng.normal(0, 3, size=N_ORIGINS))
        steps = np.arange(1, horizon + 1)
        origins = n_rows - horizon - np.arange(n_origins)[:, np.newaxis] - 1
        # Shape (n_origins, n_steps, n_series).
        residuals = y[origins + steps] - y[origins]
        test = (y[n_rows - 1 + steps] - y[n_rows - 1]).T
        widths = widths_of_panel(
            np.moveaxis(residuals, 2, 0).reshape(-1, horizon),
            np.repeat(np.arange(N_ORIGINS), n_origins),
            N_ORIGINS,
            coverage,
            changes=np.stack(
                [np.abs(y[k:n_rows] - y[: n_rows - k]).mean(axis=0) for k in steps],
                axis=1,
            ),
        )
        inside = np.abs(test) <= widths
        np.testing.assert_allclose(inside.mean(axis=0), coverage, atol=0.04)

    def test_changes_give_the_size_of_series_without_residuals(self):
        residuals = np.random.default_rng(0).normal(size=(60, 2))
        series = np.repeat(np.arange(6), 10)
        changes = np.array([1.0, 1, 1, 1, 1, 1, 1, 10, 0, np.nan])
        changes = np.repeat(changes[:, np.newaxis], 2, axis=1)
        widths = widths_of_panel(residuals, series, 10, 0.9, changes)
        np.testing.assert_allclose(widths[7], 10 * widths[6])
        assert (widths[6] > 0).all()
        np.testing.assert_array_equal(widths[8], 0)
        assert np.isnan(widths[9]).all()
        factors = 10.0 ** np.arange(10)
        scaled = widths_of_panel(
            residuals * factors[series, np.newaxis],
            series,
            10,
            0.9,
            changes * factors[:, np.newaxis],
        )
        np.testing.assert_allclose(scaled, widths * factors[:, np.newaxis])

    def test_one_origin_per_series_does_not_give_a_size(self):
        residuals = np.random.default_rng(0).normal(size=(30, 1))
        with pytest.raises(ValueError, match="but only 0 are known for step 1"):
            widths_of_panel(residuals, np.arange(30), 30, 0.8)

    def test_too_few_residuals_in_all_series(self):
        assert MANY_RESIDUALS > 3
        with pytest.raises(ValueError, match="at least 19 past forecasts"):
            widths_of_panel(np.ones((6, 1)), np.arange(6) % 2, 2, 0.95)


@pytest.mark.parametrize("n_constant", [1, 10, 40])
@pytest.mark.parametrize("rounding", [0, 1e-14, 1e-6])
def test_constant_series_do_not_widen_the_intervals_of_others(n_constant, rounding):
    rng = np.random.default_rng(0)
    n_series, n_origins = 40, 8
    series = np.repeat(np.arange(n_series + n_constant), n_origins)
    residuals = rng.normal(size=(len(series), 3))
    residuals[series >= n_series] *= rounding
    changes = np.ones((n_series + n_constant, 3))
    changes[n_series:] = 0
    first = series < n_series

    def widths(rows, n):
        return widths_of_panel(residuals[rows], series[rows], n, 0.8, changes[:n])

    together = widths(slice(None), n_series + n_constant)
    np.testing.assert_allclose(together[:n_series], widths(first, n_series), rtol=0.02)
    assert (together[n_series:] <= 100 * rounding).all()
