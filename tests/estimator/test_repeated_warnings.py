"""In one call of a search a warning is shown once; the next call shows it again."""

import gc
import inspect
import warnings
import weakref

import joblib
import numpy as np
import pytest
from joblib.externals.loky import get_reusable_executor
from sklearn.ensemble import VotingRegressor
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import permutation_importance
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    cross_val_predict,
    cross_validate,
    learning_curve,
)
from sklearn.pipeline import make_pipeline
from warning_regressor import WarningRegressor, as_of_package

from skseq._estimator.warnings import warn_user

X, Y = np.arange(40.0).reshape(20, 2), np.arange(20.0)
GRID = {"constant": [0.0, 1.0, 2.0]}
PIPE = make_pipeline("passthrough", WarningRegressor())


def search(jobs=1):
    return GridSearchCV(WarningRegressor(), GRID, cv=4, n_jobs=jobs).fit(X, Y)


def search_at_random():
    RandomizedSearchCV(WarningRegressor(), GRID, n_iter=3, cv=2).fit(X, Y)


def search_over_a_pipeline():
    GridSearchCV(PIPE, {"warningregressor__constant": [0.0, 1.0]}, cv=3).fit(X, Y)


def cross_validation():
    cross_validate(WarningRegressor(), X, Y, cv=4, scoring="r2")


def cross_prediction():
    cross_val_predict(PIPE, X, Y, cv=4)


def curve():
    learning_curve(PIPE, X, Y, cv=3, train_sizes=[0.5, 1.0])


def nested_searches():
    grid = GridSearchCV(WarningRegressor(), GRID, cv=2)
    cross_validate(grid, X, Y, cv=3)


def ensemble():
    members = [(str(n), WarningRegressor(n)) for n in range(4)]
    VotingRegressor(members).fit(X, Y).predict(X)


def importance():
    fitted = search()
    permutation_importance(fitted, X, Y, n_repeats=5)


REPEATING = [
    search,
    search_at_random,
    search_over_a_pipeline,
    cross_validation,
    cross_prediction,
    curve,
    nested_searches,
]


def caught_in(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        call()
    return caught


def texts(caught):
    return sorted(str(warning.message) for warning in caught)


@pytest.mark.parametrize("call", REPEATING)
def test_each_warning_is_shown_once_at_the_line_of_the_user(call):
    caught = caught_in(call)
    assert texts(caught) == ["in fit", "in predict"]
    lines, first = inspect.getsourcelines(call)
    assert {w.filename for w in caught} == {__file__}
    assert {w.lineno for w in caught} <= set(range(first, first + len(lines)))


@pytest.mark.parametrize("call", REPEATING)
def test_threads_and_the_refit_show_each_warning_once(call):
    with joblib.parallel_config("threading", n_jobs=2):
        for _ in range(2):  # the second call is a call of its own
            shown = texts(caught_in(call))
            assert set(shown) == {"in fit", "in predict"}
            assert shown.count("in fit") <= 2
            assert shown.count("in predict") <= 2


def test_calls_of_the_same_line_are_calls_of_their_own():
    caught = caught_in(lambda: [search() for _ in range(3)])
    assert texts(caught) == 3 * ["in fit"] + 3 * ["in predict"]


def test_an_ensemble_fits_and_predicts_in_two_calls():
    assert texts(caught_in(ensemble)) == ["in fit", "in predict"]


def test_importance_warns_once_beside_the_search():
    assert texts(caught_in(importance)) == ["in fit", "in predict", "in predict"]


def test_fits_by_hand_warn_each():
    def fits():
        for _ in range(3):
            with warnings.catch_warnings():  # resets what was shown, as a search does
                PIPE.fit(X, Y)

    assert texts(caught_in(fits)) == 3 * ["in fit"]


@pytest.mark.parametrize("threads", [False, True])
def test_a_warning_that_is_an_error_fails_every_fit(threads):
    grid = GridSearchCV(WarningRegressor(), GRID, cv=4)
    with (
        warnings.catch_warnings(),
        joblib.parallel_config("threading", n_jobs=2 if threads else 1),
        pytest.raises(ValueError, match="All the 12 fits failed"),
    ):
        warnings.simplefilter("error", FutureWarning)
        grid.fit(X, Y)


def test_no_frame_stays_alive():
    class Witness:
        """Lives as long as the frame that made it."""

    def call():
        witness = Witness()
        search()
        return weakref.ref(witness)

    gc.disable()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert call()() is None
    finally:
        gc.enable()


def test_other_warnings_of_the_same_category_are_shown():
    class Two(WarningRegressor):
        @as_of_package
        def predict(self, X):
            warn_user("in predict", FutureWarning)
            return X[:, 0]

    caught = caught_in(lambda: cross_validate(Two(), X, Y, cv=4))
    assert texts(caught) == ["in fit", "in predict"]


class CountingRegressor(WarningRegressor):
    """Warns of the number of rows, which is another one in the refit."""

    def __init__(self, constant=0.0, effort=1):
        super().__init__(constant)
        self.effort = effort

    @as_of_package
    def learn(self, y):
        self.mean_ = y.mean()
        warn_user(f"{len(y)} rows", FutureWarning)


SEARCHES = {
    "grid": lambda: GridSearchCV(CountingRegressor(), GRID, cv=4),
    "random": lambda: RandomizedSearchCV(CountingRegressor(), GRID, n_iter=2, cv=4),
    "halving": lambda: HalvingGridSearchCV(
        CountingRegressor(), GRID, cv=4, resource="effort", max_resources=3
    ),
    "pipeline": lambda: GridSearchCV(make_pipeline(CountingRegressor()), {}, cv=4),
}


@pytest.mark.parametrize("kind", SEARCHES)
def test_the_refit_is_heard_where_it_says_something_else(kind):
    caught = caught_in(lambda: SEARCHES[kind]().fit(X, Y))
    assert texts(caught) == ["15 rows", "20 rows", "in predict"]


@pytest.mark.parametrize("kind", SEARCHES)
def test_a_search_in_a_fold_is_no_refit_of_the_user(kind):
    caught = caught_in(lambda: cross_validate(SEARCHES[kind](), X, Y, cv=2))
    assert texts(caught) == ["7 rows", "in predict"]


PARALLEL = {
    "search": lambda: search(jobs=2),
    "cross-validation": lambda: cross_validate(
        WarningRegressor(), X, Y, cv=4, n_jobs=2
    ),
    "curve": lambda: learning_curve(PIPE, X, Y, cv=3, n_jobs=2),
    "fits of one's own": lambda: joblib.Parallel(2)(
        joblib.delayed(PIPE.fit)(X, Y) for _ in range(2)
    ),
}


def test_a_search_in_new_processes_warns_once_in_each(capfd):
    get_reusable_executor().shutdown(wait=True)
    grid = {"constant": list(map(float, range(20)))}
    caught_in(lambda: GridSearchCV(WarningRegressor(), grid, cv=2, n_jobs=2).fit(X, Y))
    printed = capfd.readouterr().err
    assert 1 <= printed.count("FutureWarning: in fit") <= 2
    assert 1 <= printed.count("UserWarning: in predict") <= 2


@pytest.mark.parametrize("kind", PARALLEL)
def test_processes_warn_once_each_and_name_a_file_of_ours(kind, capfd):
    caught_in(PARALLEL[kind])  # the refit of this process alone
    # Workers that showed it for an earlier search do not repeat it.
    printed = capfd.readouterr().err
    assert printed.count("FutureWarning: in fit") <= 2
    assert "loky" not in printed
    assert "runpy" not in printed
    # Here the code of the regressor that warns stands for that of skseq.
    for line in printed.splitlines():
        if "Warning: in " in line:
            assert line.split(":")[0].endswith("warning_regressor.py")
