"""The README's code runs as it stands, block after block."""

import re
from pathlib import Path

import numpy as np

README = Path(__file__).parent.parent / "README.md"


def python_blocks():
    return re.findall(
        r"^```python\n(.*?)^```", README.read_text(encoding="utf-8"), re.M | re.S
    )


def test_readme_begins_with_the_two_commands():
    head = README.read_text(encoding="utf-8")[:400]
    assert "make demo" in head
    assert "make test" in head


def test_readme_code_runs(capsys):
    names = {}
    for block in python_blocks():
        exec(compile(block, str(README), "exec"), names)
    assert names["y_pred"].shape == names["y_test"].shape
    assert names["y_next"].shape == (1,)
    assert np.isfinite([*names["y_pred"], *names["y_next"]]).all()
    assert "window__time_steps" in capsys.readouterr().out
