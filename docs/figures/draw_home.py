"""Draw a forecast with intervals for the home page."""

import matplotlib.pyplot as plt

from skseq import SequenceForecaster
from skseq.datasets import load_electrical_equipment
from skseq.displays import ForecastDisplay


def draw():
    """Draw a forecast of twelve months, and the months that were observed later."""
    y = load_electrical_equipment().target
    forecaster = SequenceForecaster(horizon=12).fit(y[:-12])
    figure, ax = plt.subplots(figsize=(9, 3.5), layout="constrained")
    ForecastDisplay.from_estimator(
        forecaster, coverage=[0.8, 0.95], y_true=y[-12:], n_history=72, ax=ax
    )
    return figure


draw()
