"""The contenders: one file for each library, named after the package that it needs.

A file imports its library at the top, so that imports count neither as time nor as
memory. All classes have the same methods:

- ``__init__(group, seed, **options)``: put the series in the form that the library
  reads, before the clock starts;
- ``fit()``: fit one model to all series, or one to each;
- ``forecast()``: return a Series with the index of ``group.test``, or a frame with the
  columns "prediction", "lower_0.95" and "upper_0.95".

None is tuned: all parameters are the defaults of the library, unless it has none.
"""

from dataclasses import dataclass, field
from importlib import import_module


@dataclass(frozen=True)
class Contender:
    """A class of one of the files.

    Attributes
    ----------
    package : str
        The package that it needs.
    name : str
        The class.
    options : dict
        Arguments of the class.
    is_random : bool
        Whether the forecast depends on the seed.
    too_slow : tuple of str
        Last words of the names of groups that are left out unless the contender is
        named on the command line.
    """

    package: str
    name: str
    options: dict = field(default_factory=dict)
    is_random: bool = False
    too_slow: tuple[str, ...] = ()

    def make(self, group, seed):
        """Import the library, and give it the series of a group."""
        module = import_module(f"{__name__}.{self.package}_")
        return getattr(module, self.name)(group, seed, **self.options)


DEFAULT, INTERVALS = "skseq", "skseq, intervals"
CONTENDERS = {
    "naive": Contender("skseq", "Naive", {"seasonal": False}),
    "seasonal naive": Contender("skseq", "Naive", {"seasonal": True}),
    DEFAULT: Contender("skseq", "Forecaster", is_random=True),
    # Its predictions are those of the line above, so one seed is enough.
    INTERVALS: Contender("skseq", "Forecaster", {"intervals": True}),
    "ridge, same windows": Contender("skseq", "Ridge"),
    "boosting, same windows": Contender("skseq", "Boosting"),
    "plain Keras, same windows": Contender("keras", "Keras", is_random=True),
    "Theta": Contender("statsforecast", "Statistical", {"model": "Theta"}),
    "DynamicOptimizedTheta": Contender(
        "statsforecast", "Statistical", {"model": "DynamicOptimizedTheta"}
    ),
    "AutoETS": Contender(
        "statsforecast",
        "Statistical",
        {"model": "AutoETS", "intervals": True},
        too_slow=("hourly",),
    ),
    "neuralforecast LSTM": Contender(
        "neuralforecast", "Neural", {"model": "LSTM"}, is_random=True
    ),
    "neuralforecast NHITS": Contender(
        "neuralforecast", "Neural", {"model": "NHITS"}, is_random=True
    ),
    "darts BlockRNNModel": Contender(
        "darts", "BlockRnn", is_random=True, too_slow=("hourly",)
    ),
    "skforecast, boosting": Contender("skforecast", "Recursive"),
}
