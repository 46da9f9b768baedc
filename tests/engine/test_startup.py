"""TensorFlow starts quietly, leaves the environment alone and refuses forks."""

import os
import subprocess
import sys
import textwrap

import pytest

from skseq._engine.keras.messages import LOG_LEVEL, STARTUP_MESSAGE

pytestmark = pytest.mark.slow

FIT = """
    import os
    import numpy as np
    from skseq import LSTMRegressor
    windows = np.random.default_rng(0).random((20, 3, 2))
    y = windows.sum(axis=(1, 2))
    one = LSTMRegressor(units=2, epochs=1, engine="keras", random_state=0)
"""


def run(*parts, **environment):
    """Run code in another process; return what it printed on stderr."""
    code = "\n".join(textwrap.dedent(part) for part in parts)
    others = {k: v for k, v in os.environ.items() if not k.startswith(("TF_", "ABSL"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=others | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_nothing_is_printed_over_many_architectures():
    work = """
        before = dict(os.environ)
        for units in range(1, 8):
            one.set_params(units=units).fit(windows, y).predict(windows)
        one.to_scikeras().predict(windows)
        assert os.environ == before
    """
    assert run(FIT, work) == ""


def test_importing_the_layers_prints_nothing():
    assert (
        run("import skseq.layers, os", f"assert {LOG_LEVEL!r} not in os.environ") == ""
    )


def test_a_log_level_that_users_set_is_respected():
    shown = run(FIT, "one.fit(windows, y)", **{LOG_LEVEL: "0"})
    assert any(STARTUP_MESSAGE.match(line.encode()) for line in shown.splitlines())


def test_other_messages_are_printed_and_errors_raised():
    work = """
        import sys
        import skseq._engine.keras.startup as startup

        class Broken:
            def find_spec(self, name, path=None, target=None):
                if name == "tensorflow":
                    os.write(2, b"from a thread\\nI0000 00:00:00.1 oneDNN\\n")
                    raise ImportError("planned")

        sys.meta_path.insert(0, Broken())
        before = dict(os.environ)
        try:
            startup.start_tensorflow()
        except ImportError as error:
            assert "planned" in str(error)
        assert os.environ == before
        os.write(2, b"later\\n")
    """
    assert run(FIT, work) == "from a thread\nlater\n"


@pytest.mark.parametrize(
    "use",
    [
        "one.fit(windows, y)",
        "import tensorflow as tf; tf.constant(1.0)",
        "import keras; keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])",
    ],
)
def test_a_forked_child_of_a_process_that_used_tensorflow_raises(use):
    work = """
        child = os.fork()
        if child == 0:
            try:
                one.fit(windows, y)
            except RuntimeError as error:
                os._exit(0 if "forked" in str(error) else 1)
            os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    """
    run(FIT, use, work)


@pytest.mark.parametrize("load", ["", "import keras", "import tensorflow"])
def test_a_fork_before_tensorflow_was_used_is_harmless(load):
    work = """
        child = os.fork()
        if child == 0:
            one.fit(windows, y)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    """
    run(FIT, load, work)
