"""Messages count in correct English."""

import re
from pathlib import Path

import pytest

import skseq
from skseq._estimator.plurals import counted

PATHS = sorted(Path(skseq.__file__).parent.rglob("*.py"))
# scikit-learn's checks of estimators demand this text.
DEMANDED = "Found 0 feature(s)"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (11, "11 rows")]
)
def test_only_one_is_singular(number, text):
    assert counted(number, "row") == text


def test_no_message_counts_both_ways():
    for path in PATHS:
        text = path.read_text(encoding="utf-8").replace(DEMANDED, "")
        assert not re.findall(r"\} ?[a-z ]+\(s\)", text), path
