"""Leave an estimator as it was when a fit fails."""

from contextlib import contextmanager

import numpy as np


@contextmanager
def unchanged_on_failure(estimator):
    """Put the estimator's attributes back as they were if the block raises.

    NumPy's error settings as well: an interrupt may come while they are being put back.
    An interrupt counts as a failure too. The marks of scikit-learn's callback
    machinery stay, because it tears itself down after the block.
    """
    before, errors = dict(vars(estimator)), np.geterr()
    try:
        yield
    except BaseException:
        np.seterr(**errors)
        state = vars(estimator)
        machinery = {
            name: value
            for name, value in state.items()
            if name.startswith(("_callback", "_skl_callbacks"))
        }
        state.clear()
        state.update(before | machinery)
        raise
