"""What backtest rejects, and what its messages say."""

import numpy as np
import pandas as pd
import pytest
from last_value_forecaster import LastValueForecaster, make_months, make_panel
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import NaiveRegressor, SequenceWindower
from skseq.model_selection import ForecastSplit, backtest

Y = make_months(20)
X = pd.DataFrame({"x": np.arange(20.0)}, index=Y.index)


@pytest.mark.parametrize(
    "estimator", [None, Ridge, LastValueForecaster, StandardScaler(), "ridge"]
)
def test_estimators_that_do_not_predict(estimator):
    with pytest.raises(TypeError, match="an estimator with fit, and with forecast or"):
        backtest(estimator, X, Y)


def test_a_missing_target():
    for table in (X, None, X.to_numpy()):
        with pytest.raises(ValueError, match="needs the target y, but y is None"):
            backtest(Ridge(), table)


def test_a_one_dimensional_table_is_the_target():
    one = backtest(LastValueForecaster(), Y)
    pd.testing.assert_frame_equal(one, backtest(LastValueForecaster(), None, Y))


def test_lengths_and_shapes():
    with pytest.raises(ValueError, match="X has 20, y has 19"):
        backtest(Ridge(), X, Y[1:].to_numpy())
    with pytest.raises(ValueError, match="must have the same index"):
        backtest(Ridge(), X, Y.shift(1, freq="MS"))
    with pytest.raises(ValueError, match="got shape \\(20, 1, 1\\)"):
        backtest(Ridge(), X, np.zeros((20, 1, 1)))


def test_a_regressor_that_would_be_given_the_target():
    for estimator in (
        Ridge(),
        make_pipeline(SequenceWindower(2, horizon=0), NaiveRegressor()),
    ):
        with pytest.raises(ValueError, match="it would be given the values to predict"):
            backtest(estimator, y=Y)


def test_too_few_rows():
    cv = ForecastSplit(5, horizon=4, time_steps=3)
    with pytest.raises(ValueError, match="needs a table of at least 27 steps of time"):
        backtest(LastValueForecaster(), y=Y, cv=cv)


def test_the_error_of_a_fit_names_the_origin():
    pipe = make_pipeline(SequenceWindower(12), NaiveRegressor())
    with pytest.raises(ValueError, match="needs at least") as caught:
        backtest(pipe, y=Y, cv=ForecastSplit(3, horizon=4))
    note = "at the origin 2018-08-01 00:00:00, with 8 training rows"
    assert note in caught.value.__notes__[0]


def test_the_error_of_a_forecast_names_its_origin():
    direct = LastValueForecaster(horizon=2, strategy="direct")
    with pytest.raises(ValueError, match="strategy='recursive'") as caught:
        backtest(direct, y=Y, cv=ForecastSplit(2, horizon=3), refit=2)
    assert "at the origin 2019-02-01" in caught.value.__notes__[0]


@pytest.mark.parametrize("cv", [KFold(3), [([5, 6], [1, 2])], [([], [3])]])
def test_folds_that_are_not_in_time(cv):
    with pytest.raises(ValueError, match="all earlier than their test rows"):
        backtest(Ridge(), X, Y, cv=cv)


def test_a_split_by_rows_of_a_panel():
    panel = make_panel()
    n_rows = len(panel)
    cv = [(np.arange(n_rows - 5), np.arange(n_rows - 5, n_rows))]
    with pytest.raises(ValueError, match="Use ForecastSplit"):
        backtest(LastValueForecaster(), y=panel, cv=cv)


@pytest.mark.parametrize("cv", [None, "5", 2.5])
def test_a_cv_that_is_none(cv):
    with pytest.raises(ValueError, match="cv must"):
        backtest(Ridge(), X, Y, cv=cv)


def test_no_fold():
    with pytest.raises(ValueError, match="at least one fold"):
        backtest(Ridge(), X, Y, cv=[])


def test_intervals_of_a_regressor():
    with pytest.raises(ValueError, match="Ridge predicts no intervals"):
        backtest(Ridge(), X, Y, coverage=0.8)


@pytest.mark.parametrize("refit", [0, 1.5, None, "never"])
def test_refit(refit):
    with pytest.raises(ValueError, match="'refit' parameter"):
        backtest(Ridge(), X, Y, refit=refit)


class TwoColumns(Ridge):
    """Predicts two numbers a row, as several quantiles would."""

    def predict(self, X):
        return np.zeros((len(X), 2))


def test_predictions_of_another_shape():
    with pytest.raises(ValueError, match="one number per row and target"):
        backtest(TwoColumns(), X, Y)


def test_predictions_that_are_no_numbers():
    with pytest.raises(ValueError, match="could not convert string"):
        backtest(LogisticRegression(), X, pd.Series(["a", "b"] * 10, Y.index))
    with pytest.raises(TypeError):
        backtest(KMeans(2).fit_predict, X, Y)
