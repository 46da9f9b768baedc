"""The data sets of statsmodels, and the generated table."""

import random
import sys
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal

from skseq import datasets

LOADERS = {
    # loader: rows, target, columns, freq of the index
    "load_co2": (2225, "co2", 1, None),
    "load_electrical_equipment": (257, "turnover", 1, "MS"),
    "load_elnino": (732, "temperature", 1, "MS"),
    "load_german_rates": (107, "inflation", 2, "QS-JAN"),
    "load_nile": (100, "volume", 1, "YS-JAN"),
    "load_sunspots": (309, "sunspots", 1, "YS-JAN"),
    "load_us_macro": (202, "unemployment", 6, "QS-JAN"),
}

PLAUSIBLE = {
    # loader: bounds that every value of the target respects, in its unit
    "load_co2": (300, 400),
    "load_electrical_equipment": (30, 200),
    "load_elnino": (15, 35),
    "load_german_rates": (-0.1, 0.1),
    "load_nile": (100, 2000),
    "load_sunspots": (0, 500),
    "load_us_macro": (2, 15),
}


def from_source(name):
    return import_module(f"statsmodels.datasets.{name}").load_pandas().data


@pytest.fixture(params=sorted(LOADERS))
def loader(request):
    return getattr(datasets, request.param)


def test_all_names_are_tested():
    assert set(datasets.__all__) == {*LOADERS, "make_monthly_revenue"}


def test_the_parts_of_a_bunch(loader):
    n_rows, target, n_features, _ = LOADERS[loader.__name__]
    bunch = loader()
    assert bunch.data.shape == (n_rows, n_features)
    assert bunch.target.shape == (n_rows,)
    assert bunch.feature_names == list(bunch.data.columns)
    assert bunch.target_names == [target] == [bunch.target.name]
    assert (bunch.data.dtypes == np.float64).all()
    assert_frame_equal(bunch.frame, bunch.data)
    assert_series_equal(bunch.target, bunch.frame[target])


def test_x_and_y_are_the_parts_of_the_bunch(loader):
    bunch = loader()
    X, y = loader(return_X_y=True)
    assert_frame_equal(X, bunch.data)
    assert_series_equal(y, bunch.target)


def test_rows_are_dated_in_order_and_nothing_is_missing(loader):
    *_, freq = LOADERS[loader.__name__]
    frame = loader().frame
    assert frame.index.is_monotonic_increasing
    assert frame.index.is_unique
    assert frame.index.name == "date"
    assert frame.index.freqstr == freq
    assert np.isfinite(frame.to_numpy()).all()


def test_values_are_plausible_in_their_units(loader):
    low, high = PLAUSIBLE[loader.__name__]
    assert loader().target.between(low, high).all()


def test_the_description_names_source_and_time_span_but_no_code(loader):
    bunch = loader()
    first, last = bunch.frame.index[[0, -1]]
    assert str(first.year) in bunch.DESCR
    assert str(last.year) in bunch.DESCR
    assert "statsmodels.datasets" in bunch.DESCR
    assert ">>>" not in bunch.DESCR
    assert "{" not in loader.__doc__
    assert "return_X_y : bool" in loader.__doc__


def test_changing_what_was_loaded_changes_no_later_load(loader):
    bunch = loader()
    expected = loader().frame
    bunch.data.iloc[:] = -1.0
    bunch.target.iloc[:] = -1.0
    assert_frame_equal(bunch.frame, expected)
    assert_frame_equal(loader().frame, expected)


def test_us_macro_is_the_source_with_levels_as_growth():
    source, frame = from_source("macrodata").iloc[1:], datasets.load_us_macro().frame
    assert (frame.index.year == source["year"]).all()
    assert (frame.index.quarter == source["quarter"]).all()
    assert (frame["unemployment"].to_numpy() == source["unemp"].to_numpy()).all()
    levels = from_source("macrodata")["realgdp"].to_numpy()
    grown = levels[0] * np.exp(frame["gdp_growth"].to_numpy().cumsum() / 400)
    np.testing.assert_allclose(grown, levels[1:])


def test_inflation_is_defined_as_in_the_docstring():
    source = from_source("macrodata")
    growth = 400 * np.log(source["cpi"]).diff()
    np.testing.assert_allclose(growth[1:], source["infl"][1:], atol=0.011)


def test_years_and_quarters_are_those_of_the_source():
    for name, years in {"nile": "year", "sunspots": "YEAR"}.items():
        dates = getattr(datasets, f"load_{name}")().frame.index
        assert (dates.year == from_source(name)[years]).all()
    dates = datasets.load_german_rates().frame.index
    source = from_source("interest_inflation")
    assert (dates.year == source["year"]).all()
    assert (dates.quarter == source["quarter"]).all()
    dates = datasets.load_electrical_equipment().frame.index
    assert (dates == from_source("elec_equip").index).all()


def test_months_of_el_nino_are_those_of_the_wide_table():
    wide = from_source("elnino").set_index("YEAR")
    months = datasets.load_elnino().target
    for year, name, month in [(1950, "JAN", 1), (1983, "JUN", 6), (2010, "DEC", 12)]:
        assert months[pd.Timestamp(year, month, 1)] == wide.loc[year, name]


def test_weeks_without_a_measurement_are_left_out():
    source, frame = from_source("co2"), datasets.load_co2().frame
    assert_frame_equal(frame.asfreq("W-SAT"), source, check_names=False)
    assert source["co2"].isna().sum() == len(source) - len(frame) == 59


def test_without_statsmodels_the_error_says_what_to_install(loader, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("statsmodels")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "statsmodels", None)
    with pytest.raises(ImportError, match=r'pip install "skseq\[examples\]"'):
        loader()


@pytest.mark.parametrize("name", datasets.__all__)
def test_parameters_are_checked(name):
    with pytest.raises(ValueError, match="'return_X_y' parameter"):
        getattr(datasets, name)(return_X_y="yes")


# --- make_monthly_revenue ---


def test_revenue_has_the_columns_and_dates_of_a_monthly_table():
    bunch = datasets.make_monthly_revenue(
        24, start="2019-03", missing_rows=0, random_state=0
    )
    assert bunch.feature_names == [
        "Revenue",
        "Sales_quantity",
        "Average_cost",
        "The_average_annual_payroll_of_the_region",
    ]
    assert bunch.target_names == ["Revenue"] == [bunch.target.name]
    expected = pd.date_range("2019-03-01", periods=24, freq="MS", name="date")
    assert (bunch.frame.index == expected).all()
    assert_series_equal(bunch.target, bunch.data["Revenue"])
    X, y = datasets.make_monthly_revenue(
        24, start="2019-03", missing_rows=0, random_state=0, return_X_y=True
    )
    assert_frame_equal(X, bunch.data)
    assert_series_equal(y, bunch.target)


@pytest.mark.parametrize(
    "start", ["2015-02", "2015-02-01", "2015-02-15", "2015-02-28 23:59", "28.02.2015"]
)
def test_the_month_that_contains_start_is_the_first(start):
    frame = datasets.make_monthly_revenue(start=start, random_state=0).frame
    expected = datasets.make_monthly_revenue(start="2015-02", random_state=0).frame
    assert frame.index[0] == pd.Timestamp("2015-02-01")
    assert_frame_equal(frame, expected)


def test_the_months_are_local_where_start_has_a_time_zone():
    start = "2015-01-31T23:30-05:00"
    frame = datasets.make_monthly_revenue(start=start, random_state=0).frame
    assert frame.index[0] == pd.Timestamp("2015-01-01")


def test_numbers_of_missing_rows_and_cells():
    frame = datasets.make_monthly_revenue(
        60, missing_rows=5, missing_cells=4, shutdowns=3, random_state=0
    ).frame
    months = pd.date_range("2015-01-01", periods=60, freq="MS")
    assert len(months.difference(frame.index)) == 5
    assert frame.index.isin(months).all()
    assert frame.index.is_monotonic_increasing
    assert frame.index[0] == months[0]
    assert frame.index[-1] == months[-1]
    assert frame.isna().sum().sum() == frame.isna().any(axis=1).sum() == 4
    closed = frame["Revenue"] == 0
    assert closed.sum() == 3
    assert (frame.loc[closed, ["Sales_quantity", "Average_cost"]] == 0).all(axis=None)
    assert (frame[~closed].dropna() > 0).all(axis=None)


def test_a_table_without_flaws_has_no_gaps():
    frame = datasets.make_monthly_revenue(
        missing_rows=0, missing_cells=0, shutdowns=0, random_state=0
    ).frame
    assert len(frame) == 72
    assert frame.index.freqstr == "MS"
    assert (frame > 0).all(axis=None)


def test_revenue_is_about_quantity_times_cost():
    frame = datasets.make_monthly_revenue(240, random_state=0).frame.dropna()
    open_months = frame[frame["Revenue"] > 0]
    product = open_months["Sales_quantity"] * open_months["Average_cost"]
    assert (open_months["Revenue"] / product).between(0.95, 1.05).all()


def test_revenue_grows_and_peaks_in_december():
    frame = datasets.make_monthly_revenue(
        120, missing_rows=0, missing_cells=0, shutdowns=0, random_state=0
    ).frame
    by_year = frame["Revenue"].groupby(frame.index.year).sum()
    assert by_year.iloc[-1] > 1.5 * by_year.iloc[0]
    assert frame["Sales_quantity"].groupby(frame.index.month).mean().idxmax() == 12


def test_payroll_steps_once_a_year():
    frame = datasets.make_monthly_revenue(60, missing_cells=0, random_state=0).frame
    payroll = frame["The_average_annual_payroll_of_the_region"]
    by_year = payroll.groupby(frame.index.year)
    assert (by_year.nunique() == 1).all()
    assert by_year.first().is_unique


def test_tables_depend_only_on_the_seed():
    make = datasets.make_monthly_revenue
    assert_frame_equal(make(random_state=3).frame, make(random_state=3).frame)
    generator = np.random.RandomState(3)
    assert_frame_equal(make(random_state=generator).frame, make(random_state=3).frame)
    assert not make(random_state=4).target.equals(make(random_state=3).target)
    assert not make(random_state=generator).target.equals(make(random_state=3).target)


def test_a_seed_does_not_change_the_global_random_state():
    before = random.getstate(), np.random.get_state()[1].copy()
    datasets.make_monthly_revenue(random_state=0)
    assert random.getstate() == before[0]
    assert (np.random.get_state()[1] == before[1]).all()


def test_the_shortest_table():
    frame = datasets.make_monthly_revenue(
        3, missing_rows=1, missing_cells=0, shutdowns=0, random_state=0
    ).frame
    assert list(frame.index.month) == [1, 3]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"n_months": 6}, "n_months=6 is too few for missing_rows=2"),
        ({"n_months": 2}, "'n_months' parameter"),
        ({"missing_rows": -1}, "'missing_rows' parameter"),
        ({"noise": -0.1}, "'noise' parameter"),
        ({"random_state": "seed"}, "'random_state' parameter"),
        ({"start": "some day"}, "start must be a date or a month; got 'some day'"),
        ({"start": "2015-13"}, "start must be a date.*got '2015-13'.*month must be in"),
        ({"start": "2015-02-30"}, "start must be a date.*got '2015-02-30'"),
        ({"start": "NaT"}, "start must be a date or a month; got 'NaT'"),
        ({"start": ""}, "start must be a date or a month; got ''"),
        ({"start": 2015}, "'start' parameter"),
    ],
)
def test_invalid_parameters_raise(parameters, message):
    with pytest.raises(ValueError, match=message):
        datasets.make_monthly_revenue(**parameters)
