"""Plots of forecasts, errors and training, as classes like scikit-learn's displays.

Each class stores the numbers of one plot. ``from_estimator`` and
``from_predictions`` compute them and draw; ``plot`` draws them again. matplotlib and
pandas are needed, but imported only then.
"""

from skseq.displays._backtest import BacktestDisplay
from skseq.displays._forecast import ForecastDisplay
from skseq.displays._predictions_over_time import PredictionsOverTimeDisplay
from skseq.displays._residuals import ResidualsDisplay
from skseq.displays._search_heatmap import SearchHeatmapDisplay
from skseq.displays._skill import SkillDisplay
from skseq.displays._training_history import TrainingHistoryDisplay
from skseq.displays._windows import WindowsDisplay

__all__ = [
    "BacktestDisplay",
    "ForecastDisplay",
    "PredictionsOverTimeDisplay",
    "ResidualsDisplay",
    "SearchHeatmapDisplay",
    "SkillDisplay",
    "TrainingHistoryDisplay",
    "WindowsDisplay",
]
