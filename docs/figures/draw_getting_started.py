"""Draw the forecast of the page "Ten minutes"."""

from skseq import SequenceForecaster
from skseq.datasets import load_us_macro
from skseq.displays import ForecastDisplay

forecaster = SequenceForecaster(horizon=4).fit(load_us_macro().target)
ForecastDisplay.from_estimator(forecaster, coverage=[0.8, 0.95], n_history=40)
