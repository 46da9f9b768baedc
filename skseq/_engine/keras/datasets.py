"""TensorFlow data sets that are reused by many fits, and what they read from."""

import numpy as np

from skseq._network.architecture import dtype_of_windows

VALIDATION_BATCH_SIZE = 32
"""Number of windows in a batch of validation: the default of Keras."""


class BatchSource:
    """The batches that a data set reads; every fit sets its own examples.

    TensorFlow traces some functions for every data set and never releases what they
    call. This object must therefore not refer to the data set that reads from it.
    """

    def __init__(self):
        self.clear()

    def set(self, examples, batches):
        """Set the examples and the batches that they are divided into.

        Parameters
        ----------
        examples : TrainingData
        batches : callable
            Returns an iterable of integer arrays, the rows of each batch.
        """
        self._examples, self._batches = examples, batches

    def clear(self):
        """Release the examples."""
        self.set(None, tuple)

    def cut(self):
        """Yield windows, targets and weights of each batch."""
        for rows in self._batches():
            part = self._examples[rows]
            yield part.windows.cut(), part.targets, part.weights


def make_dataset(architecture, source):
    """Make a TensorFlow data set that reads all batches of a source in every pass."""
    import tensorflow as tf

    # The number of windows is None, so that a smaller last batch is not traced again.
    windows = tf.TensorSpec(
        (None, *architecture.window_shape), dtype_of_windows(architecture)
    )
    targets = tf.TensorSpec((None, architecture.n_outputs), architecture.dtype)
    weights = tf.TensorSpec((None,), architecture.dtype)
    return tf.data.Dataset.from_generator(
        source.cut, output_signature=(windows, targets, weights)
    )


def batches_in_order(n_windows):
    """Return the batches of a validation set: all windows in the order of rows."""
    ends = range(VALIDATION_BATCH_SIZE, n_windows, VALIDATION_BATCH_SIZE)
    return np.split(np.arange(n_windows), ends)
