"""A predict in another thread uses the fit before or the new one, never parts of both."""

import threading

import numpy as np

from skseq import LSTMRegressor


def test_a_predict_during_a_fit_uses_the_old_fit_or_the_new_one():
    rng = np.random.default_rng(0)
    X = rng.random((30, 4, 2))
    targets = [X[:, -1, 0], 1000 + 50 * X[:, 0, 1]]
    regressor = LSTMRegressor(units=2, epochs=3, random_state=0)
    expected = [regressor.fit(X, y).predict(X) for y in targets]
    predictions = []
    finished = threading.Event()

    def predict_until_finished():
        while not finished.is_set():
            predictions.append(regressor.predict(X))

    thread = threading.Thread(target=predict_until_finished)
    thread.start()
    try:
        for number in range(60):
            regressor.fit(X, targets[number % 2])
    finally:
        finished.set()
        thread.join()
    used = {
        next(i for i, fit in enumerate(expected) if np.array_equal(fit, prediction))
        for prediction in predictions
    }
    assert used == {0, 1}
