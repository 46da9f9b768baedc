"""Tables of several series: each is cut as if it stood alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skseq import SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import IncompleteWindowWarning

DAYS = pd.date_range("2024-01-01", periods=60)
COLUMNS = ["y", "price"]


@st.composite
def panels(draw):
    """Draw series of unequal length, start and gaps; their rows in any order."""
    rng = np.random.default_rng(draw(st.integers(0, 2**20)))
    parts = {}
    for number in range(draw(st.integers(1, 4))):
        first, length = draw(st.integers(0, 20)), draw(st.integers(12, 30))
        days = DAYS[first : first + length]
        if draw(st.booleans()):
            days = days.delete(draw(st.integers(3, 8)))
        values = rng.normal(size=(len(days), 2)) * 10.0 ** rng.integers(0, 6)
        parts[f"shop {number}"] = pd.DataFrame(values, days, COLUMNS)
    table = pd.concat(parts, names=["shop", "day"])
    order = draw(st.sampled_from(["series", "time", "mixed"]))
    if order == "time":
        table = table.sort_index(level=1, kind="stable")
    if order == "mixed":
        keys = rng.permutation(np.repeat(list(parts), [len(p) for p in parts.values()]))
        taken = {name: iter(range(len(part))) for name, part in parts.items()}
        labels = [(name, parts[name].index[next(taken[name])]) for name in keys]
        table = table.loc[labels]
    return table


def by_series(table):
    return [(name, part.droplevel(0)) for name, part in table.groupby(level=0)]


@settings(max_examples=20)
@given(panels(), st.integers(1, 4), st.integers(0, 3), st.sampled_from([None, [1]]))
def test_each_series_is_cut_as_if_alone(table, time_steps, horizon, future):
    cut = SequenceWindower(time_steps, horizon=horizon, future_columns=future)
    windows = np.asarray(cut.fit_transform(table))
    np.testing.assert_array_equal(cut.transform(table), windows)
    assert windows.shape == (len(table), time_steps, 2)
    for name, part in by_series(table):
        alone = SequenceWindower(time_steps, horizon=horizon, future_columns=future)
        rows = table.index.get_level_values(0) == name
        np.testing.assert_array_equal(windows[rows], alone.fit_transform(part))


@settings(max_examples=20)
@given(panels(), st.integers(1, 4), st.integers(1, 3))
def test_each_series_has_its_own_history(table, time_steps, horizon):
    is_late = table.groupby(level=0).cumcount() >= 9
    windower = SequenceWindower(time_steps, horizon=horizon).fit(table[~is_late])
    expected = SequenceWindower(time_steps, horizon=horizon).fit_transform(table)
    windows = windower.transform(table[is_late])
    np.testing.assert_array_equal(windows, np.asarray(expected)[is_late])


def panel(n_series=3, n_rows=20, seed=0):
    rng = np.random.default_rng(seed)
    parts = {
        name: pd.DataFrame(rng.normal(size=(n_rows, 2)), DAYS[:n_rows], COLUMNS)
        for name in range(n_series)
    }
    return pd.concat(parts, names=["shop", "day"])


def test_a_new_series_is_cut_from_its_own_rows_alone():
    table = panel()
    windower = SequenceWindower(4).fit(table.loc[:1])
    new = table.loc[[2]]
    expected = SequenceWindower(4).fit_transform(new)
    np.testing.assert_array_equal(windower.transform(new), expected)
    together = pd.concat([table.loc[[0]][15:], new])
    np.testing.assert_array_equal(windower.transform(together)[5:], expected)


def test_rows_of_several_series_need_their_names():
    table = panel()
    windower = SequenceWindower(4).fit(table)
    for call in (table.droplevel(0)[:20], table.reset_index(drop=True)):
        with pytest.raises(ValueError, match=r"3 series.*\(series, time\)"):
            windower.transform(call)


def test_short_series_are_left_out_and_named():
    table = pd.concat([panel(2), panel(3, n_rows=3).loc[[2]]])
    with pytest.warns(
        IncompleteWindowWarning, match=r"1 of 3 series .* = 5 .*first is 2 with 3 rows"
    ):
        windower = SequenceWindower(4).fit(table)
    assert windower.complete_windows(table).sum() == 2 * 16
    with pytest.raises(ValueError, match="5 rows in fit, but got 3 in the longest"):
        SequenceWindower(4).fit(panel(3, n_rows=3))


def test_nan_may_stand_in_the_last_row_of_each_series():
    table = panel(2)
    windower = SequenceWindower(4).fit(table[:-1])
    last = table.groupby(level=0).tail(1).index
    table.loc[last] = np.nan
    assert np.isfinite(windower.transform(table)[[19, 39]]).all()
    table.loc[(0, DAYS[3]), "price"] = np.nan
    with pytest.raises(ValueError, match="'price'"):
        windower.transform(table)


def test_windows_of_many_series_are_not_copied():
    table = panel(100, n_rows=40)
    windows = SequenceWindower(20).fit_transform(table)
    n_bytes = windows.windows.series.nbytes
    assert n_bytes < 2 * table.to_numpy().nbytes
    np.testing.assert_array_equal(windows[[5, 61]], np.asarray(windows)[[5, 61]])
    np.testing.assert_array_equal(windows[30], np.asarray(windows)[30])
    np.testing.assert_array_equal(windows[..., 0], np.asarray(windows)[..., 0])
    np.testing.assert_array_equal((2 * windows)[9:40], 2 * windows[9:40])
    np.testing.assert_array_equal(np.nanmean(windows), np.nanmean(np.asarray(windows)))
    assert windows.reshape(4000, -1).shape == (4000, 40)


def test_the_scaler_finds_a_target_that_each_series_lags():
    table = panel(4)
    y = table["y"]
    X = table.assign(before=y.groupby(level=0).shift(2))
    scaler = TargetAwareMinMaxScaler().fit(X, y)
    assert scaler.target_columns_ == {"y": ("y", 0), "before": ("y", 2)}
    with pytest.raises(ValueError, match="'before'.*the target itself"):
        SequenceWindower(4).fit(
            table.assign(before=y.groupby(level=0).shift(-2, fill_value=0.5)), y
        )


def test_rows_without_an_index_are_in_no_window_of_several_series():
    windower = SequenceWindower(2).fit(np.arange(20.0).reshape(-1, 1))
    index = pd.MultiIndex.from_product([["a", "b"], DAYS[:3]])
    several = pd.DataFrame(np.arange(50.0, 56).reshape(-1, 1), index)
    windows = np.asarray(windower.transform(several))[:, :, 0]
    expected = [[np.nan, np.nan], [np.nan, 50], [50, 51]]
    np.testing.assert_array_equal(windows[:3], expected)
    np.testing.assert_array_equal(windows[3:], np.add(expected, 3))
    # One named series follows them, as it does without a name.
    windows = windower.transform(several[:3])[:, :, 0]
    np.testing.assert_array_equal(windows, [[18, 19], [19, 50], [50, 51]])


@pytest.mark.filterwarnings("error::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("horizon", [0, 1, 3])
def test_one_row_less_than_a_complete_window_needs_is_too_short(horizon):
    def panel(n_rows):
        index = [("a", day) for day in DAYS[:20]] + [("b", d) for d in DAYS[:n_rows]]
        return pd.DataFrame(
            {"y": 1.0 * np.arange(len(index))}, pd.MultiIndex.from_tuples(index)
        )

    windower = SequenceWindower(4, horizon=horizon)
    enough = windower.fit(panel(4 + horizon)).complete_windows(panel(4 + horizon))
    assert enough[20:].sum() == 1
    with pytest.warns(IncompleteWindowWarning, match=f"b with {3 + horizon} rows"):
        windower.fit(panel(3 + horizon))
