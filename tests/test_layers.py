"""Imports go one way, and tests stand in the folders of what they test."""

import ast
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path

import pytest

import skseq

ROOT = Path(skseq.__file__).parent

LAYERS = [
    {"exceptions", "_version"},
    {"_estimator"},
    {"_series"},
    {"_validation"},
    {"_preprocessing", "_network"},
    {"_engine"},
    {"_regression"},
    {"metrics"},
    {"_forecasting"},
    {"model_selection"},
    {"displays"},
    {"inspection"},
    {"export"},
    {"datasets", "layers"},
    {"__init__"},
]
"""Folders, and modules beside them, in the order of imports.

A folder may import those in the lines above, but not those in its own line. Within a
folder imports must not go in a circle.
"""

PARTS = {
    "_regression": [
        "rows",
        "targets",
        "past",
        "normalization",
        "linear",
        "checks",
        "training",
    ],
    "_forecasting": [
        "known",
        "target",
        "pipeline",
        "strategies",
        "future",
        "intervals",
    ],
}
"""The folders within a folder, in the order of imports. Modules beside them come last.
"""

IMPORTED_BY_NONE = {"datasets", "layers"}

DEEP_LEARNING = {"tensorflow", "keras", "scikeras"}
ONLY_WHERE_USED = DEEP_LEARNING | {
    "matplotlib",
    "onnx",
    "onnxruntime",
    "pandas",
    "polars",
    "statsmodels",
}
AT_ONCE = {
    ("_engine.keras.normalization_layers", "keras"),
    ("_engine.keras.registered_classes", "keras"),
}
"""They define subclasses of Keras classes, and are imported where they are used."""

TESTS = Path(__file__).parent
TESTS_OF_THE_WHOLE = {"bad_input", "benchmarks", "leaks", "pipeline"}
"""Folders of tests that belong to no single folder of the package."""

LONGEST_FILE = 400

MEANINGLESS_NAMES = {"utils", "helpers", "common", "config", "manager"}


def module_name(path):
    """Name a file from the package on, a folder for its __init__."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}

COMPILED = {"_engine.native._compiled"}
"""Extension modules, which import nothing of the package. Wheels lack their source."""


@cache
def imports(module):
    """List (absolute name, whether inside a function) of all that a module imports."""
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    deferred = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    return [
        (name, id(node) in deferred)
        for node in ast.walk(tree)
        for name in names_in(node, module)
    ]


def names_in(node, module):
    """List the absolute names that one statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = [node.module] if node.module else []
        if node.level:
            is_folder = FILES[module].name == "__init__.py"
            here = ["skseq", *(module.split(".") if module != "__init__" else [])]
            base = here[: len(here) + is_folder - node.level] + base
        source = ".".join(base)
        return [f"{source}.{alias.name}" for alias in node.names]
    called = node.func if isinstance(node, ast.Call) else None
    is_import = getattr(called, "attr", getattr(called, "id", "")) in (
        "import_module",
        "__import__",
    )
    if is_import and node.args and isinstance(node.args[0], ast.Constant):
        return [node.args[0].value]
    return []


def imported_modules(module):
    """Return the modules of skseq that a module imports."""
    return {known_part(name) for name, _ in imports(module) if in_package(name)}


def in_package(name):
    return name.split(".")[0] == "skseq"


def known_part(name):
    """Cut a name such as skseq._series.axis.TimeAxis down to its module."""
    parts = name.split(".")[1:]
    while parts and ".".join(parts) not in FILES.keys() | COMPILED:
        parts.pop()
    return ".".join(parts) or "__init__"


def folder_of(module):
    return module.split(".")[0]


def layer_of(module):
    return next(n for n, names in enumerate(LAYERS) if folder_of(module) in names)


def test_every_folder_has_its_place():
    missing = {folder_of(module) for module in FILES} - set().union(*LAYERS)
    assert not missing, f"give {missing} a place in LAYERS"


def test_imports_between_folders_go_one_way():
    for module in FILES:
        folder, imported = folder_of(module), imported_modules(module)
        others = {other for other in imported if folder_of(other) != folder}
        upward = {other for other in others if layer_of(other) >= layer_of(module)}
        assert not upward, f"{module} imports {upward}, not above it in LAYERS"
        if module != "__init__":
            assert not {folder_of(other) for other in others} & IMPORTED_BY_NONE


@pytest.mark.parametrize("folder", PARTS)
def test_imports_between_parts_of_a_folder_go_one_way(folder):
    def place(module):
        part, parts = module.split(".")[1], PARTS[folder]
        return parts.index(part) if part in parts else len(parts)

    modules = [m for m in FILES if m.startswith(f"{folder}.")]
    assert {FILES[m].parent.name for m in modules} - {folder} == {*PARTS[folder]}
    for module in modules:
        imported = {m for m in imported_modules(module) if m in modules}
        upward = {other for other in imported if place(other) > place(module)}
        assert not upward, f"{module} imports {upward}, after it in PARTS"


def test_imports_within_folders_go_in_no_circle():
    remaining = {module: imported_modules(module) - {module} for module in FILES}
    while free := [m for m, wanted in remaining.items() if not wanted & set(remaining)]:
        for module in free:
            del remaining[module]
    assert not remaining, f"these import each other in a circle: {sorted(remaining)}"


def test_the_engines_do_not_know_each_other():
    for module in FILES:
        is_native = module.startswith("_engine.native")
        if is_native or module.startswith("_engine.keras"):
            other = "_engine.keras" if is_native else "_engine.native"
            assert not {m for m in imported_modules(module) if m.startswith(other)}


def test_heavy_packages_are_imported_where_they_are_used():
    found = [(module, *one) for module in FILES for one in imports(module)]
    for module, name, is_deferred in found:
        top = name.split(".")[0]
        if top in ONLY_WHERE_USED and (module, top) not in AT_ONCE:
            assert is_deferred, f"{module} imports {name} at module level"
        if top in DEEP_LEARNING:
            assert module.startswith("_engine.keras"), f"{module} imports {name}"


def test_every_module_is_named_after_an_idea():
    words = {word.strip("_") for module in FILES for word in module.split(".")}
    assert not words & MEANINGLESS_NAMES


def test_tests_stand_in_the_folders_of_what_they_test():
    folders = {p.parent.name.strip("_") for p in ROOT.glob("*/__init__.py")}
    tested = {path.parent.name for path in TESTS.glob("*/test_*.py")}
    assert tested == folders | TESTS_OF_THE_WHOLE


def test_tests_have_names_of_their_own():
    # pytest imports test modules by their base names.
    names = [path.name for path in TESTS.rglob("*.py") if path.name != "conftest.py"]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("folder", [ROOT, TESTS], ids=lambda path: path.name)
def test_no_file_is_too_long(folder):
    lengths = {
        path.name: len(path.read_text(encoding="utf-8").splitlines())
        for path in folder.rglob("*.py")
    }
    assert {n: size for n, size in lengths.items() if size > LONGEST_FILE} == {}


def run_apart(code):
    """Run code in a fresh interpreter in which every warning is an error."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_import_loads_nothing_heavy():
    run_apart("""
        import sys
        import skseq
        heavy = {"tensorflow", "keras", "matplotlib", "pandas", "sklearn"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
    """)


def test_public_names_and_arrays_need_no_heavy_package():
    # scikit-learn loads pandas where it is installed, so imports of it fail here.
    run_apart("""
        import sys

        class Missing:
            def find_spec(self, name, *_):
                if name in ("pandas", "polars", "statsmodels", "matplotlib"):
                    raise ImportError(name)

        sys.meta_path.insert(0, Missing())
        import numpy as np
        import skseq
        from sklearn.base import BaseEstimator, clone

        # Public modules are attributes.
        assert issubclass(skseq.exceptions.SkillWarning, UserWarning)
        assert callable(skseq.metrics.mean_absolute_scaled_error)
        assert callable(skseq.datasets.load_us_macro)
        assert callable(skseq.model_selection.backtest)
        assert callable(skseq.displays.ForecastDisplay)
        assert {"exceptions", "metrics", "datasets"} <= set(dir(skseq))
        for module in [skseq, *(getattr(skseq, name) for name in skseq._MODULES)]:
            names = {name for name in dir(module) if not name.startswith("_")}
            if module is not skseq.exceptions:  # has only its classes
                assert names == set(module.__all__), module

        assert dir(skseq) == sorted([*skseq.__all__, "__version__"])
        for name in skseq.__all__:
            public = getattr(skseq, name)
            if isinstance(public, type) and issubclass(public, BaseEstimator):
                builds = {"build_network": print} if "Keras" in name else {}
                estimator = clone(public(**builds))
                repr(estimator), estimator.get_params(), estimator._repr_html_()

        y = np.sin(np.arange(60.0))
        for strategy in ("direct", "recursive"):
            forecaster = skseq.SequenceForecaster(horizon=2, strategy=strategy)
            fitted = forecaster.fit(y[:50])
            assert fitted.update(y[50:]).forecast().shape == (2,)
            assert fitted.predict(y).shape == (60,)

        heavy = {"tensorflow", "keras", "scikeras"} & set(sys.modules)
        assert not heavy, heavy
    """)


def test_native_fits_and_diagrams_load_no_tensorflow(tmp_path):
    (tmp_path / "nvidia0").touch()
    run_apart(f"""
        import pathlib, sys
        import numpy as np
        from sklearn.pipeline import make_pipeline
        import skseq
        from skseq._engine import choice

        X = np.random.default_rng(0).normal(size=(30, 2)).cumsum(axis=0)

        def show(regressor, is_fitted):
            scaler, windower = skseq.TargetAwareMinMaxScaler(), skseq.SequenceWindower()
            pipe = make_pipeline(scaler, windower, regressor)
            if is_fitted:
                pipe.fit(X, X[:, 0]).predict(X)
            for shown in (pipe, regressor):
                assert "estimator" in shown._repr_html_()
                repr(shown), dir(shown)

        def assert_nothing_heavy(step):
            heavy = {{"tensorflow", "keras", "scikeras", "matplotlib"}}
            assert not heavy & set(sys.modules), (step, heavy & set(sys.modules))

        network = skseq.LSTMRegressor(units=2, epochs=2)
        own = skseq.KerasSequenceRegressor(lambda shape, n_outputs: None)
        for regressor in (network, own, skseq.NaiveRegressor()):
            show(regressor, is_fitted=False)
        assert_nothing_heavy("not fitted")
        for regressor in (network, skseq.NaiveRegressor()):
            show(regressor, is_fitted=True)
        assert_nothing_heavy("fitted")
        choice.DEVICE_FILES = pathlib.Path({str(tmp_path)!r})
        network.fit(X[:, :, np.newaxis], X[:, 0])
        assert_nothing_heavy("a small fit on a machine with a GPU")
    """)
