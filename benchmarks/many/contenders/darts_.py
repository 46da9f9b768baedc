"""darts: a torch network that cuts its own windows from all series."""

import logging

import numpy as np
import torch
from darts import TimeSeries
from darts.dataprocessing.transformers import Scaler
from darts.models import BlockRNNModel

torch.set_num_threads(1)  # as in benchmarks/contenders/torch_.py
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)

TRAINER = {
    "accelerator": "cpu",
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "logger": False,
}
"""Settings of the trainer that change no forecast."""


class BlockRnn:
    """An LSTM as BlockRNNModel, with its default parameters.

    The lengths of windows and forecasts have no default: two horizons and one, as for
    neuralforecast. Values are scaled to the range from 0 to 1, as its guide advises,
    for each series by itself. Series too short for a window are not trained on.

    Parameters
    ----------
    group : Group
    seed : int
    """

    def __init__(self, group, seed):
        self.group, self.seed = group, seed
        # Numbers as times: the network reads no dates.
        self.series = [
            TimeSeries.from_values(values.astype(np.float32)) for values in group.arrays
        ]

    def fit(self):
        """Scale the series and train a network on those that are long enough."""
        horizon = self.group.horizon
        self.scaler = Scaler()
        self.scaled = self.scaler.fit_transform(self.series)
        self.model = BlockRNNModel(
            input_chunk_length=2 * horizon,
            output_chunk_length=horizon,
            model="LSTM",
            random_state=self.seed,
            pl_trainer_kwargs=TRAINER,
        )
        self.model.fit([one for one in self.scaled if len(one) >= 3 * horizon])

    def forecast(self):
        """Forecast all series."""
        predicted = self.model.predict(self.group.horizon, self.scaled)
        restored = self.scaler.inverse_transform(predicted)
        return self.group.as_forecast(
            np.stack([one.values()[:, 0] for one in restored])
        )
