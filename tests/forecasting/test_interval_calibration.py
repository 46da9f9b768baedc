"""Intervals of a forecaster of many series contain as many values as asked for."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from series_to_forecast import STRATEGIES, forecaster, naive_pipe, shops, walk
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower
from skseq._forecasting.intervals.mean_changes import mean_changes
from skseq._forecasting.known.table import Table
from skseq._forecasting.strategies.direct import Direct
from skseq.metrics import interval_coverage

N_SERIES, N_ROWS, HORIZON = 2000, 100, 3


def test_coverage_of_the_forecasts_of_2000_series():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(N_ROWS + HORIZON, N_SERIES))
    for row in range(1, len(y)):
        y[row] += 0.7 * y[row - 1]
    y = y * np.exp(rng.normal(0, 2, size=N_SERIES)) + 100
    index = pd.MultiIndex.from_product([range(N_SERIES), range(N_ROWS)])
    known = pd.Series(y[:N_ROWS].T.ravel(), index, name="y")

    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor("mean"))
    fitted = SequenceForecaster(pipe, horizon=HORIZON).fit(known)
    table = fitted.forecast(coverage=[0.8, 0.95])
    assert fitted.residuals_.shape == (20 * N_SERIES, HORIZON, 1)
    later = pd.Series(y[N_ROWS:].T.ravel(), table.index)
    for coverage in (0.8, 0.95):
        lower, upper = table[f"lower_{coverage}"], table[f"upper_{coverage}"]
        inside = [
            interval_coverage(
                later[step::HORIZON], *(end[step::HORIZON] for end in (lower, upper))
            )
            for step in range(HORIZON)
        ]
        np.testing.assert_allclose(inside, coverage, atol=0.03)


def test_changes_do_not_cross_gaps_or_series():
    index = pd.MultiIndex.from_tuples(
        [("a", 0), ("a", 1), ("a", 2), ("a", 5), ("b", 0), ("b", 1), ("c", 1)]
    )
    y = pd.DataFrame({"y": [1.0, 3, 6, 100, 50, 40, 7], "z": 0.0}, index)
    changes = mean_changes(Table.of(y, 2), np.arange(7), n_steps=1)
    expected = [np.nan, 2, 2.5, 2.5, np.nan, 10, np.nan]
    np.testing.assert_array_equal(changes[:, 0, 0], expected)
    np.testing.assert_array_equal(changes[:, 0, 1], 0 * np.array(expected))


def test_changes_over_several_steps():
    rng = np.random.default_rng(0)
    noise, trend = rng.normal(size=200), np.arange(200.0)
    walk = rng.normal(size=200).cumsum()
    names = ["noise", "walk", "trend"]
    index = pd.MultiIndex.from_product([names, range(200)])
    y = pd.DataFrame({"y": np.concatenate([noise, walk, trend])}, index)
    y = y.drop(index[[50, 51, 270]])
    table = Table.of(y)
    changes = mean_changes(table, table.last_rows, n_steps=6)[:, :, 0]
    # The oracle: all pairs of rows.
    for of_series, name in zip(changes, names, strict=True):
        rows = y.loc[name, "y"]
        for k, mean in enumerate(of_series, start=1):
            differences = [
                abs(rows[t] - rows[t - k]) for t in rows.index[k:] if t - k in rows
            ]
            most = np.sqrt(k) * of_series[0]
            assert mean == pytest.approx(min(np.mean(differences), most))
    assert changes[0, 5] < 1.2 * changes[0, 0]
    np.testing.assert_allclose(changes[2], np.sqrt(np.arange(1, 7)))


def test_changes_over_steps_of_which_too_few_are_known_grow_like_a_random_walk():
    index = pd.MultiIndex.from_product([["a", "b"], range(4)])
    y = pd.DataFrame({"y": [1.0, 2, 1, 2, 5, 7, 5, 7]}, index)
    table = Table.of(y)
    changes = mean_changes(table, table.last_rows, n_steps=5)[:, :, 0]
    expected = np.outer([1, 2], np.sqrt(np.arange(1, 6)))
    np.testing.assert_allclose(changes, expected)


def test_intervals_of_noise_do_not_grow_with_the_steps():
    """Series that return to their mean, among random walks."""
    rng = np.random.default_rng(0)
    noise, walks = rng.normal(size=(2, 100, 60))
    walks = walks.cumsum(axis=1)
    values = np.concatenate([noise, walks])
    index = pd.MultiIndex.from_product([range(200), range(60)])
    y = pd.Series(values.ravel(), index, name="y")
    known = y[y.index.get_level_values(1) < 48]
    fitted = forecaster(naive_pipe(), horizon=12).fit(known)
    table = fitted.forecast(coverage=0.9)
    widths = (table["upper_0.9"] - table["lower_0.9"]).to_numpy().reshape(200, 12)
    inside = y[table.index].between(table["lower_0.9"], table["upper_0.9"])
    of_noise, of_walks = inside.to_numpy().reshape(2, -1).mean(axis=1)
    growth = widths[:, -1] / widths[:, 0]
    assert np.median(growth[:100]) < 1.5
    assert np.median(growth[100:]) > 2.5
    assert 0.83 < of_noise < 0.96
    assert 0.83 < of_walks < 0.96


def test_intervals_of_growing_series_are_as_wide_as_their_changes_have_become():
    """Errors grow with the level, so those of the calibration rows are too small."""
    rng = np.random.default_rng(0)
    index = pd.date_range("2000", periods=41, freq="YS")
    growth = np.exp(np.cumsum(0.05 + 0.03 * rng.normal(size=(400, 41)), axis=1))
    walks = np.cumsum(growth * rng.normal(size=(400, 41)), axis=1)
    y = pd.concat({n: pd.Series(walk, index) for n, walk in enumerate(walks)})
    known = y[y.index.get_level_values(1) < index[35]]
    fitted = forecaster(naive_pipe(), horizon=6).fit(known)
    table = fitted.forecast(coverage=0.9)
    inside = y[table.index].between(table["lower_0.9"], table["upper_0.9"])
    assert 0.85 < inside.mean() < 0.92


def test_a_series_of_too_few_rows_to_calibrate_has_an_interval():
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product([["a", "b", "c"], range(40)])
    y = pd.Series(rng.normal(size=120), index, name="y")
    new = pd.Series(
        1000 * rng.normal(size=8), pd.MultiIndex.from_product([["new"], range(8)])
    )
    pipe = make_pipeline(SequenceWindower(4), NaiveRegressor())
    fitted = SequenceForecaster(pipe, horizon=2).fit(y)
    table = fitted.update(new.rename("y")).forecast(coverage=0.8)
    widths = (table["upper_0.8"] - table["lower_0.8"]).groupby(level=0).mean()
    assert widths["new"] > 100 * widths[["a", "b", "c"]].max()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_forecast_across_a_missing_row_is_an_error_to_calibrate_with(strategy):
    y = walk(100).drop("2007-06-01")  # row 89
    fitted = forecaster(naive_pipe(), horizon=3, strategy=strategy).fit(y)
    fitted.forecast(coverage=0.5)
    full = y.asfreq("MS").to_numpy()
    origins = np.array([o for o in range(76, 97) if o not in (86, 87, 88, 89)])
    steps = origins[:, np.newaxis] + [1, 2, 3]
    expected = full[steps] - full[origins][:, np.newaxis]
    np.testing.assert_allclose(fitted.residuals_[:, :, 0], expected)


@pytest.mark.parametrize("strategy", STRATEGIES)
@settings(max_examples=5)
@given(
    n_rows=st.lists(st.integers(20, 70), min_size=1, max_size=4),
    horizon=st.integers(2, 5),
    fraction=st.floats(0.2, 0.6),
    coverages=st.lists(st.floats(0.1, 0.7), min_size=1, max_size=2, unique=True),
    n_targets=st.integers(1, 2),
    log=st.booleans(),
)
def test_a_width_does_not_depend_on_how_many_steps_follow(
    strategy, n_rows, horizon, fraction, coverages, n_targets, log
):
    y = shops(n_rows)
    y = np.exp(y / y.groupby(level=0).transform("std")) if log else y
    y = y.to_frame() if n_targets == 1 else pd.DataFrame({"a": y, "b": 1 + y})
    one = forecaster(
        naive_pipe(2),
        horizon=horizon,
        strategy=strategy,
        calibration_fraction=fraction,
        log=log,
    ).fit(y)
    whole = one.forecast(coverage=coverages)
    step = whole.groupby(level=0).cumcount()
    for n_steps in range(1, horizon):
        part = one.forecast(n_steps, coverage=coverages)
        pd.testing.assert_frame_equal(part, whole[step < n_steps], check_freq=False)


def test_incomplete_targets_are_filled_with_values_of_their_series():
    y = shops((6, 8)).drop(("shop 1", "2001-04-01")).to_frame()
    outputs, is_complete = Direct(3).make_targets(Table.of(y))
    a, b = (part["sales"].to_numpy() for _, part in y.groupby(level=0))
    np.testing.assert_array_equal(outputs[:2], [a[[0, 0, 0]], a[[0, 0, 1]]])
    expected = [[0, 0, 0], [0, 0, 1], [0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5]]
    np.testing.assert_array_equal(outputs[6:12], b[expected])
    expected = [False, False, True, False, False, True, True]
    np.testing.assert_array_equal(is_complete[6:], expected)
    shared, known = Direct(3).make_targets(Table.of(y), only_complete=True)
    np.testing.assert_array_equal(shared[known], outputs[is_complete])
    np.testing.assert_array_equal(known, is_complete)
    assert shared.strides == (8, 8)  # neighbouring rows share their values


def test_no_target_reaches_back_over_a_gap_in_the_first_rows():
    y = pd.DataFrame({"y": np.arange(1.0, 13)}, index=[0, *range(3, 14)])
    for only_complete in (False, True):
        outputs, is_complete = Direct(3).make_targets(
            Table.of(y), only_complete=only_complete
        )
        assert is_complete.tolist() == [False, False, False, *[True] * 9]
        np.testing.assert_array_equal(outputs[3], [2, 3, 4])
