"""darts' BlockRNNModel: torch networks that cut their own windows from a series."""

import logging

import torch
from darts import TimeSeries
from darts.models import BlockRNNModel

torch.set_num_threads(1)  # as in torch_.py
logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)


class Darts:
    """A BlockRNNModel that forecasts several steps at once from the target's past.

    Parameters
    ----------
    task : Task
        With layers of one kind and size.
    """

    def __init__(self, task):
        self.task = task

    def backtest(self, y, n_origins):
        """Refit and forecast at each of the last origins."""
        task = self.task
        model = BlockRNNModel(
            input_chunk_length=task.time_steps,
            output_chunk_length=task.outputs,
            model=task.cells[0].upper(),
            hidden_dim=task.units[0],
            n_rnn_layers=len(task.units),
            n_epochs=task.epochs,
            batch_size=task.batch_size,
            optimizer_kwargs={"lr": task.learning_rate},
            random_state=task.seed,
            pl_trainer_kwargs={
                "accelerator": "cpu",
                "enable_progress_bar": False,
                "enable_model_summary": False,
                "logger": False,
            },
        )
        forecasts = model.historical_forecasts(
            TimeSeries.from_series(y),
            start=len(y) - n_origins - task.outputs + 1,
            start_format="position",
            forecast_horizon=task.outputs,
            stride=1,
            retrain=True,
            last_points_only=False,
            verbose=False,
        )
        return [forecast.values()[:, 0] for forecast in forecasts]
