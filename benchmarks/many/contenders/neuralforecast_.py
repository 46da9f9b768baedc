"""neuralforecast: torch networks that cut their own windows from all series."""

import logging

import torch
from neuralforecast import NeuralForecast, models

from benchmarks.many.contenders.long_table import make_long_table, make_series

torch.set_num_threads(1)  # as in benchmarks/contenders/torch_.py
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)

TRAINER = {
    "accelerator": "cpu",
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "enable_checkpointing": False,
    "logger": False,
}
"""Settings of the trainer that change no forecast."""


class Neural:
    """One of the networks of neuralforecast, with its default parameters.

    NHITS has no default for the length of its windows, and the default of LSTM, three
    horizons, is too long for some series of M3. Both get windows of two horizons.

    Parameters
    ----------
    group : Group
    seed : int
    model : str
        The class of the network.
    """

    def __init__(self, group, seed, *, model):
        self.group, self.model = group, model
        self.table = make_long_table(group)
        network = getattr(models, model)(
            h=group.horizon,
            input_size=2 * group.horizon,
            # The default is 1, and 0 is a seed like others.
            random_seed=1 + seed,
            **TRAINER,
        )
        frequency = group.frequency.alias or 1
        self.forecaster = NeuralForecast([network], freq=frequency)

    def fit(self):
        """Train a network on all series."""
        self.forecaster.fit(self.table)

    def forecast(self):
        """Forecast all series."""
        return make_series(self.forecaster.predict(), self.model)
