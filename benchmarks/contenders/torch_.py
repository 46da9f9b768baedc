"""PyTorch: a training loop written by hand, on one thread.

Two threads are hardly faster on small networks, and many times slower as soon as
another program runs, because OpenMP threads wait for each other in busy loops.
"""

from contextlib import contextmanager

import numpy as np
import torch
from torch import nn

from benchmarks.contenders import FromWindows

torch.set_num_threads(1)

LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU}


class Stack(nn.Module):
    """Recurrent layers with dropout between them, and one linear output."""

    def __init__(self, task, n_features):
        super().__init__()
        sizes = [n_features, *task.units]
        self.layers = nn.ModuleList(
            LAYERS[cell](sizes[k], sizes[k + 1], batch_first=True)
            for k, cell in enumerate(task.cells)
        )
        self.dropout = nn.Dropout(task.dropout)
        self.head = nn.Linear(sizes[-1], 1)

    def forward(self, windows):
        """Predict values (n,) from windows (n, time_steps, n_features)."""
        steps = windows
        for layer in self.layers[:-1]:
            steps = self.dropout(layer(steps)[0])
        steps, _ = self.layers[-1](steps)
        return self.head(steps[:, -1])[:, 0]


class Torch(FromWindows):
    """``nn.LSTM`` and ``nn.GRU``, Adam, one batch after the other."""

    @staticmethod
    @contextmanager
    def limit_threads(n_threads):
        """Set the number of threads that fits use."""
        torch.set_num_threads(n_threads)
        yield
        torch.set_num_threads(1)

    def fit(self, X, y, on_epoch=None):
        """Train a fresh stack."""
        task = self.task
        torch.manual_seed(task.seed)
        rng = np.random.default_rng(task.seed)
        self.stack = Stack(task, X.shape[2])
        adam = torch.optim.Adam(
            self.stack.parameters(), lr=task.learning_rate, eps=1e-7
        )
        windows, targets = torch.from_numpy(X), torch.from_numpy(y)
        for _ in range(task.epochs):
            order = torch.from_numpy(rng.permutation(len(y)))
            loss = self.train_epoch(adam, windows, targets, order)
            if on_epoch is not None:
                on_epoch()
        return loss

    def train_epoch(self, adam, windows, targets, order):
        """Take a step for every batch; return the mean loss of the windows."""
        total = 0.0
        for rows in order.split(self.task.batch_size):
            adam.zero_grad()
            predictions = self.stack(windows[rows])
            loss = nn.functional.mse_loss(predictions, targets[rows])
            loss.backward()
            adam.step()
            total += len(rows) * loss.item()
        return total / len(order)

    def predict(self, X):
        """Predict all windows at once."""
        self.stack.eval()
        with torch.inference_mode():
            return self.stack(torch.from_numpy(X)).numpy()
