"""The scaler is its own oracle: what it scales it must restore, and a lag is y."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import config_context
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, TimeSeriesSplit, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skseq._preprocessing import scaler as _scaling
from skseq._preprocessing.scaler import TargetAwareMinMaxScaler

FLOAT32 = st.floats(-(2.0**60), 2.0**60, width=32)
FLOAT64 = st.floats(-1e150, 1e150)
BOUNDS = st.tuples(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)
quick = settings(max_examples=60, deadline=None)


def tables(n_dims=2, elements=FLOAT64, dtype=np.float64):
    shapes = hnp.array_shapes(min_dims=n_dims, max_dims=n_dims, max_side=8)
    return hnp.arrays(dtype, shapes, elements=elements)


def walk(n=60, seed=0):
    """Return a target without two equal values."""
    return np.random.default_rng(seed).normal(size=n).cumsum()


def lag(y, shift):
    return np.concatenate([np.full(shift, np.nan), y[: len(y) - shift]])


def noise(n=60, seed=1):
    return np.random.default_rng(seed).normal(size=n)


def assert_restored(restored, X, scaler):
    """Hold the error to a few roundings of the value, its range and its scaled form."""
    low, high = map(float, scaler.feature_range)
    rounding = 8 * np.finfo(X.dtype).eps
    span = scaler.data_range_ * (1 + max(abs(low), abs(high)) / (high - low))
    assert restored.dtype == X.dtype
    assert (np.abs(restored - X) <= rounding * (np.abs(X) + span) + 1e-300).all()


class TestIdentity:
    @quick
    @given(X=tables(), bounds=BOUNDS)
    def test_table(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        assert_restored(scaler.inverse_transform(scaler.fit_transform(X)), X, scaler)

    @quick
    @given(
        X=tables(elements=FLOAT32, dtype=np.float32),
        bounds=st.sampled_from([(0, 1), (-1, 1), (-2.0, 6.0)]),
    )
    def test_float32(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        assert_restored(scaler.inverse_transform(scaler.fit_transform(X)), X, scaler)

    @quick
    @given(X=tables(n_dims=3), bounds=BOUNDS)
    def test_windows(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        assert_restored(scaler.inverse_transform(scaler.fit_transform(X)), X, scaler)
        flat = X.reshape(-1, X.shape[2])
        np.testing.assert_array_equal(scaler.data_min_, flat.min(axis=0))
        np.testing.assert_array_equal(
            scaler.transform(X).reshape(flat.shape),
            TargetAwareMinMaxScaler(bounds).fit_transform(flat),
        )

    @quick
    @given(y=tables(), bounds=BOUNDS)
    def test_target_is_scaled_like_a_column_of_its_own(self, y, bounds):
        as_target = TargetAwareMinMaxScaler(bounds).fit(np.zeros((len(y), 1)), y)
        as_table = TargetAwareMinMaxScaler(bounds).fit(y)
        scaled = as_target.transform_target(y)
        np.testing.assert_array_equal(scaled, as_table.transform(y))
        np.testing.assert_array_equal(
            as_target.inverse_transform_target(scaled),
            as_table.inverse_transform(scaled),
        )
        np.testing.assert_array_equal(as_target.target_min_, y.min(axis=0))
        np.testing.assert_array_equal(as_target.target_max_, y.max(axis=0))

    @quick
    @given(X=tables(), bounds=BOUNDS)
    def test_extremes_are_met_exactly(self, X, bounds):
        scaler = TargetAwareMinMaxScaler(bounds)
        scaled = scaler.fit_transform(X)
        restored = scaler.inverse_transform(scaled)
        varies = scaler.scale_ > 0
        assert (scaled.min(axis=0) == bounds[0]).all()
        assert (scaled.max(axis=0)[varies] == bounds[1]).all()
        assert (restored.min(axis=0) == X.min(axis=0)).all()
        assert (restored.max(axis=0)[varies] == X.max(axis=0)[varies]).all()

    @quick
    @given(
        X=tables(elements=st.floats(-1e6, 1e6)),
        new=st.floats(-1e9, 1e9),
        bounds=BOUNDS,
    )
    def test_scale_and_min_say_what_is_applied(self, X, new, bounds):
        assume((np.ptp(X, axis=0) > 1e-3).all())
        scaler = TargetAwareMinMaxScaler(bounds).fit(X)
        X = np.vstack([X, np.full(X.shape[1], new)])
        np.testing.assert_allclose(
            scaler.transform(X),
            X * scaler.scale_ + scaler.min_,
            rtol=1e-9,
            atol=1e-12 * np.abs([*scaler.min_, *bounds]).max(),
        )

    @pytest.mark.parametrize("shape", [(12,), (12, 1), (4, 3)])
    def test_target_keeps_its_shape(self, shape):
        y = walk(12).reshape(shape)
        scaler = TargetAwareMinMaxScaler().fit(np.zeros((len(y), 1)), y)
        scaled = scaler.transform_target(y)
        assert scaled.shape == y.shape
        np.testing.assert_allclose(
            scaler.inverse_transform_target(scaled), y, rtol=1e-12
        )

    @pytest.mark.parametrize("bounds", [(0, 1), (-1, 1), [2, 5]])
    def test_agrees_with_scikit_learn(self, bounds):
        X = np.random.default_rng(0).normal(size=(50, 4)) * [1, 1e6, 1e-6, 3] + 7
        new = X * 1.7 - 3
        ours = TargetAwareMinMaxScaler(bounds).fit(X, walk(50))
        theirs = MinMaxScaler(tuple(bounds)).fit(X)
        assert ours.target_columns_ == {}
        for one, other in [
            (ours.transform(new), theirs.transform(new)),
            (ours.inverse_transform(new), theirs.inverse_transform(new)),
        ]:
            np.testing.assert_allclose(one, other, rtol=1e-9)
        for name in ("data_min_", "data_max_", "data_range_", "scale_", "min_"):
            np.testing.assert_allclose(getattr(ours, name), getattr(theirs, name))
        assert ours.n_samples_seen_ == theirs.n_samples_seen_


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
    def test_finds_every_shift(self, shift, y_dtype):
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

    def test_looks_past_nan(self):
        y, x = walk(), lag(walk(), 1)
        x[[5, 6, 59]] = np.nan
        assert found(x.reshape(-1, 1), y) == {0: (0, 1)}

    def test_takes_the_smallest_shift(self):
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

    def test_takes_the_target_with_the_smallest_shift(self):
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
            np.nextafter(walk(), np.inf),
            np.append(walk()[:-1], 0.0),
            np.append([0.0], walk()[1:]),
            np.append(walk()[1:], np.nan),
        ],
        ids=["shift 25", "affine", "negative", "1 ulp", "last", "first", "lead"],
    )
    def test_refuses_what_is_not_exactly_the_past(self, column):
        assert found(column.reshape(-1, 1), walk()) == {}

    def test_refuses_a_constant_target(self):
        assert found(np.ones((60, 1)), np.ones(60)) == {}

    def test_refuses_a_target_constant_where_compared(self):
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


class TestIndexWithHoles:
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

    def test_folds_amid_the_rows_agree(self):
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
    def test_irregular_stamps_count_rows_without_a_word(self, column):
        days = pd.to_timedelta(np.cumsum([1, 2, 3] * 20), unit="D")
        y = pd.Series(walk(), pd.Timestamp("2020-01-01") + days)
        X = pd.DataFrame({"other": noise(), "lag": y.shift(1)}, y.index)[[column]]
        assert found(X, y) == ({"lag": (0, 1)} if column == "lag" else {})

    def test_rows_in_disorder_are_no_error(self):
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

    def test_names_win_over_what_auto_would_find(self):
        y = walk()
        X = np.column_stack([lag(y, 1), noise()])
        assert found(X, y, target_columns=[1]) == {1: (0, None)}
        assert found(X, y, target_columns=[]) == {}

    def test_the_shift_is_that_of_the_named_target(self):
        X, Y = frame_and_targets()
        wrong = found(X, Y, target_columns={"b": "cold"})
        assert wrong == {"b": ("cold", None)}

    def test_numbers_name_columns_before_positions(self):
        y = walk()
        X = pd.DataFrame({1: noise(), 0: lag(y, 1)})
        assert found(X, y, target_columns=[0]) == {0: (0, 1)}
        assert found(X, y) == {0: (0, 1)}

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


class TestConstants:
    @quick
    @given(
        constant=FLOAT64,
        new=st.floats(-1e150, 1e150),
        bounds=BOUNDS,
        n=st.integers(1, 4),
    )
    def test_goes_to_the_lower_bound_and_back(self, constant, new, bounds, n):
        scaler = TargetAwareMinMaxScaler(bounds).fit(np.full((n, 1), constant))
        assert scaler.transform([[constant], [new]]).tolist() == [[bounds[0]]] * 2
        inside = np.linspace(*bounds, 5).reshape(-1, 1)
        assert (scaler.inverse_transform(inside) == constant).all()
        assert (scaler.scale_, scaler.min_) == (0, bounds[0])

    def test_target(self):
        y = np.full(5, 0.1)
        scaler = TargetAwareMinMaxScaler((-1, 1)).fit(noise(5).reshape(-1, 1), y)
        assert (scaler.transform_target(y) == -1).all()
        assert (scaler.inverse_transform_target(noise(5)) == 0.1).all()

    @pytest.mark.parametrize("base", [0.0, 5e-324])
    def test_a_range_too_small_to_divide_by(self, base):
        X = np.array([[base], [base + 1e-320]])
        scaler = TargetAwareMinMaxScaler()
        assert scaler.fit_transform(X).tolist() == [[0.0], [0.0]]
        assert scaler.transform([[1.0]]) == 0
        assert scaler.inverse_transform([[0.0]]) == base
        assert scaler.scale_ == 0

    def test_nan_stays_missing(self):
        scaler = TargetAwareMinMaxScaler().fit([[3.0], [np.nan]])
        np.testing.assert_array_equal(
            scaler.transform([[np.nan], [9]]), [[np.nan], [0]]
        )
        assert np.isnan(scaler.inverse_transform([[np.nan]]))


class TestNaN:
    @quick
    @given(X=tables(), seed=st.integers(0, 99))
    def test_is_ignored_in_fit_and_kept(self, X, seed):
        holes = np.random.default_rng(seed).random(X.shape) < 0.3
        holes[0] = False
        X = np.where(holes, np.nan, X)
        scaler = TargetAwareMinMaxScaler()
        scaled = scaler.fit_transform(X)
        np.testing.assert_array_equal(np.isnan(scaled), holes)
        np.testing.assert_array_equal(np.isnan(scaler.inverse_transform(scaled)), holes)
        for column, known in enumerate(~holes.T):
            alone = X[known, column].reshape(-1, 1)
            np.testing.assert_array_equal(
                scaled[known, column],
                TargetAwareMinMaxScaler().fit_transform(alone)[:, 0],
            )


class TestContainers:
    index = pd.date_range("2020-01-31", periods=60, freq="ME", tz="Europe/Berlin")

    @pytest.mark.parametrize(
        "index", [index, pd.RangeIndex(7, 67), pd.Index([f"r{i}" for i in range(60)])]
    )
    def test_pandas_keeps_index_and_columns(self, index):
        X = pd.DataFrame({"a": noise(), "b": range(60)}, index)
        scaler = TargetAwareMinMaxScaler()
        scaled = scaler.fit_transform(X)
        assert isinstance(scaled, pd.DataFrame)
        assert scaled.index.equals(index)
        np.testing.assert_array_equal(scaled, scaler.fit_transform(X.to_numpy()))
        restored = scaler.fit(X).inverse_transform(scaled)
        pd.testing.assert_frame_equal(restored, X.astype(float))

    def test_pandas_keeps_column_labels_that_are_no_strings(self):
        X = pd.DataFrame(np.ones((3, 2)), columns=pd.Index([10, 20], name="hour"))
        scaled = TargetAwareMinMaxScaler().fit_transform(X)
        pd.testing.assert_index_equal(scaled.columns, X.columns)

    def test_polars(self):
        X = pl.DataFrame({"a": noise(), "b": range(60)})
        scaler = TargetAwareMinMaxScaler()
        scaled = scaler.fit_transform(X, pl.Series(walk()))
        assert isinstance(scaled, pl.DataFrame)
        assert scaled.columns == ["a", "b"]
        restored = scaler.inverse_transform(scaled)
        assert isinstance(restored, pl.DataFrame)
        np.testing.assert_allclose(restored.to_numpy(), X.to_numpy(), rtol=1e-12)

    def test_same_bits_from_every_container(self):
        X = np.column_stack([noise(), walk()])
        wanted = TargetAwareMinMaxScaler().fit_transform(X, walk())
        for other in (
            np.asfortranarray(X),
            X.tolist(),
            X.astype(object),
            pd.DataFrame(X, columns=["a", "b"]),
            pl.DataFrame(X, schema=["a", "b"]),
        ):
            got = TargetAwareMinMaxScaler().fit_transform(other, walk())
            np.testing.assert_array_equal(np.asarray(got, dtype=float), wanted)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, int, bool])
    def test_dtype(self, dtype):
        X = np.array([[0, 1], [1, 0], [1, 1]], dtype=dtype)
        wanted = dtype if dtype is np.float32 else np.float64
        scaler = TargetAwareMinMaxScaler(clip=True).fit(X, X[:, 0])
        assert scaler.transform(X).dtype == wanted
        assert scaler.inverse_transform(X).dtype == wanted
        assert scaler.transform_target(X[:, 0]).dtype == wanted
        assert scaler.inverse_transform_target(X[:, 0]).dtype == wanted

    @pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda data: data])
    @pytest.mark.parametrize(
        ("output", "kind"),
        [("default", np.ndarray), ("pandas", pd.DataFrame), ("polars", pl.DataFrame)],
    )
    def test_set_output(self, make, output, kind):
        data = {"a": noise(), "b": walk()}
        is_array = make(data) is data
        X = np.column_stack(list(data.values())) if is_array else make(data)
        scaler = TargetAwareMinMaxScaler().set_output(transform=output)
        scaled = clone(scaler).fit_transform(X)
        assert type(scaled) is kind
        if kind is not np.ndarray:
            assert list(scaled.columns) == (["x0", "x1"] if is_array else ["a", "b"])
        restored = scaler.fit(X).inverse_transform(scaler.transform(X))
        assert type(restored) is kind

    def test_set_output_none_changes_nothing(self):
        scaler = TargetAwareMinMaxScaler().set_output(transform="pandas")
        scaler.set_output(transform=None)
        assert isinstance(scaler.fit_transform([[1.0], [2.0]]), pd.DataFrame)

    def test_global_configuration(self):
        X = pd.DataFrame({"a": noise()})
        scaler = TargetAwareMinMaxScaler().fit(X)
        with config_context(transform_output="polars"):
            assert isinstance(scaler.transform(X), pl.DataFrame)
            arrays = clone(scaler).set_output(transform="default").fit(X)
            assert isinstance(arrays.transform(X), np.ndarray)

    @pytest.mark.parametrize("output", ["default", "pandas", "polars"])
    def test_pipeline_set_output(self, output):
        X = pd.DataFrame({"a": noise(), "b": walk()}, self.index)
        steps = MinMaxScaler((5, 9)), TargetAwareMinMaxScaler()
        scaled = make_pipeline(*steps).set_output(transform=output).fit_transform(X)
        kinds = {"default": np.ndarray, "pandas": pd.DataFrame, "polars": pl.DataFrame}
        assert type(scaled) is kinds[output]
        if output == "pandas":
            assert scaled.index.equals(self.index)

    @pytest.mark.parametrize("output", ["default", "pandas", "polars"])
    def test_windows_stay_an_array(self, output):
        windows = noise(24).reshape(4, 3, 2)
        scaler = TargetAwareMinMaxScaler().set_output(transform=output)
        assert type(scaler.fit_transform(windows)) is np.ndarray
        assert type(scaler.inverse_transform(windows)) is np.ndarray
        with config_context(transform_output=output):
            scaled = TargetAwareMinMaxScaler().fit(windows).transform(windows)
        assert type(scaled) is np.ndarray
        assert scaled.shape == windows.shape

    def test_scaled_values_without_names_are_no_reason_to_warn(self):
        X = pd.DataFrame({"a": noise(), "b": walk()})
        scaler = TargetAwareMinMaxScaler().fit(X)
        restored = scaler.inverse_transform(scaler.transform(X).to_numpy())
        np.testing.assert_allclose(restored, X, rtol=1e-12)
        assert scaler.feature_names_in_.tolist() == ["a", "b"]

    def test_feature_names_out(self):
        X = pd.DataFrame({"a": noise(), "b": walk()})
        names = TargetAwareMinMaxScaler().fit(X).get_feature_names_out()
        assert names.tolist() == ["a", "b"]
        windows = noise(24).reshape(4, 3, 2)
        names = TargetAwareMinMaxScaler().fit(windows).get_feature_names_out()
        assert names.tolist() == ["x0", "x1"]


class TestClip:
    @quick
    @given(new=tables(elements=st.floats(-10, 10)), bounds=BOUNDS)
    def test_keeps_transform_inside(self, new, bounds):
        new[0, 0] = np.nan
        X = np.array([[-1.0], [1.0]]) * np.ones(new.shape[1])
        free = TargetAwareMinMaxScaler(bounds).fit(X).transform(new)
        clipped = TargetAwareMinMaxScaler(bounds, clip=True).fit(X).transform(new)
        np.testing.assert_array_equal(clipped, np.clip(free, *bounds))

    def test_leaves_targets_alone(self):
        scaler = TargetAwareMinMaxScaler(clip=True).fit([[1.0], [2.0]], [0.0, 1.0])
        assert scaler.transform_target([5.0]) == 5
        assert scaler.inverse_transform_target([5.0]) == 5


class TestLeaks:
    def test_only_the_training_rows_of_a_fold_are_seen(self):
        X = np.column_stack([lag(walk(), 1), noise()])[1:]
        y = walk()[1:]
        splits = list(TimeSeriesSplit(3).split(X))
        for train, test in splits:
            spiked, y_spiked = X.copy(), y.copy()
            spiked[test], y_spiked[test] = 1e6, -1e6
            pipe = make_pipeline(TargetAwareMinMaxScaler(), LinearRegression())
            (fitted,) = cross_validate(
                pipe, spiked, y_spiked, cv=[(train, test)], return_estimator=True
            )["estimator"]
            scaler = fitted[0]
            np.testing.assert_array_equal(scaler.data_min_, X[train].min(axis=0))
            np.testing.assert_array_equal(scaler.data_max_, X[train].max(axis=0))
            assert scaler.target_min_ == y[train].min()
            assert scaler.target_max_ == y[train].max()
            assert scaler.target_columns_ == {0: (0, 1)}

    def test_input_and_state_are_left_alone(self):
        X, y = np.column_stack([lag(walk(), 1), noise()]), walk()
        copies = X.copy(), y.copy()
        X.flags.writeable = y.flags.writeable = False
        scaler = TargetAwareMinMaxScaler(clip=True).fit(X, y)
        before = pickle.dumps(scaler)
        scaler.inverse_transform(scaler.transform(X))
        scaler.inverse_transform_target(scaler.transform_target(y))
        assert pickle.dumps(scaler) == before
        np.testing.assert_array_equal(X, copies[0])
        np.testing.assert_array_equal(y, copies[1])
        assert not np.shares_memory(scaler.transform(X), X)


def fit_lag():
    X = pd.DataFrame({"a": lag(walk(), 1), "b": noise()})
    return TargetAwareMinMaxScaler().fit(X, walk()), X


def assert_same_attributes(scaler, before):
    assert vars(scaler).keys() == before.keys()
    assert all(vars(scaler)[name] is value for name, value in before.items())


class TestLife:
    def test_pickle_and_clone(self):
        scaler, X = fit_lag()
        loaded = pickle.loads(pickle.dumps(scaler))
        pd.testing.assert_frame_equal(loaded.transform(X), scaler.transform(X))
        fresh = clone(scaler)
        assert not hasattr(fresh, "scale_")
        assert fresh.get_params() == scaler.get_params()
        again = fresh.fit(X, walk()).transform(X)
        pd.testing.assert_frame_equal(again, scaler.transform(X))

    @pytest.mark.parametrize(
        ("X", "y"),
        [
            ([[np.inf]], None),
            ([[[1.0]], [[np.nan]]], [1.0, np.nan]),
            (pd.DataFrame({"c": [1.0, np.nan]}), [1.0]),
            ([[1e308], [-1e308]], None),
        ],
    )
    def test_failed_refit_changes_nothing(self, X, y):
        scaler, _ = fit_lag()
        before = dict(vars(scaler))
        with pytest.raises(ValueError):
            scaler.fit(X, y)
        assert_same_attributes(scaler, before)

    def test_interrupted_refit_changes_nothing(self, monkeypatch):
        def interrupt(*args):
            raise KeyboardInterrupt

        scaler, X = fit_lag()
        before = dict(vars(scaler))
        monkeypatch.setattr(_scaling, "find_past", interrupt)
        with pytest.raises(KeyboardInterrupt):
            scaler.fit(X.to_numpy() * 2, walk())
        assert_same_attributes(scaler, before)

    def test_refit_forgets_the_target_windows_and_names(self):
        scaler, X = fit_lag()
        windows = noise(24).reshape(4, 3, 2)
        scaler.fit(windows, walk(4))
        assert (scaler.n_dims_in_, scaler.n_time_steps_in_) == (3, 3)
        assert not hasattr(scaler, "feature_names_in_")
        scaler.fit(X.to_numpy())
        assert (scaler.n_dims_in_, scaler.n_time_steps_in_) == (2, None)
        assert (scaler.n_samples_seen_, scaler.n_features_in_) == (60, 2)
        assert scaler.target_min_ is scaler.target_scale_ is None
        assert scaler.target_columns_ == {}
        with pytest.raises(ValueError, match="fitted without y"):
            scaler.transform_target(walk())

    def test_new_parameters_wait_for_the_next_fit(self):
        scaler, X = fit_lag()
        before = scaler.transform(X)
        scaler.set_params(feature_range=(-1, 1), target_columns=None)
        pd.testing.assert_frame_equal(scaler.transform(X), before)


TWO_TARGETS = np.column_stack([walk(4), noise(4)])
FRAME = pd.DataFrame({"a": [1.0, 2.0, np.nan, 5.0], "b": [0.0, 1.0, 2.0, 3.0]})


class TestErrors:
    @pytest.mark.parametrize(
        "bounds",
        [
            *[(1, 0), (1, 1), (0, np.nan), (0, np.inf), (-1.7e308, 1.7e308)],
            *[(), (0,), (0, 1, 2), ("0", "1")],
        ],
    )
    def test_feature_range(self, bounds):
        with pytest.raises(ValueError, match=r"pair \(low, high\).* got [\[(]"):
            TargetAwareMinMaxScaler(bounds).fit([[1.0], [2.0]])

    @pytest.mark.parametrize(
        "parameters",
        [{"feature_range": 1}, {"target_columns": "b"}, {"clip": "yes"}],
    )
    def test_parameters(self, parameters):
        with pytest.raises(ValueError, match=f"The '{next(iter(parameters))}' param"):
            TargetAwareMinMaxScaler(**parameters).fit(FRAME)

    @pytest.mark.parametrize(
        ("X", "y", "columns", "match"),
        [
            (FRAME, None, ["b"], r"fit got no y\. Call fit\(X, y\)"),
            (FRAME, None, {"b": 0}, "fit got no y"),
            (FRAME, walk(4), ["d", "b", "e"], "'d', 'e', which X .* has 'a', 'b'"),
            (FRAME, walk(4), [2], "names 2, which X"),
            (FRAME, walk(4), [-3], "names -3, which X"),
            (FRAME, walk(4), [True], "must not be a bool; got .True."),
            (FRAME.to_numpy(), walk(4), ["b"], r"'b', .* has 0, 1\. .*set_output"),
            (FRAME, TWO_TARGETS, {"b": "heat"}, "'heat', which y .* it has 0, 1"),
            (FRAME, TWO_TARGETS, {"b": 2}, "names 2, which y"),
            (FRAME, TWO_TARGETS, ["b"], r"2 targets \(0, 1\).* Give a dict"),
        ],
    )
    def test_target_columns(self, X, y, columns, match):
        with pytest.raises(ValueError, match=match):
            TargetAwareMinMaxScaler(target_columns=columns).fit(X, y)

    @pytest.mark.parametrize(
        ("X", "y", "match"),
        [
            (FRAME.replace(2.0, np.inf), None, "infinity: row 1 .*column 'a'"),
            (FRAME.assign(c=np.nan), None, r"X holds only NaN in column\(s\) 'c'"),
            (np.full((2, 3, 1), np.nan), None, r"only NaN in column\(s\) 0"),
            (FRAME.assign(c=[1e151, 0, 0, 0]), None, "X contains 1e.151.* column 'c'"),
            (
                FRAME,
                [1e151, 0, 0, 0],
                "y contains 1e.151, which is beyond 1e.150 in size: row 0",
            ),
            (FRAME, [1.0, 2.0, 3.0, np.nan], "Input y contains NaN"),
            (FRAME, [1.0, 2.0], "same number of rows: X has 4, y has 2"),
            (FRAME, pd.Series(walk(4), range(4, 8)), "have a different index"),
            (np.array([[[np.inf]]]), None, "infinity"),
            (np.ma.masked_less(np.eye(2), 0.5), None, "masked"),
        ],
    )
    def test_data(self, X, y, match):
        with pytest.raises(ValueError, match=match):
            TargetAwareMinMaxScaler().fit(X, y)

    @pytest.mark.parametrize("method", ["transform", "inverse_transform"])
    @pytest.mark.parametrize(
        ("X", "match"),
        [
            (FRAME[["b", "a"]], "feature names should match"),
            (FRAME[["a"]], "feature names should match"),
            (FRAME.rename(columns={"a": "z"}), "feature names should match"),
            (np.ones((2, 3)), "3 features, but .* expecting 2"),
            (np.ones((2, 3, 2)), "was fitted on a table"),
            (np.ones(2), "1D array"),
            (FRAME.replace(2.0, np.inf), "infinity: row 1 .*column 'a'"),
        ],
    )
    @pytest.mark.filterwarnings("ignore:X does not have valid feature names")
    def test_other_than_the_fitted_table(self, method, X, match):
        scaler = TargetAwareMinMaxScaler().fit(FRAME)
        with pytest.raises(ValueError, match=match):
            getattr(scaler, method)(X)

    @pytest.mark.parametrize("method", ["transform", "inverse_transform"])
    @pytest.mark.parametrize(
        ("X", "match"),
        [
            (np.ones((2, 3)), r"windows \(3-D\), but X has 2"),
            (np.ones((2, 4, 3)), r"shape \(4, 3\).*shape \(4, 2\)"),
            (np.ones((2, 3, 2)), r"shape \(3, 2\).*shape \(4, 2\)"),
        ],
    )
    def test_other_than_the_fitted_windows(self, method, X, match):
        scaler = TargetAwareMinMaxScaler().fit(noise(24).reshape(3, 4, 2))
        with pytest.raises(ValueError, match=match):
            getattr(scaler, method)(X)

    @pytest.mark.parametrize("method", ["transform_target", "inverse_transform_target"])
    def test_targets(self, method):
        with pytest.raises(ValueError, match=r"fitted without y.* Fit it with fit\(X"):
            getattr(TargetAwareMinMaxScaler().fit(FRAME), method)([1.0])
        scaler = TargetAwareMinMaxScaler().fit(FRAME, TWO_TARGETS)
        with pytest.raises(ValueError, match=r"y has 1 target\(s\), .* with 2"):
            getattr(scaler, method)([1.0])
        with pytest.raises(ValueError, match="y contains NaN"):
            getattr(scaler, method)([[1.0, np.nan]])

    @pytest.mark.parametrize(
        ("X", "new", "method"),
        [
            ([[0.0], [1e-300]], [[1e150]], "transform"),
            ([[0.0], [1e-300]], [[-1e150]], "transform"),
            (np.float32([[0.0], [1e-30]]), np.float32([[1e30]]), "transform"),
            (np.float32([[0.0], [1e30]]), np.float32([[1e30]]), "inverse_transform"),
        ],
    )
    def test_overflow(self, X, new, method):
        scaler = TargetAwareMinMaxScaler().fit(X)
        with pytest.raises(ValueError, match="row 0, column 0 leaves the range of fl"):
            getattr(scaler, method)(new)
