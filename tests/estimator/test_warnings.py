"""Warnings point at the line of the user, however deep in a search fit was called."""

import inspect
import warnings

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from warning_regressor import WarningRegressor, as_of_package

from skseq._estimator.warnings import hides, warn_once, warn_user, warns_with

X, Y = np.arange(20.0).reshape(10, 2), np.arange(10.0)


def fit_alone():
    WarningRegressor().fit(X, Y)


def fit_in_a_pipeline():
    make_pipeline("passthrough", WarningRegressor()).fit(X, Y)


def fit_in_a_search():
    GridSearchCV(WarningRegressor(), {"constant": [0.0, 1.0]}, cv=2).fit(X, Y)


def fit_in_a_search_over_a_pipeline():
    pipe = make_pipeline("passthrough", WarningRegressor())
    GridSearchCV(pipe, {"warningregressor__constant": [0.0]}, cv=2).fit(X, Y)


def fit_in_cross_validation():
    cross_validate(WarningRegressor(), X, Y, cv=2, n_jobs=1)


@pytest.mark.parametrize(
    "call",
    [
        fit_alone,
        fit_in_a_pipeline,
        fit_in_a_search,
        fit_in_a_search_over_a_pipeline,
        fit_in_cross_validation,
    ],
)
def test_a_warning_points_at_the_line_that_called_fit(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    lines, first = inspect.getsourcelines(call)
    last_line = first + len(lines) - 1  # the call of fit
    assert {str(w.message) for w in caught} >= {"in fit"}
    assert {(w.filename, w.lineno) for w in caught} == {(__file__, last_line)}


def test_a_warning_points_at_the_line_that_called_predict():
    with pytest.warns(FutureWarning, match="in fit"):
        regressor = WarningRegressor().fit(X, Y)
    with pytest.warns(UserWarning, match="in predict") as caught:
        regressor.predict(X)
    line = inspect.currentframe().f_lineno - 1
    assert [(w.filename, w.lineno) for w in caught] == [(__file__, line)]


def test_a_warning_of_a_function_that_users_call_points_at_their_line():
    with pytest.warns(UserWarning, match="directly") as caught:
        warn_user("directly")
    line = inspect.currentframe().f_lineno - 1
    assert [(w.filename, w.lineno) for w in caught] == [(__file__, line)]


class Fitted:
    """What a fit has learned."""


@as_of_package
def predict_with(fitted, category=UserWarning):
    warn_once(fitted, "shown once", category)


def test_warn_once_warns_once_for_each_fitted_object_and_category():
    fitted, refitted = Fitted(), Fitted()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            predict_with(fitted)
        predict_with(fitted, RuntimeWarning)
        predict_with(refitted)
    assert [w.category for w in caught] == [UserWarning, RuntimeWarning, UserWarning]
    assert {w.filename for w in caught} == {__file__}
    assert len({w.lineno for w in caught}) == 3
    assert vars(fitted) == {}


def test_a_warning_that_is_an_error_is_raised_once():
    fitted = Fitted()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="shown once"):
            predict_with(fitted)


@warns_with("Of the inner fit:")
def fit_inside():
    cross_validate(WarningRegressor(), X, Y, cv=2)


def test_warnings_of_an_inner_fit_begin_with_its_purpose():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit_inside()
        WarningRegressor().fit(X, Y)
    texts = {str(w.message) for w in caught}
    assert {"Of the inner fit: in fit", "in fit"} <= texts
    assert {w.category for w in caught if "in fit" in str(w.message)} == {FutureWarning}


@hides(FutureWarning)
def fit_quietly():
    cross_validate(WarningRegressor(), X, Y, cv=2)


def test_a_function_hides_warnings_of_one_category_in_its_calls_only():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fit_quietly()
        assert FutureWarning not in {w.category for w in caught}
        WarningRegressor().fit(X, Y)
    assert FutureWarning in {w.category for w in caught}


@hides(DeprecationWarning)
def warn_quietly(fitted):
    warn_once(fitted, "of the category", DeprecationWarning)
    warn_once(fitted, "of another category")


def test_a_hidden_warning_is_shown_later():
    fitted = Fitted()
    with pytest.warns(UserWarning, match="of another category") as caught:
        warn_quietly(fitted)
    assert len(caught) == 1
    with pytest.warns(DeprecationWarning, match="shown at last"):
        warn_once(fitted, "shown at last", DeprecationWarning)


def test_code_without_a_module_gets_warnings():
    """As in schedulers and sandboxes that run code by exec."""
    code = "from skseq._estimator.warnings import warn_user; warn_user('shown')"
    with pytest.warns(UserWarning, match="shown"):
        exec(code, {})
