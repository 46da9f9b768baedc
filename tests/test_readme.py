"""The README's code runs as it stands, block after block."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from pandas.testing import assert_frame_equal

README = Path(__file__).parent.parent / "README.md"


def python_blocks():
    return re.findall(
        r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S
    )


def run_blocks(blocks):
    """Return the names that blocks of code define, run in one namespace."""
    names = {}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)
    return names


def test_readme_begins_with_the_two_commands():
    head = README.read_text(encoding="utf-8")[:400]
    assert "make demo" in head
    assert "make test" in head


def test_readme_code_runs(capsys):
    names = run_blocks(python_blocks())
    assert names["y_pred"].shape == names["y_test"].shape
    assert np.isfinite(names["y_pred"]).all()
    check_forecasts(names)
    assert "window__time_steps" in capsys.readouterr().out


def check_forecasts(names):
    """Check that forecasts continue their series and say what the README says."""
    forecast, co2 = names["forecast"], names["co2"]
    assert list(forecast) == ["prediction", "lower_0.8", "upper_0.8"]
    assert len(co2) == 526
    assert list(forecast.index) == [
        co2.index[-1] + n * co2.index.freq for n in range(1, 13)
    ]
    assert names["by_firm"].groupby(level=0).size().to_list() == [3] * 11
    assert names["y_plan"].index.equals(names["plan"].index)
    assert list(names["mae_by_step"].index) == list(range(1, 13))
    assert (names["low"] <= names["median"]).all()
    assert (names["median"] <= names["high"]).all()
    y_next = names["SequenceForecaster"](names["pipe"]).fit(names["X"], names["y"])
    assert list(y_next.forecast().index) == [pd.Timestamp("2009-10-01")]


def test_readme_reads_a_table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    months = pd.date_range("2020-01-01", periods=30, freq="MS")
    table = pd.DataFrame({"price": 2.0, "sales": np.arange(30.0)}, index=months)
    table.rename_axis("date")[::-1].to_csv("sales.csv")
    (block,) = (block for block in python_blocks() if "sales.csv" in block)
    names = run_blocks([re.sub(r"^# ?", "", block, flags=re.M)])
    assert_frame_equal(names["X"], table, check_names=False, check_freq=False)
    assert names["y"].equals(names["X"]["sales"])


def test_the_links_and_pictures_of_the_readme_exist():
    targets = re.findall(r"\]\(([^)]+)\)", README.read_text(encoding="utf-8"))
    assert targets
    missing = [one for one in targets if not (README.parent / one).exists()]
    assert missing == []


def test_the_rows_of_the_comparison_are_those_of_the_user_guide():
    guide = (README.parent / "docs/user_guide/comparison.rst").read_text("utf-8")
    full = {}
    for row in re.split(r"\n   \* - ", guide)[1:]:
        title, *cells = re.split(r"\n     - ", row.split("\n\n")[0])
        full[title.split(",")[0].replace("`", "").lower()] = cells
    lines = re.findall(r"^\| ([a-zG`].*) \|$", README.read_text("utf-8"), re.M)
    assert lines
    for line in lines:
        title, *cells = line.split(" | ")
        assert cells == full[title.split(",")[0].replace("`", "").lower()], title
