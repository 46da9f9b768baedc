"""The main example: its functions, and the whole of it on a table of one's own."""

import subprocess
import sys
from argparse import Namespace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal, assert_series_equal
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import root_mean_squared_error
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import SequenceWindower
from skseq.datasets import load_us_macro, make_monthly_revenue

SCRIPT = Path(__file__).parents[1] / "examples" / "plot_reference_experiment.py"


@pytest.fixture(scope="module")
def example():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    spec = spec_from_file_location(SCRIPT.stem, SCRIPT)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    matplotlib.pyplot.close("all")


class LastStep(RegressorMixin, BaseEstimator):
    """Predict the first feature's last step of the window."""

    def fit(self, X, y):
        self.n_rows_ = len(y)
        return self

    def predict(self, X):
        return np.nan_to_num(X[:, -1, 0])


def last_step_pipeline(time_steps):
    return Pipeline(
        [
            ("scale", FunctionTransformer()),
            ("window", SequenceWindower(time_steps=time_steps)),
            ("rnn", LastStep()),
        ]
    )


def counting_series(dates, without=()):
    y = pd.Series(np.arange(1.0, len(dates) + 1), index=dates, name="y")
    return y.drop(y.index[list(without)])


def value_before(y, offset):
    return pd.Series([y.get(date - offset, np.nan) for date in y.index], y.index)


@pytest.mark.parametrize(
    ("freq", "offset", "season"),
    [
        ("MS", pd.offsets.MonthBegin, 12),
        ("ME", pd.offsets.MonthEnd, 12),
        ("QS", lambda n: pd.DateOffset(months=3 * n), 4),
        ("W-SAT", pd.offsets.Week, 52),
        ("D", pd.offsets.Day, 7),
    ],
)
def test_naive_rules_go_by_date_across_gaps(example, freq, offset, season):
    dates = pd.date_range("2015-01-01", periods=3 * season, freq=freq)
    y = counting_series(dates, without=[5, 6, season + 1, 2 * season])
    rules = example.naive_rules(y, season)
    assert rules.index.equals(y.index)
    for name, steps in {"last value": 1, "last season": season}.items():
        expected = value_before(y, offset(steps))
        assert expected.isna().sum() > 1
        assert_series_equal(rules[name], expected, check_names=False, check_freq=False)


def test_without_a_season_there_is_one_rule(example):
    y = counting_series(pd.date_range("1900-01-01", periods=9, freq="YS"))
    assert_frame_equal(example.naive_rules(y, 1), y.shift(1).to_frame("last value"))


def test_a_season_is_known_for_the_usual_steps(example):
    seasons = {"MS": 12, "ME": 12, "QS": 4, "QE": 4, "W-SUN": 52, "D": 7, "h": 24}
    for freq, season in seasons.items():
        y = counting_series(pd.date_range("2015-01-01", periods=30, freq=freq))
        step = SequenceWindower(time_steps=2).fit(y.to_frame()).freq_
        assert example.SEASONS[type(step)] == season


def test_all_are_scored_on_the_rows_where_all_have_a_value(example):
    y = counting_series(pd.date_range("2015-01-01", periods=6, freq="MS"))
    predictions = pd.DataFrame(
        {"network": y + 1, "last value": y.shift(1), "last season": y.shift(2)}
    )
    scores = example.score(y, predictions)
    assert list(scores["rows"]) == [4, 4, 4]
    assert list(scores["RMSE"]) == list(scores["MAE"]) == [1, 1, 2]
    assert scores.loc["network", "MAPE"] == np.mean(1 / y[2:])
    assert scores.loc["last season", "R2"] == 1 - 16 / 5


def test_there_is_no_percentage_of_zero(example):
    y = counting_series(pd.date_range("2015-01-01", periods=4, freq="MS")) - 1
    scores = example.score(y, pd.DataFrame({"network": y + 1, "last value": y - 1}))
    assert scores["MAPE"].isna().all()
    assert np.isfinite(scores["RMSE"]).all()


def test_nothing_to_score_is_an_error_that_names_the_way_out(example):
    y = counting_series(pd.date_range("2015-01-01", periods=4, freq="MS"))
    with pytest.raises(ValueError, match="fewer time steps or a shorter season"):
        example.score(y, pd.DataFrame({"network": y, "last season": y.shift(4)}))


def test_the_known_error_of_a_rule_is_reached(example):
    y = load_us_macro().target
    rules = example.naive_rules(y, 4)
    test = rules.assign(network=y).iloc[-41:]
    scores = example.score(y, test)
    for name, steps in {"last value": 1, "last season": 4}.items():
        error = root_mean_squared_error(y.iloc[-41:], y.shift(steps).iloc[-41:])
        assert scores.loc[name, "RMSE"] == pytest.approx(error)


@pytest.mark.parametrize(
    ("network", "words"),
    [(80.0, r"network has the lowest RMSE, 20% below"), (150.0, "50% higher")],
)
def test_the_verdict_says_who_wins_and_by_how_much(example, network, words):
    scores = pd.DataFrame(
        {"rows": 13, "RMSE": [network, 100.0, 200.0]},
        index=["network", "last value", "last season"],
    )
    said = " ".join(example.verdict(scores).split())
    assert "On the 13 test rows" in said
    assert "last value" in said
    assert words in said
    assert ("not worth its cost" in said) == (network > 100)


def test_rows_are_predicted_where_their_window_is_complete(example):
    y = counting_series(pd.date_range("2015-01-01", periods=20, freq="MS"), [4, 16])
    train, test = y[:12], y[12:]
    pipe = last_step_pipeline(time_steps=2).fit(train.to_frame(), train)
    expected = example.naive_rules(y, 2).dropna()["last value"]
    predicted = pd.concat(
        [example.predict_rows(pipe, part.to_frame()) for part in (train, test)]
    )
    assert predicted.index.equals(y.index)
    assert_series_equal(
        predicted.dropna(), expected, check_names=False, check_freq=False
    )
    assert predicted.loc[test.index[0]] == train.iloc[-1]


def test_the_forecast_comes_from_the_last_row_and_has_the_next_date(example):
    y = counting_series(pd.date_range("2015-01-31", periods=14, freq="ME"), [3])
    pipe = last_step_pipeline(time_steps=2)
    ahead = example.forecast(pipe, y.to_frame(), y)
    assert list(ahead.index) == [pd.Timestamp("2016-03-31")]
    assert list(ahead) == [14.0]
    assert not hasattr(pipe["rnn"], "n_rows_")


@pytest.mark.parametrize(
    ("freq", "last"),
    [
        ("MS", "2019-12-01"),
        ("ME", "2019-02-28"),
        ("QE", "2019-06-30"),
        ("YS", "2019-01-01"),
        ("W-SAT", "2019-02-23"),
        ("D", "2019-12-31"),
        ("B", "2019-03-29"),
    ],
)
def test_the_next_date_is_one_step_on(example, freq, last):
    dates = pd.date_range(end=last, periods=25, freq=freq)
    step = SequenceWindower(time_steps=2).fit(counting_series(dates).to_frame()).freq_
    assert example.next_date(dates, step) == dates[-1] + dates.freq


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (11_948_930.4, "11,948,930"),
        (1234.5, "1,234"),
        (52.51, "52.5"),
        (0.3721, "0.372"),
        (-0.00123456, "-0.00123"),
        (0.0, "0.00"),
    ],
)
def test_numbers_are_readable(example, number, written):
    assert example.readable(number) == written


def write_table(path, frame):
    frame = frame.reset_index(names="Period")
    frame["Period"] = frame["Period"].dt.strftime("%d.%m.%Y")
    frame.to_csv(path, index=False)


def test_a_table_of_ones_own_is_read_by_date(example, tmp_path, capsys):
    frame = make_monthly_revenue(24, random_state=0).frame
    write_table(tmp_path / "own.csv", frame.assign(Note="none").iloc[::-1])
    with (tmp_path / "own.csv").open("a") as file:
        file.write(",,,,,\n")
    options = Namespace(
        csv=tmp_path / "own.csv",
        date="Period",
        date_format="%d.%m.%Y",
        target="Revenue",
        features=["Average_cost", "Revenue"],
    )
    table, target = example.read_table(options)
    known = example.drop_missing(table)
    chosen = frame[["Revenue", "Average_cost"]]
    assert target == "Revenue"
    assert_frame_equal(
        known, chosen.dropna(), check_names=False, check_index_type=False
    )
    n_dropped = len(frame) - len(chosen.dropna()) + 1
    assert (
        f"{n_dropped} rows with missing cells were dropped" in capsys.readouterr().out
    )
    options.features = None
    assert list(example.read_table(options)[0]) == list(frame)


def test_a_table_without_a_target_is_refused(example, capsys):
    with pytest.raises(SystemExit):
        example.main(["--csv", "own.csv"])
    assert "--csv needs --target" in capsys.readouterr().err


def dates_of_line(figure, label):
    from matplotlib.dates import num2date

    (line,) = [ln for ln in figure.axes[0].lines if ln.get_label() == label]
    numbers = figure.axes[0].convert_xunits(line.get_xdata())
    return pd.DatetimeIndex([date.replace(tzinfo=None) for date in num2date(numbers)])


def test_everything_is_drawn_at_its_own_date(example):
    y = counting_series(pd.date_range("2015-01-01", periods=30, freq="MS"), [7, 20])
    train, test = y[:22] + 1, y[22:] + 1
    ahead = pd.Series([31.0], index=[pd.Timestamp("2017-07-01")])
    figure = example.draw(y, train, test, ahead)
    drawn = {
        "actual": y,
        "network, train": train,
        "network, test": test,
        "forecast": ahead,
    }
    for label, series in drawn.items():
        assert (dates_of_line(figure, label) == series.index).all()
    split = dates_of_line(figure, "first test row")
    assert set(split) == {test.index[0]}
    assert figure.axes[0].get_ylabel() == "y"


def scored_rows(printed):
    """Read the rows scored and left out of each part from the printed tables."""
    parts = {}
    for block in printed.split("\n\n"):
        head, *lines = block.splitlines()
        if head.startswith(("train:", "test:")):
            part, n_rows, _, n_left_out, *_ = head.replace(":", "").split()
            counts = [line.split()[-5] for line in lines[1:]]
            parts[part] = int(n_rows), int(n_left_out), [int(count) for count in counts]
    return parts


def test_the_whole_experiment_on_a_table_with_gaps(example, tmp_path, capsys):
    frame = make_monthly_revenue(96, missing_rows=1, random_state=0).frame
    write_table(tmp_path / "own.csv", frame)
    picture = tmp_path / "picture.png"
    example.main(
        f"--csv {tmp_path / 'own.csv'} --date Period --date-format %d.%m.%Y "
        f"--target Revenue --time-steps 3 --epochs 2 --output {picture}".split()
    )
    assert picture.stat().st_size > 10_000

    y = frame.dropna()["Revenue"]
    months = y.asfreq("MS").shift([1, 2, 3, 12]).loc[y.index]
    can_be_scored = months.notna().all(axis=1)
    n_train = int(0.8 * len(y))
    printed = capsys.readouterr().out
    for part, rows in {"train": slice(n_train), "test": slice(n_train, None)}.items():
        n_rows, n_left_out, counts = scored_rows(printed)[part]
        assert n_rows == len(y[rows])
        assert counts == [can_be_scored[rows].sum()] * 3
        assert n_left_out == n_rows - counts[0]

    figure = example.plt.gcf()
    assert (dates_of_line(figure, "network, train") == y.index[:n_train]).all()
    assert (dates_of_line(figure, "network, test") == y.index[n_train:]).all()
    next_month = y.index[-1] + pd.offsets.MonthBegin()
    assert list(dates_of_line(figure, "forecast")) == [next_month]
    assert f"Forecast for {next_month:%Y-%m-%d}" in printed


def test_the_script_runs_on_the_us_macro_table(tmp_path):
    run = subprocess.run(
        [sys.executable, SCRIPT, "--epochs", "1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert "202 rows, 1959-04-01 to 2009-07-01" in run.stdout
    assert (tmp_path / "reference_experiment.png").exists()
