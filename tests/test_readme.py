"""The README's code runs as it stands, block after block."""

import re
from pathlib import Path

import numpy as np
import pytest

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
    names = run_blocks(block for block in python_blocks() if "keras" not in block)
    assert names["y_pred"].shape == names["y_test"].shape
    assert names["y_next"].shape == (1,)
    assert np.isfinite([*names["y_pred"], *names["y_next"]]).all()
    assert "window__time_steps" in capsys.readouterr().out


@pytest.mark.slow
def test_readme_keras_code_runs():
    first, *others = python_blocks()
    names = run_blocks(
        [
            first,
            "from sklearn.base import clone",
            *(block for block in others if "keras" in block),
        ]
    )
    assert np.isfinite(names["y_network"]).all()
    assert names["y_network"].shape == names["y_test"].shape
