"""The network that all contenders of a workload train."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """A network and how it is trained: mean squared error, Adam, float32.

    Attributes
    ----------
    time_steps : int
        Steps in a window; the rows to predict are the next ones.
    cells : tuple of {"lstm", "gru"}
        First layer first. Linear output units follow the last layer.
    units : tuple of int
        One number for each layer.
    dropout : float
        Dropout rate between two recurrent layers.
    epochs, batch_size : int
    learning_rate : float
    seed : int
    outputs : int
        Number of rows that one network predicts.
    """

    time_steps: int
    cells: tuple[str, ...] = ("lstm",)
    units: tuple[int, ...] = (32,)
    dropout: float = 0.0
    epochs: int = 1
    batch_size: int = 32
    learning_rate: float = 0.001
    seed: int = 0
    outputs: int = 1


REFERENCE = Task(
    time_steps=3,
    cells=("lstm", "lstm", "gru"),
    units=(100, 100, 50),
    dropout=0.2,
    epochs=150,
    batch_size=16,
)
"""The network of the reference experiment, with 49 windows of 3 features."""
