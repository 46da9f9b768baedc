"""TimeScale: positions of labels on a time axis, in one unit for all of a picture."""

import numpy as np
import pandas as pd
import pytest
from drawn_data import INDEXES

from skseq.displays._time_scale import TimeScale, unit_of


@pytest.mark.parametrize("kind", INDEXES)
def test_a_label_is_where_its_index_puts_it(kind):
    index = INDEXES[kind]
    scale = TimeScale.of(index)
    positions = scale.positions(index)
    each = [scale.positions(pd.Index([label])) for label in index]
    assert list(np.concatenate(each)) == list(positions)
    assert (np.diff(positions) > np.zeros(1, dtype=np.diff(positions).dtype)).all()


def test_both_hours_of_a_clock_change_have_their_own_position():
    index = pd.date_range("2024-10-27", periods=5, freq="h", tz="Europe/Berlin")
    assert len(set(index.hour)) == 4
    positions = TimeScale.of(index).positions(index)
    assert list(positions) == list(
        pd.date_range("2024-10-26 22:00", periods=5, freq="h").to_numpy()
    )


@pytest.mark.parametrize(
    ("length", "unit"),
    [("1D", "hours"), ("2D", "days"), ("3min", "minutes"), ("119s", "seconds")],
)
def test_the_unit_of_time_differences(length, unit):
    assert unit_of(pd.Timedelta(length).total_seconds()) == unit


def test_all_indexes_of_a_picture_have_one_unit(plt):
    long = pd.timedelta_range("0h", periods=50, freq="h")
    short = pd.timedelta_range("50h", periods=3, freq="h", name="age")
    scale = TimeScale.of(short, long)
    np.testing.assert_allclose(scale.positions(short) * 24, [50, 51, 52])
    np.testing.assert_allclose(scale.positions(long) * 24, np.arange(50))
    ax = plt.subplots()[1]
    scale.write_labels(ax)
    assert ax.get_xlabel() == "age (days)"


def test_only_whole_numbers_are_labelled_on_an_axis_of_integers(plt):
    index = pd.Index([2001, 2002, 2003], name="year")
    ax = plt.subplots()[1]
    ax.plot(index, index)
    TimeScale.of(index).write_labels(ax)
    assert ax.get_xlabel() == "year"
    ticks = ax.get_xticks()
    assert list(ticks) == list(ticks.astype(int))
