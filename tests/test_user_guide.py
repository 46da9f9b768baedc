"""Python blocks of the documentation run; lines with a prompt are doctests.

Blocks with an option, such as the class of programs of other packages, do not run.
"""

import json
import re
import shlex
import textwrap
from pathlib import Path

import pytest
from sklearn.pipeline import Pipeline

from skseq import (
    LSTMRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
    __version__,
)
from skseq.datasets import load_us_macro

DOCS = Path(__file__).parent.parent / "docs"
SLOW = {"engines.rst"}
"""Pages that train with Keras."""
NEEDS = {
    "serving.rst": ["onnx", "onnxruntime"],
    "clusters.rst": ["distributed"],
    "ecosystem.rst": ["optuna", "optuna_integration", "skrub"],
}
"""Optional packages that pages import."""


def python_blocks(page):
    found = re.findall(
        r"^\.\. code-block:: python\n\n((?: {3}.*\n|\n)+)",
        page.read_text(encoding="utf-8"),
        re.M,
    )
    return [textwrap.dedent(block) for block in found]


PAGES = [
    pytest.param(
        page, id=page.name, marks=[pytest.mark.slow] if page.name in SLOW else []
    )
    for page in [*sorted(DOCS.glob("*.rst")), *sorted(DOCS.glob("user_guide/*.rst"))]
    if python_blocks(page)
]


# Goes once Keras' variables convert to NumPy 2 arrays, when a model is saved.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
# Goes once OptunaSearchCV is stable, and uses no module that is deprecated.
@pytest.mark.filterwarnings("ignore:OptunaSearchCV is experimental")
@pytest.mark.filterwarnings("ignore:`optuna.terminator`:FutureWarning")
@pytest.mark.parametrize("page", PAGES)
def test_python_blocks_of_the_documentation_run(page, tmp_path, monkeypatch):
    for package in NEEDS.get(page.name, []):
        pytest.importorskip(package)
    monkeypatch.chdir(tmp_path)  # where examples save their files
    X, y = load_us_macro(return_X_y=True)
    pipe = Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps=3)),
            ("rnn", LSTMRegressor(units=2, epochs=1)),
        ]
    ).fit(X, y)
    # What a page may take as given.
    names = {"X_train": X[:160], "X_test": X[160:], "y_train": y[:160], "pipe": pipe}
    for block in python_blocks(page):
        exec(compile(block, str(page), "exec"), names)


def make_commands(page):
    """List the ARGS of all commands of make that run tests, split as a shell does."""
    text = " ".join(page.read_text(encoding="utf-8").split())
    return [
        shlex.split(match[1].strip('"'))
        for match in re.finditer(r"`make test(?:-slow)? ARGS=([^`]+)`", text)
    ]


COMMANDS = [
    command
    for page in sorted(DOCS.glob("user_guide/promises*.rst"))
    for command in make_commands(page)
]


@pytest.mark.parametrize("args", COMMANDS, ids=" ".join)
def test_the_command_of_a_promise_selects_tests(args):
    paths = [DOCS.parent / arg for arg in args if arg.startswith("tests/")]
    files = [f for path in paths for f in (path.rglob("*.py"), [path])[path.is_file()]]
    names = re.findall(r"def (test_\w+)", "".join(f.read_text() for f in files))
    assert names
    words = re.findall(r"\w+", args[-1]) if "-k" in args else []
    for word in set(words) - {"and", "not", "or"}:
        assert any(word in name for name in names), word


@pytest.mark.parametrize(
    ("term", "page"),
    [
        ("multi-step", "forecasting.rst"),
        ("exogenous", "forecasting.rst"),
        ("covariate", "forecasting.rst"),
        ("groups", "forecasting.rst"),
        ("interval", "intervals.rst"),
        ("callback", "engines.rst"),
        ("ONNX", "serving.rst"),
        ("lookback", "windows.rst"),
        ("look_back", "windows.rst"),
        ("multivariate", "forecasting.rst"),
        ("discontinued", "forecasting.rst"),
        ("seq2seq", "forecasting.rst"),
        ("teacher forcing", "forecasting.rst"),
        ("hyperparameter", "getting_started.rst"),
        ("probabilistic", "intervals.rst"),
        ("differencing", "predictions.rst"),
        ("timezone", "frequency.rst"),
        ("retrain", "recipes.rst"),
        ("concept drift", "recipes.rst"),
        ("online learning", "recipes.rst"),
        ("transfer learning", "recipes.rst"),
        ("outlier", "warnings.rst"),
        ("loss curve", "displays.rst"),
        ("learning curve", "displays.rst"),
        ("feature importance", "lstm_memory.rst"),
        ("SHAP", "lstm_memory.rst"),
        ("attention", "engines.rst"),
        ("stateful", "coming_from.rst"),
        ("return_sequences", "coming_from.rst"),
        ("Prophet", "coming_from.rst"),
        ("FastAPI", "serving.rst"),
        ("Docker", "serving.rst"),
    ],
)
def test_a_search_for_a_common_term_shows_its_page_first(term, page):
    text = (DOCS / "user_guide" / page).read_text(encoding="utf-8")
    # Sphinx shows entries with "!" before all other results, and those without it last.
    entries = re.findall(r"^\.\. index:: (.+)$", text, re.M)
    assert f"! {term}" in ", ".join(entries).split(", ")


def test_the_switcher_lists_this_version_of_the_documentation():
    versions = json.loads((DOCS / "switcher.json").read_text(encoding="utf-8"))
    # The links lead from pages in any folder, so they begin at the root of the site.
    assert all(one["url"] == f"/{one['version']}/" for one in versions)
    assert sum(one.get("preferred", False) for one in versions) <= 1
    shown = "dev" if "dev" in __version__ else __version__
    assert shown in [one["version"] for one in versions]
