"""Splits, backtests and scorers of forecasts.

:class:`ForecastSplit` makes the folds of a search or cross-validation, and splits all
series at the same time. :func:`backtest` shows what an estimator would have predicted
at earlier origins. :func:`make_step_scorer` scores one step of the horizon.
"""

from skseq.model_selection._backtest import backtest
from skseq.model_selection._forecast_split import ForecastSplit
from skseq.model_selection._step_scorer import make_step_scorer

__all__ = ["ForecastSplit", "backtest", "make_step_scorer"]
