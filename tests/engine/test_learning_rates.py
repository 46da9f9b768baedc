"""Learning-rate schedules: Keras' formulas, and any block of steps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skseq._engine.contract import TrainingOptions
from skseq._engine.learning_rates import SCHEDULES, learning_rates


def options(schedule, rate=0.1):
    return TrainingOptions("adam", rate, "mse", learning_rate_schedule=schedule)


@given(
    schedule=st.sampled_from(sorted(SCHEDULES)),
    n_steps=st.integers(1, 40),
    n_epochs=st.integers(1, 40),
)
def test_rates_of_epochs_are_those_of_the_whole_fit(schedule, n_steps, n_epochs):
    n_total = n_epochs * n_steps
    whole = learning_rates(options(schedule), 0, n_total, n_total)
    by_epoch = [
        learning_rates(options(schedule), number * n_steps, n_steps, n_total)
        for number in range(n_epochs)
    ]
    np.testing.assert_array_equal(np.concatenate(by_epoch), whole)
    assert whole.dtype == np.float32
    assert whole[0] == np.float32(0.1)
    assert (np.diff(whole) <= 0).all()
    assert (whole > 0).all()


@pytest.mark.slow
def test_schedules_are_those_of_keras():
    from keras.optimizers import schedules

    theirs = {
        "linear": schedules.PolynomialDecay(0.1, 50, end_learning_rate=0),
        "cosine": schedules.CosineDecay(0.1, 50),
        "exponential": schedules.ExponentialDecay(0.1, 50, 0.01),
    }
    for name, schedule in theirs.items():
        expected = [float(schedule(step)) for step in range(50)]
        rates = learning_rates(options(name), 0, 50, 50)
        np.testing.assert_allclose(rates, expected, rtol=1e-5)
    assert set(SCHEDULES) == {"constant", *theirs}
