"""How examples reach Keras: through a data set that outlasts a fit."""

import numpy as np

ROWS_OF_VALIDATION = 32
"""Windows in a step of validation: as many as Keras takes unless told."""


class Feed:
    """Examples cut into batches, to be exchanged for every fit.

    TensorFlow traces some functions for every data set and keeps what they call as
    long as its session lasts, so this must not know the data set that reads from it.
    """

    def __init__(self):
        self.empty()

    def fill(self, examples, batches):
        """Give the examples and which of them go into each batch.

        Parameters
        ----------
        examples : TrainingData
        batches : callable
            Returns an iterable of arrays of row numbers.
        """
        self._examples, self._batches = examples, batches

    def empty(self):
        """Let go of the examples."""
        self.fill(None, tuple)

    def cut(self):
        """Yield windows, targets and weights of one batch after the other."""
        for rows in self._batches():
            part = self._examples[rows]
            yield part.windows.cut(), part.targets, part.weights


def make_dataset(architecture, feed):
    """Make a data set that begins with the first batch of a feed at every pass.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    feed : Feed

    Returns
    -------
    dataset : tf.data.Dataset
    """
    import tensorflow as tf

    shapes = architecture.window_shape, (architecture.n_outputs,), ()
    return tf.data.Dataset.from_generator(
        feed.cut,
        output_signature=tuple(
            tf.TensorSpec((None, *shape), architecture.dtype) for shape in shapes
        ),
    )


def in_order(n_windows):
    """Return the batches of a validation: all windows in row order."""
    ends = range(ROWS_OF_VALIDATION, n_windows, ROWS_OF_VALIDATION)
    return np.split(np.arange(n_windows), ends)
