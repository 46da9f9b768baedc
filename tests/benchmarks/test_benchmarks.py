"""The benchmarks: what is cut by hand, how results are read, and that they start.

They are no part of the package, so they are found beside the tests.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skseq import SequenceWindower, TargetAwareMinMaxScaler

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def found(monkeypatch):
    monkeypatch.syspath_prepend(ROOT)


def results(**runs):
    machine = {"date": "2026-01-01", "cores": 1, "cpu": "a", "system": "b"}
    machine |= {"python": "3.11", "commit": "c", "versions": {"jax": None}}
    return {"machine": machine, "rounds": 3, "quick": False, "runs": runs}


def run(**numbers):
    return {"wall": 1.0, "cpu": 1.0, "memory": 1.0, "others_load": 0.0} | numbers


def test_windows_cut_by_hand_are_those_of_the_windower():
    from benchmarks.series import monthly_revenue

    series = monthly_revenue(20, include_target=True)
    windows, targets = series.cut(3)
    expected = SequenceWindower(3).fit_transform(
        TargetAwareMinMaxScaler().fit_transform(series.table, series.y)
    )
    np.testing.assert_allclose(windows, expected[3:], atol=1e-6)
    np.testing.assert_array_equal(targets.argsort(), series.y[3:].argsort())


def test_folds_of_windows_hold_the_rows_of_the_folds():
    from benchmarks.workloads.grid_search import Grid

    for train, test in Grid(n_folds=3).folds_of_windows(20, time_steps=4):
        np.testing.assert_array_equal(train, np.arange(len(train)))
        assert test[0] == train[-1] + 1
    assert test[-1] == 20 - 4 - 1


def test_a_table_shows_medians_their_ratios_and_the_worst_load():
    from benchmarks.tables import rows

    header, keras, mine = rows(
        "W2",
        results(
            **{
                "plain Keras, loops": [run(wall=w) for w in (3.0, 4.0, 90.0)],
                "skseq, GridSearchCV": [
                    run(wall=0.5, others_load=load) for load in (0.0, 0.7, 0.1)
                ],
            }
        ),
    )
    assert keras[header.index("s")] == "4"
    assert mine[header.index("plain Keras / this")] == "8 x"
    assert mine[header.index("SciKeras / this")] == "-"
    assert mine[-1] == "0.7"


def test_a_table_says_who_is_missing_or_failed():
    from benchmarks.tables import as_rest, as_text

    result = results(torch=[{"missing": "torch"}] * 3, jax=[{"failed": "no"}] * 3)
    assert "torch is not installed" in as_text("W5", result)
    assert "torch" not in as_rest("W5", result).split("Medians")[0]
    for text in (as_rest("W5", result), as_text("W5", result)):
        assert "failed" in text
        assert "Medians of 3 rounds on 2026-01-01" in text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("15.47 (15.46 to 15.48)", ["15.47", "(15.46\N{EN DASH}15.48)"]),
        ("0.04 + 0.012", ["0.04 + 0.012"]),
        ("1.1 x", ["1.1 x"]),
        ("95.2 %, 24.5", ["95.2 %,", "24.5"]),
        ("later epoch, CPU s", ["later", "epoch,", "CPU s"]),
        ("plain Keras / this", ["plain", "Keras", "/", "this"]),
    ],
)
def test_a_cell_breaks_only_between_numbers(text, parts):
    from benchmarks.tables import unbroken

    cell = unbroken(text).replace("\N{WORD JOINER}", "").split(" ")
    assert [part.replace("\N{NO-BREAK SPACE}", " ") for part in cell] == parts


def test_a_single_round_has_no_median():
    from benchmarks.tables import conditions

    machine = results()["machine"]
    assert conditions({"rounds": 1, "machine": machine}).startswith("Measured once, on")
    assert conditions({"rounds": 3, "machine": machine}).startswith("Medians of 3")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.00195, "0.00195"), (16.04, "16"), (1234.5, "1,234"), (True, "yes"), (0.0, "0")],
)
def test_numbers_are_written_with_the_digits_that_count(number, text):
    from benchmarks.tables import readable

    assert readable(number) == text


def test_a_package_that_is_not_installed_starts_no_process(monkeypatch):
    from benchmarks import process

    monkeypatch.setattr(process, "find_spec", lambda package: None)
    monkeypatch.delattr(process.subprocess, "run")
    assert process.run("W1", "torch, 1 thread", quick=True) == {"missing": "torch"}


def test_the_whole_runs_from_command_line_to_tables(tmp_path):
    command = [sys.executable, "-m", "benchmarks", "--quick", "--rounds", "1"]
    command += ["--only", "W5", "--contenders", "numpy", "--folder", tmp_path]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    written = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    (measured,) = written["W5"]["runs"]["numpy"]
    assert measured["wall"] > 0
    assert '"numpy", ' in (tmp_path / "W5.inc").read_text(encoding="utf-8")
    assert "Not measured yet" in (tmp_path / "W1.inc").read_text(encoding="utf-8")
