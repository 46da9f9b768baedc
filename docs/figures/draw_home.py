"""Draw a forecast with intervals for the home page."""

from skseq import SequenceForecaster
from skseq.datasets import load_electrical_equipment
from skseq.displays import ForecastDisplay

y = load_electrical_equipment().target
forecaster = SequenceForecaster(horizon=12).fit(y[:-12])
display = ForecastDisplay.from_estimator(
    forecaster, coverage=[0.8, 0.95], y_true=y[-12:], n_history=60
)
display.figure_.set_size_inches(9, 3.6)
