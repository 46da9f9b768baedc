"""The benchmark of many series: how groups are read, scored and put in tables."""

import json
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def found(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def write_group(folder, name, *lines):
    header = "series,horizon,start_year,start_period,values"
    (folder / f"{name}.csv").write_text("\n".join([header, *lines]), encoding="utf-8")


def small(n_series=3):
    from benchmarks.many import groups

    return groups.load(groups.SMALL).first(n_series)


def noisy_group(name="a_monthly", n_series=4, horizon=3, n_values=40):
    from benchmarks.many.groups import Group, joined

    rng = np.random.default_rng(0)
    times = pd.date_range("2000-01-01", periods=n_values, freq="MS")
    by_series = {
        f"s{number}": pd.Series(rng.uniform(1, 9, n_values - number), times[number:])
        for number in range(n_series)
    }
    return Group(name, horizon, joined(by_series))


NEED_NO_PACKAGE = ("skseq, intervals", "ridge, same windows", "boosting, same windows")


def measured(smape, **others):
    times = {
        f"{part}_{clock}": 1.0
        for part in ("fit", "forecast")
        for clock in ("cpu", "wall")
    }
    run = {"smape": smape, "mase": 1.0, "memory": 10.0, "others_load": 0.0}
    return run | times | others


def results_of(**runs):
    """Three yearly and one quarterly series of M3, with the same runs."""
    facts = {"horizon": 2, "season": 1, "scale_season": 1, "values": 9}
    return {
        "m3_yearly": facts | {"series": 3, "runs": runs},
        "m3_quarterly": facts | {"series": 1, "runs": runs},
    }


@pytest.mark.parametrize(
    ("name", "start", "first", "second"),
    [
        ("a_yearly", "1811,1", "1811-01-01", "1812-01-01"),
        ("a_quarterly", "1984,4", "1984-10-01", "1985-01-01"),
        ("a_monthly", "1990,12", "1990-12-01", "1991-01-01"),
        ("a_monthly", "0,0", "1970-01-01", "1970-02-01"),
        # Quarter 9 is a mistake of the source, so the start counts as unknown.
        ("a_quarterly", "1984,9", "1970-01-01", "1970-04-01"),
        ("m4_hourly", "0,1", "1970-01-01 00:00", "1970-01-01 01:00"),
        ("m4_weekly", "0,1", "1970-01-04", "1970-01-11"),
        ("m4_daily", "0,1", "1970-01-01", "1970-01-02"),
    ],
)
def test_dates_follow_the_start_and_the_name(tmp_path, name, start, first, second):
    from benchmarks.many import groups

    write_group(tmp_path, name, f"x,1,{start},3 4.5 6", f"b,1,{start},1 2 3 4")
    group = groups.load(name, tmp_path)
    assert list(group.series) == ["x", "b"]
    assert list(group.train["x"].index) == [pd.Timestamp(first), pd.Timestamp(second)]
    assert group.train["x"].tolist() == [3, 4.5]
    assert group.test.tolist() == [6, 4]


def test_series_of_no_frequency_have_numbers(tmp_path):
    from benchmarks.many import groups

    write_group(tmp_path, "m3_other", "x,2,0,1,3 4 5 6")
    group = groups.load("m3_other", tmp_path)
    assert group.train["x"].to_dict() == {1: 3, 2: 4}
    assert group.horizon == 2
    assert group.test["x"].to_dict() == {3: 5, 4: 6}


@pytest.mark.parametrize(
    ("name", "season", "scale_season"),
    [
        ("m3_yearly", 1, 1),
        ("m3_quarterly", 4, 4),
        ("m3_monthly", 12, 12),
        ("m3_other", 1, 1),
        ("m4_hourly", 24, 24),
        ("m4_weekly", 52, 1),
    ],
)
def test_seasons_are_those_of_the_competitions(name, season, scale_season):
    frequency = noisy_group(name).frequency
    assert (frequency.season, frequency.scale_season) == (season, scale_season)


def test_only_tables_named_after_a_frequency_are_groups(tmp_path):
    from benchmarks.many import groups

    in_order = ["m3_yearly", "m3_quarterly", "m3_monthly", "m3_other", "m4_hourly"]
    for name in ("shampoo", *reversed(in_order)):
        write_group(tmp_path, name)
    assert groups.names(tmp_path) == in_order
    assert groups.names() == [groups.SMALL]


def test_a_group_has_one_horizon(tmp_path):
    from benchmarks.many import groups

    write_group(tmp_path, "a_yearly", "x,1,0,0,1 2 3", "b,2,0,0,1 2 3")
    with pytest.raises(ValueError, match=r"horizons \[1, 2\]"):
        groups.load("a_yearly", tmp_path)


@pytest.mark.parametrize("name", ["a_monthly", "a_weekly"])
def test_scores_are_means_over_series_and_steps(name):
    from benchmarks.many.scores import score

    group = noisy_group(name)
    season = group.frequency.scale_season
    rng = np.random.default_rng(1)
    middle = group.test + rng.normal(size=len(group.test))
    forecast = pd.DataFrame(
        {"prediction": middle, "lower_0.95": middle - 0.6, "upper_0.95": middle + 0.5}
    )
    smape, mase, inside, msis = [], [], [], []
    for series in group.series:
        train = group.train[series].to_numpy()
        naive = np.mean(
            [abs(train[t] - train[t - season]) for t in range(season, len(train))]
        )
        for y, f in zip(group.test[series], middle[series], strict=True):
            lower, upper = f - 0.6, f + 0.5
            smape.append(200 * abs(y - f) / (abs(y) + abs(f)))
            mase.append(abs(y - f) / naive)
            inside.append(lower <= y <= upper)
            below, above = (lower - y) * (y < lower), (y - upper) * (y > upper)
            msis.append((upper - lower + 40 * (below + above)) / naive)
    # Rows in another order, because libraries sort the names of series.
    scores = score(group, forecast.sample(frac=1, random_state=0))
    expected = {"smape": smape, "mase": mase, "coverage": inside, "msis": msis}
    for key, values in expected.items():
        assert scores[key] == pytest.approx(np.mean(values)), key
    assert score(group, middle) == {key: scores[key] for key in ("smape", "mase")}


def test_the_forecast_of_a_zero_by_zero_has_no_error():
    from benchmarks.many.scores import smape

    assert smape(np.array([0.0, 1.0]), np.array([0.0, 0.0])) == 100


def test_incomplete_forecasts_are_not_scored():
    from benchmarks.many.scores import score

    group = noisy_group()
    for forecast in (group.test[1:], group.test.where(group.test > 2), group.values):
        with pytest.raises(ValueError, match="lacks values, or has too many"):
            score(group, forecast)


@pytest.mark.parametrize(
    ("name", "season"), [("naive", 1), ("seasonal naive", 12), ("seasonal naive", 52)]
)
def test_naive_forecasts_repeat_the_end_of_each_series(name, season):
    from benchmarks.many.contenders import CONTENDERS

    # Weeks repeat no year here: a horizon of three needs only the first of it.
    group = noisy_group("a_weekly" if season == 52 else "a_monthly", n_values=90)
    if season == 12:
        group = noisy_group(horizon=14, n_values=70)
    model = CONTENDERS[name].make(group, 0)
    model.fit()
    forecast = model.forecast()
    for series, train in zip(group.series, group.arrays, strict=True):
        expected = np.resize(train[-season:], group.horizon)
        np.testing.assert_array_equal(forecast[series], expected)


def test_seed_zero_is_the_default_and_others_change_only_the_seed():
    from benchmarks.many.contenders import CONTENDERS, DEFAULT
    from benchmarks.many.contenders.skseq_ import default_pipeline
    from skseq import SequenceForecaster

    group = small(2)
    found = default_pipeline(group).set_params(regress__random_state=0)
    default, by_hand, other = (
        SequenceForecaster(horizon=group.horizon),
        SequenceForecaster(found, horizon=group.horizon),
        CONTENDERS[DEFAULT].make(group, 1),
    )
    expected = default.fit(group.train).forecast()
    pd.testing.assert_series_equal(by_hand.fit(group.train).forecast(), expected)
    other.fit()
    assert (other.forecast() != expected).all()
    params = other.forecaster.estimator_.get_params(deep=True)
    assert params["regress__random_state"] == 1
    for key, value in default.estimator_["regress"].get_params().items():
        assert key == "random_state" or params[f"regress__{key}"] == value


@pytest.mark.parametrize(
    "name",
    [
        *NEED_NO_PACKAGE,
        pytest.param("plain Keras, same windows", marks=pytest.mark.slow),
    ],
)
def test_contenders_forecast_all_series(name):
    from benchmarks.many.contenders import CONTENDERS
    from benchmarks.many.process import measure

    result = measure(small(2), CONTENDERS[name], 0)
    assert 0 < result["smape"] < 20
    assert ("msis" in result) == (name == "skseq, intervals")
    assert min(result["fit_wall"], result["forecast_wall"]) > 0


def test_boosting_does_not_depend_on_the_unit_of_a_series():
    from benchmarks.many.contenders.skseq_ import StandardizedBoosting

    rng = np.random.default_rng(0)
    windows, y = rng.normal(size=(60, 5, 1)), rng.normal(size=(60, 2))
    windows[:4, 0] = np.nan
    units = 10.0 ** rng.integers(-2, 3, (60, 1))
    regressor = StandardizedBoosting()
    expected = regressor.fit(windows, y).predict(windows[4:])
    scaled = windows * units[:, :, np.newaxis] + 7
    found = regressor.fit(scaled, y * units + 7).predict(scaled[4:])
    np.testing.assert_allclose(found, expected * units[4:] + 7, rtol=1e-6)


def test_a_package_that_is_not_installed_starts_no_process(monkeypatch):
    from benchmarks.many import measuring, process

    monkeypatch.setattr(process, "find_spec", lambda package: None)
    monkeypatch.delattr(process, "launch")
    group, runs = small(1), {"Theta": [measured(5.0)]}
    *_, (line, result) = measuring.measure(group, ["Theta", "AutoETS"], 1, {})
    assert line == "AutoETS, seed 0: missing: statsforecast"
    *_, (_, result) = measuring.measure(group, ["Theta"], 1, {"runs": runs})
    assert result["runs"] == runs  # numbers of another environment stay


def test_slow_contenders_are_left_out_unless_asked_for():
    from benchmarks.many.measuring import contenders_of

    both = ["Theta", "AutoETS"]
    assert contenders_of("m4_hourly", both, asked=False) == ["Theta"]
    assert contenders_of("m4_hourly", both, asked=True) == both
    assert contenders_of("m3_yearly", both, asked=False) == both


def test_each_series_counts_the_same_in_the_mean_of_groups():
    from benchmarks.many.tables import TABLES

    groups = results_of(skseq=[measured(4.0), measured(6.0)], naive=[measured(9.0)])
    groups["m3_quarterly"]["runs"] = {"skseq": [measured(8.0), measured(2.0)]}
    header, naive, mine = TABLES["smape"](groups)
    assert header == ["", "M3 yearly", "M3 quarterly", "M3, all"]
    assert naive == ["naive", "9.00", "-", "-"]
    quarterly = "5.00 (2.00 to 8.00)"
    assert mine == ["skseq", "5.00 (4.00 to 6.00)", quarterly, "5.00 (5.00 to 5.00)"]
    assert TABLES["cpu"](groups)[2] == ["skseq", "1 + 1", "1 + 1", "2 + 2"]
    assert TABLES["wall"](groups)[2][1:] == ["2", "2", "4"]


def test_tables_say_who_is_missing_or_failed():
    from benchmarks.many.tables import TABLES, as_text

    groups = results_of(Theta=[{"missing": "statsforecast"}], skseq=[{"failed": "no"}])
    for table in ("smape", "mase", "cpu", "wall", "memory"):
        _, mine, theta = TABLES[table](groups)
        assert mine == ["skseq", "failed", "failed", "failed"]
        assert theta == ["Theta", "statsforecast is not installed", "", ""]
        assert "failed" in as_text(table, {"groups": groups})


def test_intervals_are_shown_with_their_coverage():
    from benchmarks.many.tables import TABLES

    run = measured(1.0, coverage=0.94, msis=12.34)
    groups = results_of(**{"skseq, intervals": [run], "naive": [measured(1.0)]})
    assert len(TABLES["intervals"](groups)) == 2
    assert TABLES["intervals"](groups)[1][1] == "94.0 %, 12.3"


def test_the_whole_runs_from_command_line_to_tables(tmp_path):
    start = "1990,1," + " ".join(map(str, range(1, 31)))
    write_group(tmp_path, "a_yearly", f"x,2,{start}", f"b,2,{start}")
    earlier = {"groups": {"a_yearly": {"runs": {"skseq": [measured(5.0)]}}}}
    path = tmp_path / "many_results.json"
    path.write_text(json.dumps(earlier), encoding="utf-8")
    main = import_module("benchmarks.many.__main__").main
    folder = str(tmp_path)
    main(["--data", folder, "--contenders", "seasonal", "--folder", folder])
    runs = json.loads(path.read_text(encoding="utf-8"))["groups"]["a_yearly"]["runs"]
    assert runs["seasonal naive"][0]["mase"] == pytest.approx(1.5)
    assert runs["skseq"] == [measured(5.0)]
    written = (tmp_path / "mase.inc").read_text(encoding="utf-8")
    assert '"seasonal naive", "1.50"' in written
    assert '"A yearly", "2", "56", "2", "1"' in (tmp_path / "groups.inc").read_text()


def test_without_results_the_tables_say_so():
    from benchmarks.many.tables import TABLES, as_rest

    for name in TABLES:
        assert "Not measured yet" in as_rest(name, {"groups": {}})
    without_intervals = {"groups": results_of(naive=[measured(1.0)])}
    assert "Not measured yet" in as_rest("intervals", without_intervals)


def test_windows_cut_by_hand_are_those_of_each_series():
    from benchmarks.many.windows import cut, padded, standardized

    arrays = [np.arange(7.0), np.arange(3.0), 100 + np.arange(5.0) ** 2]
    windows, targets = cut(arrays, 3, 2)
    expected = [[0, 1, 2], [1, 2, 3], [2, 3, 4], [100, 101, 104]]
    np.testing.assert_array_equal(windows, expected)
    np.testing.assert_array_equal(targets, [[3, 4], [4, 5], [5, 6], [109, 116]])
    np.testing.assert_array_equal(padded(arrays[1], 5), [0, 0, 0, 1, 2])
    np.testing.assert_array_equal(padded(arrays[0], 2), [5, 6])
    scaled, last, scale = standardized(np.array([[1.0, 2, 3], [5, 5, 5]]))
    np.testing.assert_allclose(scaled.mean(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(axis=1), [1, 0])
    np.testing.assert_array_equal(last.ravel(), [3, 5])
    np.testing.assert_array_equal(scale.ravel()[1], 1)
