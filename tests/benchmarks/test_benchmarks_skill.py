"""The benchmark of forecasts: which rows are forecast, and how errors are compared."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from skseq import SequenceWindower, TargetAwareMinMaxScaler

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def found(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def counting(n_rows, season=1):
    from benchmarks.skill.series import Series

    return Series(pd.DataFrame({"a": np.arange(n_rows) ** 2.0}), "a", season)


def result(last=2.0, seasonal=4.0, **errors):
    rmse = {"last value": [last], "seasonal value": [seasonal]} | errors
    return {"season": 4, "rows": 10, "test_rows": 2, "rmse": rmse}


@pytest.mark.parametrize(("n_rows", "n_test"), [(10, 2), (11, 3), (64, 13)])
def test_the_latest_fifth_is_forecast_rounded_up(n_rows, n_test):
    assert counting(n_rows).n_train == n_rows - n_test


def test_naive_forecasts_are_the_row_before_or_that_of_a_season_before():
    from benchmarks.skill.contenders import last_value, seasonal_value

    series = counting(20, season=3)
    np.testing.assert_array_equal(np.sqrt(last_value(series)), [15, 16, 17, 18])
    np.testing.assert_array_equal(np.sqrt(seasonal_value(series)), [13, 14, 15, 16])


def test_windows_cut_by_hand_are_those_of_the_windower():
    from benchmarks.skill.contenders import TIME_STEPS, cut

    series = counting(40)
    windows, targets, n_fitted, unscale = cut(series)
    scaler = TargetAwareMinMaxScaler().fit(series.table[: series.n_train])
    expected = SequenceWindower(TIME_STEPS).fit_transform(
        scaler.transform(series.table)
    )
    np.testing.assert_allclose(windows, expected[TIME_STEPS:], atol=1e-6)
    test_rows = series.y[series.n_train :]
    np.testing.assert_allclose(unscale(targets[n_fitted:]), test_rows, rtol=1e-6)


def test_every_contender_forecasts_the_test_rows():
    from benchmarks.skill.contenders import ALL

    series = counting(60, season=4)
    for name in ("ETS", "LSTMRegressor()", "GRURegressor()", "HistGradientBoosting"):
        assert ALL[name].forecast(series, 0).shape == (12,), name


def test_smoothing_keeps_to_forms_that_the_series_allows():
    from benchmarks.skill.smoothing import forms

    def seasonals(values, season):
        return {form["seasonal"] for form in forms(np.asarray(values), season)}

    assert seasonals(np.ones(10), 4) == {None, "add", "mul"}
    assert seasonals(np.ones(9), 4) == {None}
    assert seasonals(np.ones(30), 1) == {None}
    assert seasonals(np.arange(10), 4) == {None, "add"}
    assert {form["error"] for form in forms(np.arange(10), 4)} == {"add"}


def test_smoothing_finds_a_line_and_a_season(monkeypatch):
    from benchmarks.skill import smoothing
    from benchmarks.skill.series import Series

    choose, chosen = smoothing.choose, []
    monkeypatch.setattr(
        smoothing, "choose", lambda *args: chosen.append(choose(*args)) or chosen[0]
    )
    rng = np.random.default_rng(0)
    season = np.tile([-5.0, 0, 5, 0], 10)
    values = 50 + np.arange(40) + season + 0.01 * rng.standard_normal(40)
    series = Series(pd.DataFrame({"a": values}), "a", 4)
    with threadpool_limits(1):  # threads take longer than these small matrices
        predictions = smoothing.forecast(series)
    ((form, _),) = chosen
    assert (form["trend"], form["seasonal"]) == ("add", "add")
    np.testing.assert_allclose(predictions, values[32:], atol=0.1)


@pytest.mark.parametrize(
    ("n_rows", "season", "origins"),
    [(100, 12, [52, 64, 76, 88]), (36, 12, [24]), (20, 1, [12]), (64, 12, [40, 52])],
)
def test_at_least_half_of_the_rows_are_known_at_each_origin(n_rows, season, origins):
    from benchmarks.skill.several_steps import origins_of

    assert origins_of(counting(n_rows, season)).tolist() == origins


def test_forecasts_of_several_steps_are_compared_with_the_rows_that_followed():
    from benchmarks.skill.several_steps import DEFAULT, measure

    series = counting(40, season=4)
    y, errors = series.y.to_numpy(), measure(series, [DEFAULT], {})
    assert list(errors) == ["last value", "seasonal value", DEFAULT]
    expected = [y[24:] - np.repeat(y[[23, 27, 31, 35]], 4), y[24:] - y[20:36]]
    for name, error in zip(("last value", "seasonal value"), expected, strict=True):
        assert errors[name] == [pytest.approx(np.sqrt(np.mean(error**2)))]
    assert errors[DEFAULT][0] < errors["last value"][0]


def test_an_error_is_compared_with_the_better_naive_forecast():
    from benchmarks.skill.measuring import best_naive, ratio

    one = result(ETS=[1.0, 2.0])
    assert best_naive(one) == ("last value", 2.0)
    assert ratio(one, "ETS") == 0.75
    assert ratio(one, "plain Keras") is None


def test_tables_sum_up_each_series_once():
    from benchmarks.skill.tables import by_series, by_variant

    lstm = "LSTMRegressor()"
    results = {
        "a": result(ETS=[1.0], **{lstm: [1.0]}),
        "b": result(ETS=[2.0], **{lstm: [8.0]}),
        "revenue, all columns": result(ETS=[9.0], **{lstm: [9.0]}),
    }
    header, *_, means, losses = by_series(results)
    assert means[header.index("ETS")] == "0.71"
    assert means[header.index("LSTM")] == "1.41"
    assert losses[header.index("LSTM")] == "1"
    assert means[header.index("plain Keras")] == "-"
    variants = {line[0]: line[1:] for line in by_variant(results)}
    assert variants[lstm] == ["1.41", "1", "1"]
    assert variants["linear_weight=0"] == ["-", "-", "-"]


def test_the_reference_table_is_in_millions():
    from benchmarks.skill.tables import in_millions

    results = {"revenue": result(2e6, 4e6, **{"plain Keras": [1e6, 2e6]})}
    _, *lines = in_millions(results)
    assert ["last value", "2.00", "-"] in lines
    assert ["plain Keras", "1.50 (1.00 to 2.00)", "-"] in lines


def test_the_whole_runs_from_command_line_to_tables(tmp_path):
    main = import_module("benchmarks.skill.__main__").main
    main(["--only", "Nile", "--contenders", "ETS", "--folder", str(tmp_path)])
    written = json.loads((tmp_path / "skill_results.json").read_text(encoding="utf-8"))
    assert len(written["series"]["Nile"]["rmse"]["ETS"]) == 1
    assert '"Nile", "20 of 100"' in (tmp_path / "series.inc").read_text("utf-8")
    assert '"Nile", "1", "last value' in (tmp_path / "steps.inc").read_text("utf-8")


def test_without_results_the_tables_say_so():
    from benchmarks.skill.tables import TABLES, as_rest

    for name in TABLES:
        assert "Not measured yet" in as_rest(name, {"series": {}})
