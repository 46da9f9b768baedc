"""The windower refuses columns that show a window the target of its row, or later."""

import numpy as np
import pandas as pd
import pytest

from skseq import SequenceWindower

N_ROWS = 60
INDEX = pd.date_range("2020-01-01", periods=N_ROWS, freq="D")


def make_table(seed=0):
    rng = np.random.default_rng(seed)
    y = pd.Series(rng.normal(size=N_ROWS), INDEX, name="sales")
    return pd.DataFrame({"a": rng.normal(size=N_ROWS)}, INDEX), y


@pytest.mark.parametrize("horizon", [1, 2, 5])
@pytest.mark.parametrize("sign", [1, -3])
@pytest.mark.parametrize("extra", [0, 1])
def test_a_column_of_later_values_raises(horizon, sign, extra):
    X, y = make_table()
    ahead = horizon + extra
    X = X.assign(next=sign * y.shift(-ahead) + 5).iloc[:-ahead]
    match = rf"Column 'next' of X is .*, {ahead} rows? later: y = .*Drop the column"
    with pytest.raises(ValueError, match=match):
        SequenceWindower(horizon=horizon).fit(X, y[X.index])
    SequenceWindower(horizon=ahead + 1).fit(X, y[X.index])


@pytest.mark.parametrize(
    "params", [{"horizon": 0}, {"future_columns": ["c"]}, {"future_columns": [1]}]
)
@pytest.mark.parametrize("image", [lambda y: 18 - y, lambda y: -0.01 * y])
def test_a_decreasing_image_at_its_row_raises(params, image):
    X, y = make_table()
    X = X.assign(c=image(y))
    match = r"Column 'c' of X is .* with its sign reversed.*future_columns, or drop"
    with pytest.raises(ValueError, match=match):
        SequenceWindower(**params).fit(X, y)
    SequenceWindower(2).fit(X, y)


@pytest.mark.parametrize("lag", [1, 2])
def test_later_values_known_ahead_raise(lag):
    X, y = make_table()
    X = X.assign(c=y.shift(-lag)).iloc[:-lag]
    with pytest.raises(ValueError, match=r"Column 'c' of X .* later"):
        SequenceWindower(future_columns=["c"], horizon=3).fit(X, y[X.index])


def test_columns_without_names_are_called_by_position():
    X, y = make_table()
    X = np.column_stack([X, np.r_[y[1:], 0.0]])
    with pytest.raises(ValueError, match="Column 1 of X is the target itself"):
        SequenceWindower().fit(X, y.to_numpy())


def test_steps_are_counted_in_time_where_rows_are_missing():
    X, y = make_table()
    stay = np.random.default_rng(1).random(N_ROWS) < 0.9
    stay[-1] = False
    X = X.assign(next=y.shift(-1))[stay]
    with pytest.raises(ValueError, match="Column 'next' of X"):
        SequenceWindower().fit(X, y[stay])


@pytest.mark.parametrize(
    "y", [["up", "down"] * 30, [np.nan, 1.0] * 30], ids=["labels", "nan"]
)
def test_what_is_no_numeric_target_is_left_to_the_next_step(y):
    X, _ = make_table()
    SequenceWindower().fit(X, y)
    with pytest.raises((TypeError, ValueError)):
        SequenceWindower(horizon=0).fit(X, y)


@pytest.mark.parametrize("lag", [0, -1])
@pytest.mark.parametrize("sign", [1, -1])
def test_each_series_may_have_a_scale_of_its_own(lag, sign):
    shops = {name: make_table(seed)[1] for seed, name in enumerate("abcd")}
    y = pd.concat(shops, names=["shop", "day"])
    scale = y.index.get_level_values(0).map({"a": 1, "b": 30, "c": 7, "d": 2})
    moved = y.groupby(level=0).shift(lag).ffill()
    X = pd.DataFrame({"share": 5 + sign * moved * scale}, y.index)
    match = r"Column 'share' of X is the target (itself|with its sign reversed)"
    with pytest.raises(ValueError, match=match):
        SequenceWindower(2, future_columns=["share"]).fit(X, y)
    windower = SequenceWindower(2)
    if lag:
        with pytest.raises(ValueError, match=match):
            windower.fit(X, y)
    else:
        windower.fit(X, y)
    # The rows of series may be in any order.
    order = np.random.default_rng(0).permutation(len(y))
    order = y.iloc[order].sort_index(level=1).index
    with pytest.raises(ValueError, match=match):
        SequenceWindower(2, future_columns=["share"]).fit(X.loc[order], y.loc[order])


COUNTERS = {
    "rows": np.arange,
    "steps": lambda n_rows: np.delete(np.arange(n_rows + 10), np.arange(20, 30)),
    "days": lambda n_rows: pd.date_range("2020-01-01", periods=n_rows, freq="MS"),
    "hours": lambda n_rows: np.random.default_rng(n_rows).random(n_rows).cumsum(),
}
"""Times at which a machine is watched until it breaks."""


def machines(counter, life):
    """Return the age of machines as a table, and y from the life that is left."""
    ages, left = {}, {}
    for name, n_rows in zip("abcd", [30, 45, 40, 35], strict=True):
        times = pd.Index(COUNTERS[counter](n_rows))
        age = times - times[0]
        age = age.days if counter == "days" else age
        ages[name] = pd.Series(age, times, dtype=float)
        left[name] = life(ages[name].max() - ages[name])
    names = ["machine", "time"]
    return pd.concat(ages, names=names).to_frame("age"), pd.concat(left, names=names)


@pytest.mark.filterwarnings("error::skseq.exceptions.LaggedTargetWarning")
@pytest.mark.parametrize("counter", COUNTERS)
@pytest.mark.parametrize("scale", [1, 0.37])
def test_a_counter_does_not_show_the_remaining_life(counter, scale):
    X, y = machines(counter, lambda left: scale * left)
    SequenceWindower(5, horizon=0).fit(X, y)
    several = np.column_stack([np.random.default_rng(0).normal(size=len(y)), y])
    SequenceWindower(5, horizon=0).fit(X, several)
    # The value itself is the same function of a column in all series.
    X["left"] = 3 * y + 1
    with pytest.raises(ValueError, match="'left' of X is the target itself"):
        SequenceWindower(5, horizon=0).fit(X, y)


def test_a_copy_of_a_curve_is_no_counter():
    X, y = machines("rows", lambda left: np.minimum(left, 25) ** 2)
    shop = y.index.get_level_values(0).map({"a": 1, "b": 30, "c": 7, "d": 2})
    SequenceWindower(5, horizon=0).fit(X, y)
    with pytest.raises(ValueError, match="'copy' of X is the target itself"):
        SequenceWindower(5, horizon=0).fit(X.assign(copy=y * shop), y)
