"""The whole path in stock scikit-learn: pipelines, searches, splits, files, processes.

What these tests show lies around the engine, so most of them train with the small
engine of ``numpy_engine.py``, and again with Keras in the slow part. Those that need
the real engine to prove anything, one for each important promise, always use Keras.
"""

import pickle
import subprocess
import sys
import textwrap
import threading
import warnings
from types import SimpleNamespace

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy.stats import randint
from sklearn import config_context
from sklearn.base import clone, is_regressor
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.exceptions import NotFittedError
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score
from sklearn.model_selection import (
    GridSearchCV,
    HalvingGridSearchCV,
    KFold,
    ParameterGrid,
    ParameterSampler,
    PredefinedSplit,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_predict,
    cross_validate,
    learning_curve,
)
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler
from sklearn.utils import estimator_html_repr
from sklearn.utils.validation import check_is_fitted

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.exceptions import LaggedTargetWarning

N_TRAIN, N_TEST = 60, 12

BEFORE, AFTER = ("scale", "window", "rnn"), ("window", "scale", "rnn")
"""The scaler may stand on either side of the windower."""

GRID = {"window__time_steps": [2, 4], "rnn__units": [3, 5]}


@pytest.fixture
def keras_engine():
    """Train as users do."""


@pytest.fixture(
    params=["small_engine", pytest.param("keras_engine", marks=pytest.mark.slow)]
)
def engine(request):
    """Train with the small engine, and in the slow part with Keras as well."""
    request.getfixturevalue(request.param)


def make_months(n_rows):
    """Make a monthly table of sales and prices; the target is the sales."""
    rng = np.random.default_rng(0)
    months = pd.date_range("2018-01-01", periods=n_rows, freq="MS")
    season = 10 * np.sin(2 * np.pi * np.arange(n_rows) / 12)
    price = 20 + rng.normal(size=n_rows)
    sales = 300 + season - 2 * np.roll(price, 1) + rng.normal(size=n_rows)
    X = pd.DataFrame({"sales": sales, "price": price}, index=months)
    return X, X["sales"]


@pytest.fixture
def frames():
    """Rows to fit and the rows that follow, as frames on months."""
    return split(*make_months(N_TRAIN + N_TEST))


@pytest.fixture
def arrays():
    """The same rows as arrays."""
    X, y = make_months(N_TRAIN + N_TEST)
    return split(X.to_numpy(), y.to_numpy())


@pytest.fixture(
    params=[
        ("small_engine", "frames"),
        ("small_engine", "arrays"),
        pytest.param(("keras_engine", "frames"), marks=pytest.mark.slow),
    ],
    ids="-".join,
)
def data(request):
    """Frames and arrays, to train on with an engine."""
    engine, container = request.param
    request.getfixturevalue(engine)
    return request.getfixturevalue(container)


def split(X, y):
    return SimpleNamespace(
        X=X,
        y=y,
        X_train=X[:N_TRAIN],
        y_train=y[:N_TRAIN],
        X_test=X[N_TRAIN:],
        y_test=y[N_TRAIN:],
    )


def make_pipe(order=BEFORE, time_steps=3, **rnn):
    rnn = {"units": 3, "epochs": 2, "engine": "keras", "random_state": 0} | rnn
    steps = {
        "scale": TargetAwareMinMaxScaler(),
        "window": SequenceWindower(time_steps=time_steps),
        "rnn": LSTMRegressor(**rnn),
    }
    return Pipeline([(name, steps[name]) for name in order])


def rows_of(table, rows):
    """Take rows by position, as scikit-learn does."""
    return table.iloc[rows] if hasattr(table, "iloc") else table[rows]


def fit_on(pipe, data, rows, **params):
    """Fit a clone on some rows alone, by hand."""
    pipe = clone(pipe).set_params(**params)
    return pipe.fit(rows_of(data.X, rows), rows_of(data.y, rows))


def score_on(pipe, data, rows):
    return pipe.score(rows_of(data.X, rows), rows_of(data.y, rows))


def scores_by_hand(pipe, data, cv, candidates):
    """Fit and score every candidate on every fold; shape (n_candidates, n_folds)."""
    folds = list(cv.split(data.X))
    return np.array(
        [
            [score_on(fit_on(pipe, data, fit, **c), data, test) for fit, test in folds]
            for c in candidates
        ]
    )


def scores_of(search):
    """Read the fold scores of a search; shape (n_candidates, n_folds)."""
    results = search.cv_results_
    return np.column_stack(
        [results[f"split{fold}_test_score"] for fold in range(search.n_splits_)]
    )


def weights_of(pipe):
    return pipe[-1]._fitted_model.states[0].weights


def assert_same_weights(pipe, other):
    ours, theirs = weights_of(pipe), weights_of(other)
    assert list(ours) == list(theirs)
    for name, weight in ours.items():
        np.testing.assert_array_equal(weight, theirs[name], err_msg=name)


# Fit, predict, score


@pytest.mark.parametrize("order", [BEFORE, AFTER])
def test_one_prediction_a_row(data, order):
    pipe = make_pipe(order).fit(data.X_train, data.y_train)
    assert is_regressor(pipe)
    for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
        y_pred = pipe.predict(X)
        assert y_pred.shape == y.shape
        assert y_pred.dtype == np.float64
        assert np.isfinite(y_pred).all()
        assert pipe.score(X, y) == r2_score(y, y_pred)


def test_test_rows_have_a_past(data):
    pipe = make_pipe(time_steps=5).fit(data.X_train, data.y_train)
    whole = pipe.predict(data.X)
    np.testing.assert_allclose(pipe.predict(data.X_test), whole[N_TRAIN:], rtol=1e-6)


def test_arrays_and_frames_agree(small_engine, frames, arrays):
    by_frame, by_array = (
        make_pipe().fit(d.X_train, d.y_train).predict(d.X_test)
        for d in (frames, arrays)
    )
    np.testing.assert_array_equal(by_frame, by_array)


@pytest.mark.parametrize("container", ["frames", "arrays"])
def test_a_row_of_the_next_date_gives_the_next_forecast(request, container):
    data = request.getfixturevalue(container)
    pipe = make_pipe().fit(data.X_train, data.y_train)
    unknown = data.X_test[:1] * np.nan
    y_next = pipe.predict(unknown)
    assert np.isfinite(y_next).all()
    np.testing.assert_allclose(y_next, pipe.predict(data.X_test)[:1], rtol=1e-6)


def test_the_next_forecast_takes_up_the_latest_rows(small_engine, frames):
    pipe = make_pipe().fit(frames.X_train, frames.y_train)
    unknown = pd.concat([frames.X_test[:1], frames.X_test[1:2] * np.nan])
    y_next = pipe.predict(unknown)
    np.testing.assert_array_equal(y_next, pipe.predict(frames.X_test)[:2])
    other = frames.X_test[:2] + 1
    assert pipe.predict(other)[1] != y_next[1]


@pytest.mark.parametrize("order", [BEFORE, pytest.param(AFTER, marks=pytest.mark.slow)])
def test_predictions_are_in_units_of_y(frames, order):
    in_units, in_others = (
        make_pipe(order, epochs=8, units=8).fit(frames.X_train, y)
        for y in (frames.y_train, 1000 * frames.y_train - 7e4)
    )
    y_pred = in_units.predict(frames.X_test)
    assert np.abs(y_pred - frames.y_test).max() < 2 * np.ptp(frames.y_train)
    np.testing.assert_allclose(
        in_others.predict(frames.X_test), 1000 * y_pred - 7e4, rtol=1e-4
    )


def test_both_orders_of_scaler_and_windower_agree(engine, frames):
    before, after = (
        make_pipe(order).fit(frames.X_train, frames.y_train)
        for order in (BEFORE, AFTER)
    )
    assert before["scale"].target_columns_ == {"sales": ("sales", 0)}
    assert after["scale"].target_columns_ == {0: ("sales", 1)}
    # The last row is in no window, but it holds no extreme: the ranges are the same.
    np.testing.assert_allclose(
        before.predict(frames.X_test), after.predict(frames.X_test), rtol=1e-5
    )


def test_several_targets(engine, frames):
    targets = frames.X_train
    pipe = make_pipe().fit(frames.X_train, targets)
    y_pred = pipe.predict(frames.X_test)
    assert y_pred.shape == frames.X_test.shape
    assert (np.abs(y_pred - targets.mean().to_numpy()) < 100).all()
    folds = cross_validate(
        make_pipe(), frames.X, frames.X, cv=TimeSeriesSplit(2), error_score="raise"
    )
    assert np.isfinite(folds["test_score"]).all()


def test_the_steps_before_the_regressor_give_windows(frames):
    steps = make_pipe()[:-1]
    windows = steps.fit_transform(frames.X_train, frames.y_train)
    assert windows.shape == (N_TRAIN, 3, 2)
    assert not np.isnan(steps.transform(frames.X_test)).any()


def test_cached_transformers_keep_their_history(small_engine, frames, tmp_path):
    plain = make_pipe().fit(frames.X_train, frames.y_train)
    for _ in range(2):  # the second one finds its steps fitted
        cached = make_pipe().set_params(memory=str(tmp_path))
        cached.fit(frames.X_train, frames.y_train)
        np.testing.assert_array_equal(
            cached.predict(frames.X_test), plain.predict(frames.X_test)
        )


# Searches


def test_grid_search_is_a_loop_over_folds_and_candidates(data):
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    search = GridSearchCV(pipe, GRID, cv=cv, error_score="raise").fit(data.X, data.y)
    candidates = list(ParameterGrid(GRID))
    assert search.cv_results_["params"] == candidates
    expected = scores_by_hand(pipe, data, cv, candidates)
    np.testing.assert_array_equal(scores_of(search), expected)
    assert len(np.unique(expected)) == expected.size
    np.testing.assert_array_equal(
        search.cv_results_["mean_test_score"], expected.mean(axis=1)
    )


def test_grid_search_refits_the_best(small_engine, frames):
    search = GridSearchCV(make_pipe(), GRID, cv=TimeSeriesSplit(2))
    search.fit(frames.X_train, frames.y_train)
    best = clone(make_pipe()).set_params(**search.best_params_)
    best.fit(frames.X_train, frames.y_train)
    np.testing.assert_array_equal(
        search.predict(frames.X_test), best.predict(frames.X_test)
    )


def test_grid_search_with_keras_is_a_loop(frames):
    grid = {"window__time_steps": [2, 4]}
    pipe, cv = make_pipe(), PredefinedSplit(np.repeat([-1, 0], [N_TRAIN, N_TEST]))
    search = GridSearchCV(pipe, grid, cv=cv, refit=False, error_score="raise")
    search.fit(frames.X, frames.y)
    np.testing.assert_array_equal(
        scores_of(search), scores_by_hand(pipe, frames, cv, ParameterGrid(grid))
    )


def test_randomized_search_is_a_loop_over_its_draws(small_engine, frames):
    space = {"window__time_steps": randint(2, 6), "rnn__learning_rate": [1e-3, 1e-2]}
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    search = RandomizedSearchCV(pipe, space, n_iter=3, cv=cv, random_state=0)
    search.fit(frames.X, frames.y)
    draws = list(ParameterSampler(space, n_iter=3, random_state=0))
    assert search.cv_results_["params"] == draws
    np.testing.assert_array_equal(
        scores_of(search), scores_by_hand(pipe, frames, cv, draws)
    )


def halve(pipe, data, **resource):
    search = HalvingGridSearchCV(
        pipe,
        GRID,
        cv=TimeSeriesSplit(2),
        factor=2,
        random_state=0,
        error_score="raise",
        **resource,
    )
    return search.fit(data.X, data.y)


def test_halving_search_gives_the_best_more_epochs(small_engine, frames):
    pipe = make_pipe()
    search = halve(
        pipe, frames, resource="rnn__epochs", min_resources=1, max_resources=4
    )
    assert search.n_resources_ == [1, 2, 4]
    assert search.n_candidates_ == [4, 2, 1]
    candidates = search.cv_results_["params"]
    assert [c["rnn__epochs"] for c in candidates] == 4 * [1] + 2 * [2] + [4]
    np.testing.assert_array_equal(
        scores_of(search), scores_by_hand(pipe, frames, search.cv, candidates)
    )


def test_halving_search_over_rows_is_refused(frames):
    with pytest.raises(ValueError, match=r"HalvingGridSearchCV shuffles .* epochs"):
        halve(make_pipe(), frames, resource="n_samples", min_resources=20)


# Splits


def test_cross_validate_fits_each_fold_alone(data):
    pipe, cv = make_pipe(), TimeSeriesSplit(3)
    result = cross_validate(
        pipe,
        data.X,
        data.y,
        cv=cv,
        return_train_score=True,
        return_estimator=True,
        return_indices=True,
        error_score="raise",
    )
    indices = result["indices"]
    for fold, fitted in enumerate(result["estimator"]):
        train, test = indices["train"][fold], indices["test"][fold]
        alone = fit_on(pipe, data, train)
        assert_same_weights(fitted, alone)
        assert result["train_score"][fold] == score_on(alone, data, train)
        assert result["test_score"][fold] == score_on(alone, data, test)
        lowest = rows_of(data.X, train).min(axis=0)
        np.testing.assert_array_equal(fitted["scale"].data_min_, lowest)


def test_blocks_amid_an_index_see_no_later_rows(engine, frames):
    pipe, cv = make_pipe(), KFold(4)
    y_pred = cross_val_predict(pipe, frames.X, frames.y, cv=cv)
    n_alike = 0
    for train, test in cv.split(frames.X):
        fitted = fit_on(pipe, frames, train)
        X_test = frames.X.iloc[test]
        np.testing.assert_array_equal(y_pred[test], fitted.predict(X_test))
        without = make_pipe().set_params(window__history=None)
        without = fit_on(without, frames, train)
        n_alike += np.array_equal(y_pred[test], without.predict(X_test))
    # Only the last block follows its training rows and so has a history.
    assert n_alike == cv.n_splits - 1


def test_windows_across_a_left_out_block_are_not_trained_on(small_engine, frames):
    rows = np.r_[0:30, 45:N_TRAIN]
    pipe = make_pipe(normalization=None, persistence=None)  # y is no past of X below
    pipe.set_params(scale__target_columns=["sales"])
    fitted = fit_on(pipe, frames, rows)
    complete = fitted["window"].complete_windows(fitted["scale"].transform(frames.X))
    assert complete.sum() == len(frames.X) - 3
    y = frames.y.copy()
    y.iloc[45:48] = y.iloc[50]  # their windows reach into the hole
    other = clone(pipe).fit(frames.X.iloc[rows], y.iloc[rows])
    assert_same_weights(fitted, other)


def test_learning_curve_is_a_loop_over_sizes(engine, frames):
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    sizes, _, scores = learning_curve(
        pipe,
        frames.X,
        frames.y,
        cv=cv,
        train_sizes=[12, 24],
        error_score="raise",
    )
    assert sizes.tolist() == [12, 24]
    expected = [
        [
            score_on(fit_on(pipe, frames, train[:n]), frames, test)
            for train, test in cv.split(frames.X)
        ]
        for n in sizes
    ]
    np.testing.assert_array_equal(scores, expected)


# Estimators around the pipeline


def test_stacking(engine, frames):
    members = [("rnn", make_pipe()), ("mean", DummyRegressor())]
    stack = StackingRegressor(members, final_estimator=LinearRegression(), cv=KFold(3))
    stack.fit(frames.X_train, frames.y_train)
    refitted, out_of_fold = (
        np.column_stack(columns)
        for columns in zip(
            *(parts_of_stack(e, frames) for _, e in members), strict=True
        )
    )
    top = LinearRegression().fit(out_of_fold, frames.y_train)
    np.testing.assert_array_equal(stack.predict(frames.X_test), top.predict(refitted))
    assert stack.final_estimator_.coef_[0] != 0


def parts_of_stack(estimator, frames):
    """Predict the test rows after a fit on all, and the training rows out of fold."""
    fitted = clone(estimator).fit(frames.X_train, frames.y_train)
    out_of_fold = cross_val_predict(
        estimator, frames.X_train, frames.y_train, cv=KFold(3)
    )
    return fitted.predict(frames.X_test), out_of_fold


def test_voting(data):
    members = [("few", make_pipe()), ("many", make_pipe(units=5))]
    vote = VotingRegressor(members).fit(data.X_train, data.y_train)
    each = [
        clone(pipe).fit(data.X_train, data.y_train).predict(data.X_test)
        for _, pipe in members
    ]
    assert not np.allclose(each[0], each[1])
    np.testing.assert_allclose(vote.predict(data.X_test), np.mean(each, axis=0))


def test_transformed_target(data):
    logged = TransformedTargetRegressor(make_pipe(), func=np.log, inverse_func=np.exp)
    with pytest.warns(LaggedTargetWarning, match="target_scaler instead of Transf"):
        logged.fit(data.X_train, data.y_train)
    by_hand = make_pipe().fit(data.X_train, np.log(data.y_train))
    np.testing.assert_array_equal(
        logged.predict(data.X_test), np.exp(by_hand.predict(data.X_test))
    )


def test_permutation_importance(engine, frames):
    frames.X["constant"] = 1.0
    d = split(frames.X, frames.y)
    pipe = make_pipe(epochs=5).fit(d.X_train, d.y_train)
    importances = permutation_importance(
        pipe, d.X_test, d.y_test, n_repeats=3, random_state=0
    )["importances"]
    sales, price, constant = importances
    assert sales.all()
    assert price.all()
    assert not constant.any()


def test_partial_dependence_is_a_mean_over_what_if_tables(engine, frames):
    pipe = make_pipe().fit(frames.X_train, frames.y_train)
    result = partial_dependence(
        pipe, frames.X_test, ["price"], grid_resolution=3, kind="individual"
    )
    for price, lines in zip(
        result["grid_values"][0], result["individual"][0].T, strict=True
    ):
        np.testing.assert_array_equal(
            lines, pipe.predict(frames.X_test.assign(price=price))
        )
    # The window of the first row ends before these rows, so no what-if changes it.
    is_changed = np.ptp(result["individual"][0], axis=1) > 0
    assert is_changed.tolist() == [False] + (N_TEST - 1) * [True]


# Sample weights


@pytest.fixture
def weights():
    return np.linspace(0, 2, N_TRAIN)


def test_sample_weight_by_step_name_and_by_routing(data, weights):
    by_name = make_pipe().fit(data.X_train, data.y_train, rnn__sample_weight=weights)
    unweighted = make_pipe().fit(data.X_train, data.y_train)
    with config_context(enable_metadata_routing=True):
        routed = make_pipe()
        routed["rnn"].set_fit_request(sample_weight=True)
        routed.fit(data.X_train, data.y_train, sample_weight=weights)
    assert_same_weights(by_name, routed)
    assert not np.array_equal(
        by_name.predict(data.X_test), unweighted.predict(data.X_test)
    )


def test_sample_weight_is_routed_through_cross_validation(engine, frames):
    weights = np.linspace(0.1, 2, len(frames.X))
    pipe, cv = make_pipe(), TimeSeriesSplit(2)
    with config_context(enable_metadata_routing=True):
        pipe["rnn"].set_fit_request(sample_weight=True)
        pipe["rnn"].set_score_request(sample_weight=True)
        result = cross_validate(
            pipe,
            frames.X,
            frames.y,
            cv=cv,
            params={"sample_weight": weights},
            error_score="raise",
        )
    for score, (train, test) in zip(
        result["test_score"], cv.split(frames.X), strict=True
    ):
        fitted = make_pipe().fit(
            frames.X.iloc[train],
            frames.y.iloc[train],
            rnn__sample_weight=weights[train],
        )
        y_pred = fitted.predict(frames.X.iloc[test])
        assert score == r2_score(
            frames.y.iloc[test], y_pred, sample_weight=weights[test]
        )


def test_rows_of_weight_zero_teach_nothing(engine, frames):
    weights = np.r_[np.zeros(10), np.ones(N_TRAIN - 10)]
    junk = frames.y_train.where(weights > 0, 1e6)
    fitted, other = (
        make_pipe()
        .set_params(scale__target_columns=None)
        .fit(frames.X_train, y, rnn__sample_weight=weights)
        for y in (frames.y_train, junk)
    )
    assert_same_weights(fitted, other)


# Copies and files


def test_clones_are_unfitted_and_learn_the_same(data):
    pipe = make_pipe().fit(data.X_train, data.y_train)
    y_pred = pipe.predict(data.X_test)
    copy = clone(pipe)
    for (_, step), (_, original) in zip(copy.steps, pipe.steps, strict=True):
        assert step.get_params(deep=False) == original.get_params(deep=False)
        with pytest.raises(NotFittedError):
            check_is_fitted(step)
    copy.fit(data.X_train, data.y_train)
    np.testing.assert_array_equal(copy.predict(data.X_test), y_pred)
    np.testing.assert_array_equal(pipe.predict(data.X_test), y_pred)


def test_refit_is_bit_identical_and_the_seed_matters(frames):
    pipe = make_pipe()
    first = pipe.fit(frames.X_train, frames.y_train).predict(frames.X_test)
    again = pipe.fit(frames.X_train, frames.y_train).predict(frames.X_test)
    np.testing.assert_array_equal(first, again)
    pipe.set_params(rnn__random_state=1).fit(frames.X_train, frames.y_train)
    assert not np.allclose(pipe.predict(frames.X_test), first)


def dump_with_joblib(pipe, path):
    joblib.dump(pipe, path)
    return "joblib"


def dump_with_pickle(pipe, path):
    path.write_bytes(pickle.dumps(pipe))
    return "pickle"


PREDICT_FROM_FILE = """
    import pickle, sys
    import joblib
    import numpy as np
    how, path, table, answers = sys.argv[1:]
    with open(path, "rb") as file:
        pipe = {"joblib": joblib, "pickle": pickle}[how].load(file)
    np.save(answers, pipe.predict(joblib.load(table)))
"""


@pytest.mark.parametrize(
    ("dump", "container"),
    [
        (dump_with_joblib, "frames"),
        pytest.param(dump_with_pickle, "arrays", marks=pytest.mark.slow),
    ],
)
def test_a_fresh_process_predicts_the_same_bits(request, tmp_path, dump, container):
    data = request.getfixturevalue(container)
    pipe = make_pipe().fit(data.X_train, data.y_train)
    table, answers = tmp_path / "table", tmp_path / "answers.npy"
    joblib.dump(data.X_test, table)
    how = dump(pipe, tmp_path / "pipe")
    code = textwrap.dedent(PREDICT_FROM_FILE)
    command = [sys.executable, "-c", code, how, tmp_path / "pipe", table, answers]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    np.testing.assert_array_equal(np.load(answers), pipe.predict(data.X_test))


def test_a_pickled_copy_goes_on_alike(data):
    pipe = make_pipe().fit(data.X_train, data.y_train)
    copy = pickle.loads(pickle.dumps(pipe))
    np.testing.assert_array_equal(copy.predict(data.X_test), pipe.predict(data.X_test))
    for each in (pipe, copy):
        each.fit(data.X, data.y)
    assert_same_weights(pipe, copy)


# Containers between the steps


def make_stock_pipe(scaler):
    steps = make_pipe().steps
    return Pipeline([("scale", scaler), *steps[1:]])


def test_pandas_output_of_a_whole_pipeline(small_engine, frames):
    plain = make_pipe().fit(frames.X_train, frames.y_train)
    pipe = make_pipe().set_output(transform="pandas")
    pipe.fit(frames.X_train, frames.y_train)
    assert isinstance(pipe["scale"].transform(frames.X_test), pd.DataFrame)
    assert isinstance(pipe[:-1].transform(frames.X_test), np.ndarray)
    np.testing.assert_array_equal(
        pipe.predict(frames.X_test), plain.predict(frames.X_test)
    )


def test_stock_scaler_with_pandas_output_keeps_the_index(small_engine, frames):
    pipe = make_stock_pipe(MinMaxScaler()).set_output(transform="pandas")
    pipe.fit(frames.X_train, frames.y_train)
    assert pipe["window"].freq_ == pd.offsets.MonthBegin()
    later = frames.X_test.iloc[2:]
    windows = pipe[:-1].transform(later)
    # Two months are missing between the fitted rows and these.
    np.testing.assert_array_equal(
        np.isnan(windows[:3, :, 0]),
        [[False, True, True], [True, True, False], [True, False, False]],
    )


def test_a_lost_index_is_told_once(small_engine, frames):
    pipe = make_stock_pipe(MinMaxScaler())
    pipe.fit(frames.X_train, frames.y_train)
    assert pipe["window"].freq_ == pd.offsets.MonthBegin()  # learnt from y
    with pytest.warns(UserWarning, match=r'set_output\(transform="pandas"\)') as told:
        pipe.predict(frames.X_test)
    assert len(told) == 1
    with warnings.catch_warnings(action="error"):
        y_pred = pipe.predict(frames.X_test)
    kept = make_stock_pipe(MinMaxScaler()).set_output(transform="pandas")
    kept.fit(frames.X_train, frames.y_train)
    np.testing.assert_array_equal(y_pred, kept.predict(frames.X_test))


def make_column_transformer():
    return ColumnTransformer(
        [("scaled", StandardScaler(), ["sales"]), ("plain", "passthrough", ["price"])]
    )


def make_feature_union():
    logarithm = FunctionTransformer(np.log, feature_names_out="one-to-one")
    return FeatureUnion([("scaled", StandardScaler()), ("logged", logarithm)])


@pytest.mark.parametrize(
    ("make_front", "future"),
    [
        (make_column_transformer, "plain__price"),
        (make_feature_union, "scaled__price"),
    ],
)
def test_several_transformers_in_front(small_engine, frames, make_front, future):
    front = make_front().set_output(transform="pandas")
    pipe = Pipeline([("front", front), *make_pipe().steps[1:]])
    pipe.set_params(window__future_columns=[future])
    pipe.fit(frames.X_train, frames.y_train)
    assert future in pipe["window"].feature_names_in_
    table = front.transform(frames.X_test)
    by_hand = Pipeline(pipe.steps[1:]).predict(table)
    np.testing.assert_array_equal(pipe.predict(frames.X_test), by_hand)
    assert pipe["window"].complete_windows(table).all()


# Processes and threads


@pytest.fixture(scope="module")
def serial_folds():
    return run_folds(n_jobs=1, backend="sequential")


def run_folds(n_jobs, backend):
    X, y = make_months(N_TRAIN)
    search = GridSearchCV(
        make_pipe(),
        {"rnn__units": [3, 4]},
        cv=TimeSeriesSplit(2),
        refit=False,
        n_jobs=n_jobs,
        error_score="raise",
    )
    with joblib.parallel_config(backend=backend):
        return scores_of(search.fit(X, y))


@pytest.mark.parametrize(
    "backend", ["threading", pytest.param("loky", marks=pytest.mark.slow)]
)
def test_jobs_do_not_change_a_bit(serial_folds, backend):
    np.testing.assert_array_equal(run_folds(2, backend), serial_folds)


def test_threads_share_a_fitted_pipeline(frames):
    pipe = make_pipe().fit(frames.X_train, frames.y_train)
    other = make_pipe(random_state=1).fit(frames.X_train, frames.y_train)
    expected = {id(p): p.predict(frames.X_test) for p in (pipe, other)}
    answers = []
    calls = [
        threading.Thread(
            target=lambda p=p: answers.append((id(p), p.predict(frames.X_test)))
        )
        for p in 10 * [pipe, other]
    ]
    for call in calls:
        call.start()
    for call in calls:
        call.join()
    assert len(answers) == len(calls)
    for key, y_pred in answers:
        np.testing.assert_array_equal(y_pred, expected[key])


# Looks and parameters


def test_html_shows_every_step(small_engine, frames):
    pipe = make_pipe()
    unfitted = estimator_html_repr(pipe)
    pipe.fit(frames.X_train, frames.y_train)
    fitted = estimator_html_repr(pipe)
    for name in ("TargetAwareMinMaxScaler", "SequenceWindower", "LSTMRegressor"):
        assert name in unfitted
        assert name in fitted
    assert unfitted != fitted


def test_parameters_are_reached_through_the_steps():
    pipe = make_pipe(target_scaler=TargetAwareMinMaxScaler())
    news = {
        "scale__clip": True,
        "window__time_steps": 9,
        "rnn__units": (4, 2),
        "rnn__target_scaler__feature_range": (-1, 1),
    }
    pipe.set_params(**news)
    params = pipe.get_params()
    assert {name: params[name] for name in news} == news
    assert clone(pipe).get_params()["rnn__target_scaler__feature_range"] == (-1, 1)
    assert repr(pipe).count("time_steps=9") == 1


@pytest.mark.parametrize("name", ["rnn__unit", "window__steps", "scale__target"])
def test_misspelt_parameters_are_refused(name):
    with pytest.raises(ValueError, match=r"Invalid parameter .* Valid parameters are"):
        make_pipe().set_params(**{name: 1})


# Callbacks


def scores_by_epoch(monitor):
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    return [row["r2"] for row in sorted(rows, key=lambda row: row["task_id_path"])]


@pytest.mark.parametrize(
    "in_pipeline", [True, pytest.param(False, marks=pytest.mark.slow)]
)
def test_scoring_monitor_scores_every_epoch(frames, in_pipeline):
    n_epochs = 2
    expected = [score_of_epochs(frames, epochs) for epochs in range(1, n_epochs + 1)]
    monitor = ScoringMonitor(scoring="r2")
    pipe = make_pipe(epochs=n_epochs)
    pipe["rnn"].set_callbacks(monitor)
    if in_pipeline:
        pipe.fit(frames.X_train, frames.y_train)
    else:
        windows = pipe[:-1].fit_transform(frames.X_train, frames.y_train)
        pipe["rnn"].fit(windows, frames.y_train)
    assert scores_by_epoch(monitor) == expected


def score_of_epochs(frames, epochs):
    pipe = make_pipe(epochs=epochs).fit(frames.X_train, frames.y_train)
    return pipe.score(frames.X_train, frames.y_train)


def test_scoring_monitor_in_a_search(engine, frames):
    monitor = ScoringMonitor(scoring="r2")
    pipe = make_pipe(epochs=2)
    pipe["rnn"].set_callbacks(monitor)
    cv = TimeSeriesSplit(2)
    search = GridSearchCV(pipe, {"rnn__units": [2, 3]}, cv=cv, error_score="raise")
    search.fit(frames.X, frames.y)
    n_fits = 2 * 2 + 1
    assert len(scores_by_epoch(monitor)) == 2 * n_fits


def test_progress_bar_shows_candidates_folds_and_epochs(engine, frames, capsys):
    search = GridSearchCV(make_pipe(), {"rnn__units": [2, 3]}, cv=TimeSeriesSplit(2))
    search.set_callbacks(ProgressBar(max_propagation_depth=None))
    search.fit(frames.X, frames.y)
    shown = capsys.readouterr().out
    assert "GridSearchCV - fit" in shown
    assert shown.count("LSTMRegressor - fit") == 2 * 2 + 1
    assert "100%" in shown


def test_progress_bar_of_a_pipeline_shows_its_epochs(engine, frames, capsys):
    pipe = make_pipe().set_callbacks(ProgressBar())
    pipe.fit(frames.X_train, frames.y_train)
    shown = capsys.readouterr().out
    assert "LSTMRegressor - fit" in shown
    assert "100%" in shown


class StopAfter:
    """Ask to stop at the end of an epoch, and count the tasks seen."""

    def __init__(self, epoch):
        self.epoch = epoch
        self.begun, self.ended = [], []
        self.is_torn_down = False

    def setup(self, estimator, context):
        self.n_planned = context.max_subtasks

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context.task_name)

    def on_fit_task_end(self, estimator, context):
        self.ended.append(context.task_name)
        return self.ended.count("epoch") == self.epoch

    def teardown(self, estimator, context):
        self.is_torn_down = True


def test_a_callback_stops_training(frames):
    stop = StopAfter(epoch=2)
    pipe = make_pipe(epochs=6)
    pipe["rnn"].set_callbacks(stop)
    pipe.fit(frames.X_train, frames.y_train)
    assert stop.n_planned == 6
    assert stop.begun == ["fit", "epoch", "epoch"]
    assert stop.ended == ["epoch", "epoch", "fit"]
    assert stop.is_torn_down
    assert pipe["rnn"].n_iter_ == len(pipe["rnn"].history_["loss"]) == 2
    short = make_pipe(epochs=2).fit(frames.X_train, frames.y_train)
    assert_same_weights(pipe, short)
