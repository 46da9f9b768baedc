"""The examples run, and the program of ``make demo`` does what it prints."""

import runpy
from argparse import Namespace
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

EXAMPLES = Path(__file__).parents[1] / "examples"
SCRIPT = EXAMPLES / "demo" / "forecast_table.py"
GALLERY = sorted(EXAMPLES.glob("*/plot_*.py"))
QUICK = {
    "plot_business_days",
    "plot_experiment",
    "plot_network_memory",
    "plot_one_step_ahead",
    "plot_quantiles",
    "plot_residuals",
    "plot_windows",
}
"""Examples that take less than a second; the others run in the slow part."""


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
def test_naive_forecasts_follow_the_dates_across_gaps(demo, freq, offset, season):
    dates = pd.date_range("2015-01-01", periods=3 * season, freq=freq)
    y = counting_series(dates, without=[5, 6, season + 1, 2 * season])
    naive = demo.naive_forecasts(y, season)
    assert naive.index.equals(y.index)
    for name, steps in {"last value": 1, "last season": season}.items():
        expected = value_before(y, offset(steps))
        assert expected.isna().sum() > 1
        assert_series_equal(naive[name], expected, check_names=False, check_freq=False)


def test_without_a_season_there_is_one_naive_forecast(demo):
    y = counting_series(pd.date_range("1900-01-01", periods=9, freq="YS"))
    assert_frame_equal(demo.naive_forecasts(y, 1), y.shift(1).to_frame("last value"))


@pytest.mark.parametrize(
    ("freq", "season_length"),
    [
        *[("MS", 12), ("ME", 12), ("QS", 4), ("QE-NOV", 4), ("W-SUN", 52), ("D", 7)],
        *[("B", 5), ("h", 24), ("YS", 1), ("30D", 1)],
    ],
)
def test_the_season_length_follows_from_the_frequency(demo, freq, season_length):
    y = counting_series(pd.date_range("2015-01-01", periods=60, freq=freq))
    found = SequenceWindower(time_steps=2).fit(y.to_frame()).freq_
    assert demo.season_length_of(found) == season_length


def test_all_are_scored_on_the_rows_where_all_have_a_value(demo):
    y = counting_series(pd.date_range("2015-01-01", periods=6, freq="MS"))
    predictions = pd.DataFrame(
        {"network": y + 1, "last value": y.shift(1), "last season": y.shift(2)}
    )
    scores = demo.score(y, predictions)
    assert list(scores["rows"]) == [4, 4, 4]
    assert list(scores["RMSE"]) == list(scores["MAE"]) == [1, 1, 2]
    assert scores.loc["network", "MAPE"] == np.mean(1 / y[2:])
    assert scores.loc["last season", "R2"] == 1 - 16 / 5


def test_there_is_no_percentage_of_zero(demo):
    y = counting_series(pd.date_range("2015-01-01", periods=4, freq="MS")) - 1
    scores = demo.score(y, pd.DataFrame({"network": y + 1, "last value": y - 1}))
    assert scores["MAPE"].isna().all()
    assert np.isfinite(scores["RMSE"]).all()


def test_nothing_to_score_names_the_options_to_change(demo):
    y = counting_series(pd.date_range("2015-01-01", periods=4, freq="MS"))
    with pytest.raises(SystemExit, match="Lower --time-steps or --season-length"):
        demo.score(y, pd.DataFrame({"network": y, "last season": y.shift(4)}))


def test_errors_of_naive_forecasts_are_those_of_shifted_series(demo):
    y = load_us_macro().target
    naive = demo.naive_forecasts(y, 4)
    test = naive.assign(network=y).iloc[-41:]
    scores = demo.score(y, test)
    for name, steps in {"last value": 1, "last season": 4}.items():
        error = root_mean_squared_error(y.iloc[-41:], y.shift(steps).iloc[-41:])
        assert scores.loc[name, "RMSE"] == pytest.approx(error)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (80.0, "the network is the most accurate: its RMSE is 20% below that of"),
        (
            150.0,
            "'last value' is the most accurate: the RMSE of the network is 50% high",
        ),
    ],
)
def test_the_comparison_says_what_is_most_accurate(demo, network, words):
    scores = pd.DataFrame(
        {"rows": 13, "RMSE": [network, 100.0, 200.0]},
        index=["network", "last value", "last season"],
    )
    printed = " ".join(demo.compare(scores).split())
    assert "On the 13 test rows" in printed
    assert "last value" in printed
    assert words in printed


def test_rows_are_predicted_where_their_window_is_complete(demo):
    y = counting_series(pd.date_range("2015-01-01", periods=20, freq="MS"), [4, 16])
    train, test = y[:12], y[12:]
    pipe = last_step_pipeline(time_steps=2).fit(train.to_frame(), train)
    expected = demo.naive_forecasts(y, 2).dropna()["last value"]
    predicted = pd.concat(
        [demo.predict_rows(pipe, part.to_frame()) for part in (train, test)]
    )
    assert predicted.index.equals(y.index)
    assert_series_equal(
        predicted.dropna(), expected, check_names=False, check_freq=False
    )
    assert predicted.loc[test.index[0]] == train.iloc[-1]


def test_the_forecast_comes_from_the_last_row_and_has_the_next_date(demo):
    y = counting_series(pd.date_range("2015-01-31", periods=14, freq="ME"), [3])
    pipe = last_step_pipeline(time_steps=2)
    ahead = demo.forecast(pipe, y.to_frame(), y)
    assert list(ahead.index) == [pd.Timestamp("2016-03-31")]
    assert list(ahead) == [14.0]
    assert not hasattr(pipe["rnn"], "n_rows_")


DAY_FIRST = ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"]
MONTH_FIRST = ["%m/%d/%Y", "%m.%d.%Y", "%m-%d-%Y"]
YEAR_FIRST = ["%Y-%m-%d", "%Y%m%d", "%Y-%m-%d %H:%M"]


@pytest.mark.parametrize("written", DAY_FIRST + MONTH_FIRST + YEAR_FIRST)
@pytest.mark.parametrize(
    ("freq", "periods", "missing"),
    [("D", 60, 3), ("D", 12, 0), ("W-SAT", 40, 2), ("MS", 30, 4), ("QE", 20, 0)],
)
def test_dates_are_read_in_the_order_that_leaves_fewest_gaps(
    demo, written, freq, periods, missing
):
    dates = pd.date_range("2019-01-02", periods=periods, freq=freq)
    dates = dates.delete(range(5, 5 + missing))
    texts = pd.Series([None, *dates.strftime(written)])
    read = demo.read_dates(texts, None)
    assert read.isna().sum() == 1
    assert (read[1:] == dates).all()


def test_a_given_format_of_dates_is_used(demo):
    texts = pd.Series(["01/02/2019", "01/03/2019", "01/04/2019"])
    assert demo.read_dates(texts, "%m/%d/%Y")[0] == pd.Timestamp("2019-01-02")
    assert demo.read_dates(texts, "%d/%m/%Y")[0] == pd.Timestamp("2019-02-01")


def test_dates_of_two_meanings_name_the_option_to_set(demo):
    # The first three days after New Year, or the first days of three months.
    texts = pd.Series(["01/02/2019", "01/03/2019", "01/04/2019"])
    with pytest.raises(SystemExit, match="read in two ways.*--date-format %d"):
        demo.read_dates(texts, None)


@pytest.mark.parametrize("date_format", [None, "%d.%m.%Y"])
def test_unreadable_dates_name_the_option_to_set(demo, date_format):
    with pytest.raises(SystemExit, match=r"such as '31st May'.*--date-format %d"):
        demo.read_dates(pd.Series(["31st May", "30th June"]), date_format)


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
def test_numbers_have_three_significant_digits(demo, number, written):
    assert demo.readable(number) == written


def write_table(path, frame):
    frame = frame.reset_index(names="Period")
    frame["Period"] = frame["Period"].dt.strftime("%d.%m.%Y")
    frame.to_csv(path, index=False)


def test_a_csv_table_is_read_by_date(demo, tmp_path, capsys):
    frame = make_monthly_revenue(24, random_state=0).frame
    write_table(tmp_path / "table.csv", frame.assign(Note="none").iloc[::-1])
    with (tmp_path / "table.csv").open("a") as file:
        file.write(",,,,,\n")
    options = Namespace(
        csv=tmp_path / "table.csv",
        decimal=".",
        date="Period",
        date_format="%d.%m.%Y",
        target="Revenue",
        features=["Average_cost", "Revenue"],
    )
    table, target = demo.read_table(options)
    known = demo.drop_missing(table)
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
    assert list(demo.read_table(options)[0]) == list(frame)


def test_a_table_needs_a_target(demo, tmp_path):
    path = tmp_path / "table.csv"
    with pytest.raises(SystemExit, match=r"No such file or directory: '.*table\.csv'"):
        demo.main(["--csv", str(path)])
    path.write_text("month,sales\n2020-01-01,1\n")
    with pytest.raises(SystemExit, match=r"--csv needs --target.*: \['month', 'sale"):
        demo.main(["--csv", str(path)])


def dates_of_line(figure, label):
    from matplotlib.dates import num2date

    (line,) = [ln for ln in figure.axes[0].lines if ln.get_label() == label]
    numbers = figure.axes[0].convert_xunits(line.get_xdata())
    return pd.DatetimeIndex([date.replace(tzinfo=None) for date in num2date(numbers)])


def test_values_are_drawn_at_their_dates(demo):
    y = counting_series(pd.date_range("2015-01-01", periods=30, freq="MS"), [7, 20])
    train, test = y[:22] + 1, y[22:] + 1
    ahead = pd.Series([31.0], index=[pd.Timestamp("2017-07-01")])
    figure = demo.draw(y, train, test, ahead)
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


def test_the_whole_program_on_a_table_with_gaps(demo, tmp_path, capsys):
    frame = make_monthly_revenue(96, missing_rows=1, random_state=0).frame
    write_table(tmp_path / "table.csv", frame)
    picture = tmp_path / "picture.png"
    demo.main(
        f"--csv {tmp_path / 'table.csv'} --date Period --date-format %d.%m.%Y "
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
        assert f"{n_left_out} left out (incomplete windows)" in printed

    figure = demo.plt.gcf()
    assert (dates_of_line(figure, "network, train") == y.index[:n_train]).all()
    assert (dates_of_line(figure, "network, test") == y.index[n_train:]).all()
    next_month = y.index[-1] + pd.offsets.MonthBegin()
    assert list(dates_of_line(figure, "forecast")) == [next_month]
    assert f"Forecast for {next_month:%Y-%m-%d}" in printed


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=[pytest.mark.slow] * (path.stem not in QUICK)
        )
        for path in GALLERY
    ],
)
def test_gallery_examples_run(path, tmp_path, monkeypatch, capsys):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    matplotlib.pyplot.close("all")
    assert capsys.readouterr().out


def test_the_gallery_shows_every_folder_of_examples():
    assert {path.stem for path in GALLERY} >= QUICK
    for path in GALLERY:
        assert (path.parent / "GALLERY_HEADER.rst").exists()
    assert not (SCRIPT.parent / "GALLERY_HEADER.rst").exists()


def test_the_gallery_has_a_place_for_every_example():
    conf = (EXAMPLES.parent / "docs" / "conf.py").read_text(encoding="utf-8")
    for path in GALLERY:
        assert conf.count(f'"{path.name}"') == 1
        assert f'"{path.parent.name}"' in conf


def test_the_program_runs_on_the_us_macro_table(demo, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    demo.main(["--epochs", "1"])
    assert "202 rows, 1959-04-01 to 2009-07-01" in capsys.readouterr().out
    assert (tmp_path / "reference_experiment.png").exists()
