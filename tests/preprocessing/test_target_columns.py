"""Columns that contain the target are found, or named, and share its scale."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scaler_cases import BOUNDS, FLOAT64, lag, noise, quick, walk
from sklearn.model_selection import KFold

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler


class TestSharedScale:
    @quick
    @given(
        y=hnp.arrays(np.float64, st.integers(8, 30), elements=FLOAT64),
        shift=st.integers(0, 4),
        bounds=BOUNDS,
    )
    def test_lag_and_target_are_scaled_alike(self, y, shift, bounds):
        X = np.column_stack([noise(len(y)), lag(y, shift)])
        scaler = TargetAwareMinMaxScaler(bounds, target_columns=[1]).fit(X, y)
        scaled = scaler.transform(X)[:, 1]
        np.testing.assert_array_equal(scaled, lag(scaler.transform_target(y), shift))
        np.testing.assert_array_equal(
            scaler.transform(y[:, np.newaxis] * [1, 1])[:, 1],
            scaler.transform_target(y),
        )

    def test_lag_of_the_least_value_only_keeps_y_range(self):
        y = np.array([5.0, 6.0, 5.0, 7.0, 5.0, 100.0])
        X = lag(y, 1).reshape(-1, 1)
        scaler = TargetAwareMinMaxScaler().fit(X, y)
        assert (scaler.data_min_, scaler.data_max_, scaler.data_range_) == (5, 7, 2)
        assert (scaler.target_min_, scaler.target_max_) == (5, 100)
        assert scaler.scale_ == scaler.target_scale_ == 1 / 95
        assert scaler.min_ == scaler.target_offset_
        np.testing.assert_array_equal(scaler.inverse_transform(scaler.transform(X)), X)

    def test_windows_share_it_at_every_step(self):
        y = walk()
        windows = np.stack([lag(y, 3), lag(y, 2), lag(y, 1)], axis=1)[:, :, np.newaxis]
        scaler = TargetAwareMinMaxScaler().fit(windows, y)
        assert scaler.target_columns_ == {0: (0, 1)}
        for step, shift in enumerate((3, 2, 1)):
            np.testing.assert_array_equal(
                scaler.transform(windows)[:, step, 0],
                lag(scaler.transform_target(y), shift),
            )


def found(X, y, **parameters):
    return TargetAwareMinMaxScaler(**parameters).fit(X, y).target_columns_


class TestAuto:
    @pytest.mark.parametrize("shift", [0, 1, 2, 12, 24])
    @pytest.mark.parametrize("y_dtype", [np.float64, np.float32, np.int64])
    def test_finds_every_lag(self, shift, y_dtype):
        y = (walk() * 1000).astype(y_dtype)
        X = np.column_stack([noise(), lag(y.astype(float), shift)])
        assert found(X, y) == {1: (0, shift)}

    def test_finds_a_lag_that_was_rounded_with_its_table(self):
        y = walk()
        X = np.column_stack([noise(), lag(y, 2)]).astype(np.float32)
        assert found(X, y) == {1: (0, 2)}

    def test_finds_a_lag_without_its_leading_rows(self):
        y, x = walk(), lag(walk(), 3)
        x[:3] = 99.0
        assert found(x.reshape(-1, 1), y) == {0: (0, 3)}

    def test_ignores_nan(self):
        y, x = walk(), lag(walk(), 1)
        x[[5, 6, 59]] = np.nan
        assert found(x.reshape(-1, 1), y) == {0: (0, 1)}

    def test_takes_the_smallest_lag(self):
        y = np.tile([1.0, 5.0, 2.0, 8.0], 15)
        X = np.column_stack([lag(y, 4), lag(y, 5), lag(y, 7)])
        assert found(X, y) == {0: (0, 0), 1: (0, 1), 2: (0, 3)}

    def test_tells_several_targets_apart(self):
        Y = np.column_stack([walk(), walk(seed=5)])
        X = np.column_stack([lag(Y[:, 1], 2), noise(), lag(Y[:, 0], 1), Y[:, 1]])
        assert found(X, Y) == {0: (1, 2), 2: (0, 1), 3: (1, 0)}
        scaler = TargetAwareMinMaxScaler().fit(X, Y)
        scaled, targets = scaler.transform(X), scaler.transform_target(Y)
        np.testing.assert_array_equal(scaled[:, 0], lag(targets[:, 1], 2))
        np.testing.assert_array_equal(scaled[:, 2], lag(targets[:, 0], 1))

    def test_takes_the_target_with_the_smallest_lag(self):
        y = walk()
        Y = np.column_stack([np.append(y[1:], 0.0), y])
        assert found(y.reshape(-1, 1), Y) == {0: (1, 0)}
        assert found(y.reshape(-1, 1), Y[:, ::-1]) == {0: (0, 0)}

    @pytest.mark.parametrize("horizon", [0, 1, 2])
    def test_finds_the_target_in_windows(self, horizon):
        y, time_steps = walk(), 4
        shifts = range(time_steps + horizon - 1, horizon - 1, -1)
        lags = np.stack([lag(y, shift) for shift in shifts], axis=1)
        windows = np.stack([np.ones_like(lags), lags], axis=2)
        assert found(windows, y) == {1: (0, horizon)}

    @pytest.mark.parametrize(
        "column",
        [
            lag(walk(), 25),
            2 * walk() + 1,
            -walk(),
            np.append(walk()[:-1], 0.0),
            np.append([0.0], walk()[1:]),
            np.append(walk()[1:], np.nan),
        ],
        ids=["lag 25", "affine", "negative", "last", "first", "ahead"],
    )
    def test_ignores_columns_that_differ_from_the_lagged_target(self, column):
        assert found(column.reshape(-1, 1), walk()) == {}

    def test_ignores_a_constant_target(self):
        assert found(np.ones((60, 1)), np.ones(60)) == {}

    def test_ignores_a_target_that_is_constant_where_compared(self):
        y = np.append(np.ones(40), walk(20))
        x = np.append(np.ones(40), np.full(20, np.nan))
        assert found(x.reshape(-1, 1), y) == {}

    @pytest.mark.parametrize(("n_known", "n_found"), [(5, 1), (4, 0)])
    def test_needs_half_of_the_rows(self, n_known, n_found):
        x = np.append(np.full(10 - n_known, np.nan), walk(10)[10 - n_known :])
        assert len(found(x.reshape(-1, 1), walk(10))) == n_found

    @pytest.mark.parametrize(("n_rows", "n_found"), [(1, 0), (2, 0), (3, 1)])
    def test_needs_three_rows(self, n_rows, n_found):
        y = walk(n_rows)
        assert len(found(y.reshape(-1, 1), y)) == n_found

    def test_is_off_with_none_and_without_y(self):
        y = walk()
        X = y.reshape(-1, 1)
        assert found(X, y, target_columns=None) == {}
        assert found(X, None) == {}
        off = TargetAwareMinMaxScaler(target_columns=None).fit(X, y)
        np.testing.assert_array_equal(off.transform_target(y), off.transform(X)[:, 0])

    @quick
    @given(st.data())
    def test_agrees_with_the_definition(self, data):
        n = data.draw(st.integers(1, 12))
        cells = st.sampled_from([0.0, 1.0, np.nan])
        X = data.draw(hnp.arrays(np.float64, (n, 2), elements=cells))
        y = data.draw(hnp.arrays(np.float64, n, elements=st.sampled_from([0.0, 1.0])))
        assume(not np.isnan(X).all(axis=0).any())
        wanted = {}
        for column in range(2):
            for shift in range(n - 1, -1, -1):
                rows = [i for i in range(shift, n) if not np.isnan(X[i, column])]
                past = [y[i - shift] for i in rows]
                same = [X[i, column] for i in rows] == past
                if same and len(rows) >= max(3, n / 2) and len(set(past)) > 1:
                    wanted[column] = (0, shift)
        assert found(X, y) == wanted


class TestIndexWithGaps:
    @pytest.mark.parametrize("freq", ["D", "h", "MS", "ME", "W"])
    @pytest.mark.parametrize("shift", [1, 3])
    def test_lag_from_before_rows_were_dropped(self, freq, shift):
        index = pd.date_range("2020-01-01", periods=60, freq=freq)
        y = pd.Series(walk(), index, name="sales")
        X = pd.DataFrame({"lag": y.shift(shift), "other": noise()})
        keep = np.r_[0:20, 26:45, 46:60]
        assert found(X.iloc[keep], y.iloc[keep]) == {"lag": ("sales", shift)}

    def test_lag_from_after_rows_were_dropped(self):
        y = pd.Series(walk(), pd.RangeIndex(60)).drop(range(20, 27))
        assert found(y.shift(2).to_frame("lag"), y) == {"lag": (0, 2)}

    def test_folds_from_the_middle_agree(self):
        y = pd.Series(walk(), pd.RangeIndex(60))
        X = y.shift(1).to_frame("lag")
        for train, _ in KFold(5).split(X):
            assert found(X.iloc[train], y.iloc[train]) == {"lag": (0, 1)}

    def test_windows_take_the_index_of_y(self):
        y = pd.Series(walk(), pd.RangeIndex(60))
        lags = np.stack([y.shift(3), y.shift(2)], axis=1)[:, :, np.newaxis]
        keep = np.r_[0:20, 26:60]
        assert found(lags[keep], y.iloc[keep]) == {0: (0, 2)}

    @pytest.mark.parametrize("column", ["lag", "other"])
    def test_irregular_times_count_rows_without_a_warning(self, column):
        days = pd.to_timedelta(np.cumsum([1, 2, 3] * 20), unit="D")
        y = pd.Series(walk(), pd.Timestamp("2020-01-01") + days)
        X = pd.DataFrame({"other": noise(), "lag": y.shift(1)}, y.index)[[column]]
        assert found(X, y) == ({"lag": (0, 1)} if column == "lag" else {})

    def test_unsorted_rows_are_no_error(self):
        y = pd.Series(walk(), pd.RangeIndex(60))
        X = pd.DataFrame({"lag": y.shift(1), "now": y})
        order = np.random.default_rng(0).permutation(60)
        assert found(X.iloc[order], y.iloc[order]) == {"now": (0, 0)}


def frame_and_targets():
    Y = pd.DataFrame({"heat": walk(), "cold": walk(seed=5)})
    X = pd.DataFrame({"a": noise(), "b": Y["heat"].shift(2), "c": Y["cold"] * 2})
    return X, Y


class TestNamed:
    @pytest.mark.parametrize("columns", [["b", "c"], ("b", 2), [1, -1]])
    def test_list(self, columns):
        X, Y = frame_and_targets()
        scaler = TargetAwareMinMaxScaler(target_columns=columns).fit(X, Y["heat"])
        assert scaler.target_columns_ == {"b": ("heat", 2), "c": ("heat", None)}
        as_target = scaler.transform_target(X["c"])
        np.testing.assert_array_equal(scaler.transform(X)["c"], as_target)
        assert scaler.scale_[0] != scaler.target_scale_[0]

    @pytest.mark.parametrize(
        "columns", [{"b": "heat", "c": "cold"}, {1: 0, "c": -1}, {2: "cold", 1: "heat"}]
    )
    def test_dict(self, columns):
        X, Y = frame_and_targets()
        scaler = TargetAwareMinMaxScaler(target_columns=columns).fit(X, Y)
        assert scaler.target_columns_ == {"b": ("heat", 2), "c": ("cold", None)}
        np.testing.assert_array_equal(scaler.scale_[1:], scaler.target_scale_)
        np.testing.assert_array_equal(scaler.min_[1:], scaler.target_offset_)

    def test_names_take_precedence_over_auto(self):
        y = walk()
        X = np.column_stack([lag(y, 1), noise()])
        assert found(X, y, target_columns=[1]) == {1: (0, None)}
        assert found(X, y, target_columns=[]) == {}

    def test_the_lag_is_that_of_the_named_target(self):
        X, Y = frame_and_targets()
        wrong = found(X, Y, target_columns={"b": "cold"})
        assert wrong == {"b": ("cold", None)}

    @pytest.mark.parametrize("entry", [1, -1, np.int8(1)])
    @pytest.mark.parametrize("labels", [(1, 0), (2, 1), (0, 5), ("b", "a")])
    def test_integers_are_positions_whatever_the_labels_are(self, entry, labels):
        y = walk()
        X = pd.DataFrame(np.column_stack([noise(), lag(y, 1)]), columns=labels)
        assert found(X, y, target_columns=[entry]) == {labels[1]: (0, 1)}
        assert found(X, y) == {labels[1]: (0, 1)}
        Y = pd.DataFrame(np.column_stack([noise(), y]), columns=labels)
        named = found(X, Y, target_columns={entry: entry})
        assert named == {labels[1]: (labels[1], 1)}

    def test_windows(self):
        y = walk()
        windows = np.stack([noise(), lag(y, 1) * 2], axis=1)[:, np.newaxis, :]
        assert found(windows, y, target_columns=[1]) == {1: (0, None)}

    @pytest.mark.parametrize(
        ("y", "name"),
        [
            (pd.Series(walk(), name="load"), "load"),
            (pd.Series(walk()), 0),
            (pd.DataFrame({"load": walk()}), "load"),
            (pl.Series("load", walk()), "load"),
            (pl.Series(walk()), 0),
            (walk().tolist(), 0),
            (walk().reshape(-1, 1), 0),
        ],
    )
    def test_targets_go_by_name_if_they_have_one(self, y, name):
        assert found(walk().reshape(-1, 1), y) == {0: (name, 0)}
