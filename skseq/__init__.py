"""LSTM and GRU regression and forecasting inside scikit-learn.

Public names are imported on first use (PEP 562). TensorFlow and matplotlib are imported
only if something needs them.
"""

from importlib import import_module

from skseq._version import __version__ as __version__

# The module of each public class. Importing them here would import scikit-learn, which
# takes about a second.
_CLASSES = {
    "SequenceWindower": "_preprocessing.windower",
    "TargetAwareMinMaxScaler": "_preprocessing.scaler",
    "LSTMRegressor": "_regression.recurrent",
    "GRURegressor": "_regression.recurrent",
    "RecurrentRegressor": "_regression.recurrent",
    "KerasSequenceRegressor": "_regression.keras_sequence",
    "NaiveRegressor": "_regression.naive",
    "SequenceForecaster": "_forecasting.forecaster",
}
_MODULES = (
    "datasets",
    "displays",
    "exceptions",
    "export",
    "inspection",
    "metrics",
    "model_selection",
)

__all__ = [*_CLASSES, *_MODULES]  # noqa: PLE0604 - all are strings


def __getattr__(name):
    """Import a public name on first use."""
    if name in _CLASSES:
        value = getattr(import_module(f"{__name__}.{_CLASSES[name]}"), name)
    elif name in _MODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value  # so that this function is not called again
    return value


def __dir__():
    """List the public names, without those of imports and of private modules."""
    return sorted([*__all__, "__version__"])
