"""How examples reach Keras: through a data set that is used for many fits."""

import numpy as np

from skseq._network.architecture import dtype_of_windows

VALIDATION_BATCH_SIZE = 32
"""Windows in a step of validation: the default of Keras."""


class BatchSource:
    """Examples cut into batches, which every fit replaces.

    TensorFlow traces some functions for every data set and keeps what they call for
    the rest of the process. So this must not refer to the data set that reads from it.
    """

    def __init__(self):
        self.clear()

    def set(self, examples, batches):
        """Set the examples and which of them go into each batch.

        Parameters
        ----------
        examples : TrainingData
        batches : callable
            Returns an iterable of arrays of row numbers.
        """
        self._examples, self._batches = examples, batches

    def clear(self):
        """Release the examples."""
        self.set(None, tuple)

    def cut(self):
        """Yield windows, targets and weights of one batch after the other."""
        for rows in self._batches():
            part = self._examples[rows]
            yield part.windows.cut(), part.targets, part.weights


def make_dataset(architecture, source):
    """Make a data set that starts with the first batch of a source at every pass.

    Parameters
    ----------
    architecture : Architecture or CustomNetwork
    source : BatchSource

    Returns
    -------
    dataset : tf.data.Dataset
    """
    import tensorflow as tf

    # The number of windows is left open, or a shorter last batch would be traced too.
    windows = tf.TensorSpec(
        (None, *architecture.window_shape), dtype_of_windows(architecture)
    )
    targets = tf.TensorSpec((None, architecture.n_outputs), architecture.dtype)
    weights = tf.TensorSpec((None,), architecture.dtype)
    return tf.data.Dataset.from_generator(
        source.cut, output_signature=(windows, targets, weights)
    )


def batches_in_order(n_windows):
    """Return the batches of a validation: all windows in row order."""
    ends = range(VALIDATION_BATCH_SIZE, n_windows, VALIDATION_BATCH_SIZE)
    return np.split(np.arange(n_windows), ends)
