"""LSTM and GRU regression and forecasting inside scikit-learn.

Public names are loaded on first use (PEP 562), and neither TensorFlow nor matplotlib
before something needs them.
"""

from importlib import import_module

from skseq._version import __version__ as __version__

_HOME = {
    "SequenceWindower": "_preprocessing.windower",
    "TargetAwareMinMaxScaler": "_preprocessing.scaler",
    "LSTMRegressor": "_regression.recurrent",
    "GRURegressor": "_regression.recurrent",
    "RecurrentRegressor": "_regression.recurrent",
    "KerasSequenceRegressor": "_regression.keras_sequence",
    "NaiveRegressor": "_regression.naive",
}
_MODULES = ("datasets", "exceptions", "metrics")

__all__ = [*_HOME, *_MODULES]  # noqa: PLE0604 - all are strings


def __getattr__(name):
    """Load a public name when it is first asked for."""
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__():
    """List the public names."""
    return sorted([*globals(), *__all__])
