"""MAPIE's intervals for time series, around our networks and Pipelines."""

import numpy as np
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.metrics import interval_coverage

pytest.importorskip("mapie", reason="MAPIE is not installed")

N_TRAIN, N_KNOWN, N_ROWS = 250, 400, 500
LEVELS = [0.8, 0.95]


@pytest.fixture(scope="module")
def y():
    rng = np.random.default_rng(0)
    values = np.zeros(N_ROWS)
    for row in range(1, N_ROWS):
        values[row] = 0.8 * values[row - 1] + rng.normal()
    days = pd.date_range("2024-01-01", periods=N_ROWS, freq="D")
    return pd.Series(values + 50, days, name="y")


@pytest.fixture
def pipe():
    steps = [
        ("scale", TargetAwareMinMaxScaler()),
        ("window", SequenceWindower(6)),
        ("rnn", LSTMRegressor(4, epochs=3, random_state=0)),
    ]
    return Pipeline(steps)


def check_coverage(y, bounds):
    """Compare the fractions inside with the nominal ones, on about 100 rows."""
    assert bounds.shape == (len(y), 2, len(LEVELS))
    for number, level in enumerate(LEVELS):
        lower, upper = bounds[:, :, number].T
        # Three standard deviations of a fraction of 100 independent rows.
        allowed = 3 * np.sqrt(level * (1 - level) / 100)
        assert interval_coverage(y, lower, upper) == pytest.approx(level, abs=allowed)


def test_ensembles_of_networks_on_windows(y, pipe):
    # EnbPI draws blocks of rows with replacement. That would cut a Pipeline's windows
    # at the ends of the blocks, so the windows are made first.
    from mapie.regression import TimeSeriesRegressor
    from mapie.subsample import BlockBootstrap

    X, prepare = y.to_frame(), pipe[:2]
    windows = prepare.fit(X[:N_KNOWN], y[:N_KNOWN]).transform(X[:N_KNOWN])
    complete = ~np.isnan(windows).any(axis=(1, 2))
    model = TimeSeriesRegressor(
        pipe["rnn"], cv=BlockBootstrap(n_resamplings=8, length=40, random_state=0)
    )
    model.fit(windows[complete], y[:N_KNOWN].to_numpy()[complete])
    later = prepare.transform(X[N_KNOWN:])
    _, bounds = model.predict(later, ensemble=True, confidence_level=LEVELS)
    check_coverage(y[N_KNOWN:], bounds)


@pytest.mark.parametrize("method", ["enbpi", "aci"])
def test_calibration_of_a_fitted_pipeline(y, pipe, method):
    from mapie.regression import TimeSeriesRegressor

    X = y.to_numpy()[:, np.newaxis]
    pipe.fit(X[:N_TRAIN], y[:N_TRAIN].to_numpy())
    # MAPIE tests the last step of a Pipeline with a table, but that step was fitted on
    # windows. It tests a frozen Pipeline as a whole.
    model = TimeSeriesRegressor(FrozenEstimator(pipe), method=method, cv="prefit")
    model.fit(X[N_TRAIN:N_KNOWN], y[N_TRAIN:N_KNOWN].to_numpy())
    # With the rows that the first windows need.
    rows = X[N_KNOWN - 6 :]
    predicted, bounds = model.predict(rows, confidence_level=LEVELS)
    np.testing.assert_array_equal(predicted, pipe.predict(rows))
    check_coverage(y[N_KNOWN:], bounds[6:])
