"""Nothing leaks, nothing is shifted: properties, and the bugs that each must notice.

Every property is checked on random series: with a reference regressor, with the real
one on an engine of a few lines, and once (slow) with a network. A property that cannot
fail proves nothing, so each is also run on bugs that people really write, planted into
windows, scaler, regressor or experiment, and must fail.
"""

import copy
import pickle
import re
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import CONTAINERS, Case, ReferenceRegressor, numpy_in_place_of_keras
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_validate,
)
from sklearn.pipeline import Pipeline

from skseq import (
    LSTMRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
    _scaling,
    _windowing,
    _windows,
)
from skseq._engine import Examples, keras
from skseq._windows import Windows

# i is a row and h the horizon; the window of i ends at row i - h. "Reach" is the
# distance from a window's first step to its row.
TABLE = [
    # id, property, planted bugs that break it
    ("P01", "as many predictions as rows, all finite",
     ["warm_up_rows_dropped", "missing_steps_not_filled"]),
    ("P02", "rows from i on do not change the predictions before i + h",
     ["windows_one_row_late", "missing_steps_filled_over_the_table"]),
    ("P03", "rows before i do not change the predictions from i + reach on",
     ["network_keeps_its_state"]),
    ("P04", "a cell changes exactly the predictions whose window holds it",
     ["windows_too_short", "windows_too_long", "windows_one_row_early"]),
    ("P05", "rows after the fitted ones see them, as in one table",
     ["history_not_used"]),
    ("P06", "row by row, each with its past, gives what one call gives",
     ["batch_statistics", "network_keeps_its_state"]),
    ("P07", "predict changes nothing",
     ["history_follows_predict", "scaler_learns_in_transform"]),
    ("P08", "fit on the rows before i does not depend on later ones",
     ["features_scaled_before_the_split", "target_scaled_before_the_split"]),
    ("P09", "X, y and weights are neither written nor kept, and may be read-only",
     ["features_scaled_in_place", "target_scaled_in_place",
      "weights_scaled_in_place", "history_is_a_view"]),
    ("P10", "lags planted on all steps of the window are found exactly",
     ["target_one_row_late", "windows_one_row_early", "windows_too_short",
      "missing_steps_filled_over_the_table", "future_columns_not_aligned"]),
    ("P11", "what comes after the window's end is not found",
     ["windows_one_row_late"]),
    ("P12", "a series does not bleed into another one",
     ["gaps_ignored", "history_joined_across_a_gap", "history_kept_by_the_class"]),
    ("P13", "predictions follow a change of the target's units",
     ["inverse_forgets_the_offset", "predictions_left_scaled"]),
    ("P14", "predictions do not depend on the features' units",
     ["one_range_for_all_columns"]),
    ("P15", "junk rows put before change no prediction beyond their reach",
     ["network_keeps_its_state", "batch_statistics"]),
    ("P16", "rows put after change no earlier prediction",
     ["scaler_learns_in_transform", "batch_statistics"]),
    ("Q01", "the scaler of a fold knows the rows trained on, and no others",
     ["scaler_learns_in_transform"]),
    ("Q02", "a fold gives what a fit by hand gives, in any order; so does a search",
     ["global_random_numbers"]),
    ("Q03", "test rows, features and target, change no weight of their fold",
     ["target_shifted_before_the_split", "folds_scaled_before_the_split"]),
    ("Q04", "the target's value at a row is in no window of that row",
     ["windows_one_row_late"]),
    ("Q05", "rows with incomplete windows are left out of fit",
     ["incomplete_windows_trained_on", "missing_steps_filled_over_the_table"]),
    ("Q06", "history goes only before rows that come after it",
     ["history_put_before_any_rows"]),
    ("Q07", "unsorted rows are refused, those that a shuffled split left out missing",
     ["unsorted_rows_sorted", "gaps_ignored"]),
    ("Q08", "across a gap steps are missing, or joined if gaps are ignored",
     ["gaps_ignored", "history_joined_across_a_gap"]),
    ("Q09", "early stopping looks at the latest usable windows of the fitted rows",
     ["validation_part_at_random", "stopped_on_the_test_rows"]),
    ("Q10", "the container of the numbers does not matter",
     ["memory_order_followed"]),
    ("Q11", "neither does a shift of time or another time zone",
     ["wall_time_of_the_zone"]),
    ("Q12", "the same seed gives the same weights, another one others",
     ["global_random_numbers", "seed_ignored"]),
    ("Q13", "a pickled pipeline goes on as if nothing had happened",
     ["history_not_pickled"]),
    ("Q14", "score is R2 in the target's units",
     ["scored_in_scaled_units"]),
    ("Q15", "rows may be predicted in blocks of any size",
     ["batch_statistics", "rest_of_the_batches_lost"]),
]  # fmt: skip

WORDS = {name: words for name, words, _ in TABLE}
PLANTED = [(name, bug) for name, _, bugs in TABLE for bug in bugs]
CHECKS, BUGS = {}, {}

NEEDS_READ_OUT = {"P10", "P11"}
"""Properties of an exact solution, which descent does not reach."""

NEEDS_EPOCHS = {"Q09"}
"""Properties of training by epochs."""


def property_(name):
    """Enter a check into `CHECKS`."""

    def enter(check):
        CHECKS[name] = check
        return check

    return enter


def bug(plant):
    """Enter a planted bug into `BUGS`: a function (subject, monkeypatch) -> subject."""
    BUGS[plant.__name__] = plant
    return plant


def bug_in(part):
    """Enter a faulty windower, scaler, regressor or experiment into `BUGS`."""

    def enter(faulty):
        def plant(subject, patch):
            if part == "experiment":
                return faulty(**vars(subject))
            made = faulty("tanh") if part == "regressor" else faulty
            return replace(subject, **{part: made})

        words = re.findall("[A-Z][a-z]*", faulty.__name__)
        BUGS["_".join(words).lower()] = plant
        return faulty

    return enter


@dataclass(frozen=True)
class Subject:
    """What is held to the properties: the parts of its pipelines and their use.

    Attributes
    ----------
    rounding : float
        Predictions are the same within this share of their size.
    units_rounding : float
        Likewise where numbers were changed to other units and back.
    """

    regressor: object
    scaler: type = TargetAwareMinMaxScaler
    windower: type = SequenceWindower
    rounding: float = 0.0
    units_rounding: float = 1e-6

    def pipeline(self, case, **params):
        window = self.windower(
            case.time_steps,
            horizon=case.horizon,
            future_columns=[0] if case.known_ahead else None,
        )
        steps = [
            ("scale", self.scaler()),
            ("window", window),
            ("regress", clone(self.regressor)),
        ]
        return Pipeline(steps).set_params(**params)

    def fit(self, case, X, y, stop, **params):
        """Fit a new pipeline on the rows before stop."""
        rows = slice(0, stop)
        return self.pipeline(case, **params).fit(case.wrap(X, rows), case.wrap(y, rows))

    def fitted(self, case):
        """Return a pipeline fitted on the rows to fit, which nobody may change."""
        return self.fit(case, case.X, case.y, case.n_fitted)

    def some(self, tries):
        """Choose how many of several tries of one kind to make: all."""
        return list(tries)

    def folds(self, case, X, y, folds, **options):
        """Cross-validate, with all that is to be known of it."""
        return cross_validate(
            self.pipeline(case),
            case.wrap(X),
            case.wrap(y),
            cv=folds,
            return_estimator=True,
            return_indices=True,
            error_score="raise",
            **options,
        )

    def assert_same(self, actual, desired, rounding=None):
        rounding = self.rounding if rounding is None else rounding
        size = np.abs(desired).max(initial=0)
        np.testing.assert_allclose(actual, desired, rtol=0, atol=rounding * size)


REFERENCE = Subject(ReferenceRegressor("tanh"))
READ_OUT = Subject(ReferenceRegressor("ridge"))
WITHOUT_NETWORK = Subject(
    LSTMRegressor(units=4, engine="keras", epochs=3, dtype="float64", random_state=0),
    rounding=1e-12,
)


def weights_of(pipe):
    """List the arrays that a fitted regressor has learnt."""
    regressor = pipe[-1]
    if hasattr(regressor, "_states"):
        return list(regressor._states[0].weights.values())
    return [regressor.coef_]


def assert_same_weights(one, other):
    for a, b in zip(weights_of(one), weights_of(other), strict=True):
        np.testing.assert_array_equal(a, b)


def have_same_weights(one, other):
    pairs = zip(weights_of(one), weights_of(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def assert_same_state(one, other):
    """Compare all that a pipeline has learnt: scales, history, weights."""
    for name in ("data_min_", "data_max_", "target_min_", "target_max_"):
        np.testing.assert_array_equal(getattr(one[0], name), getattr(other[0], name))
    np.testing.assert_array_equal(one[1].history_, other[1].history_)
    np.testing.assert_array_equal(one[1].history_index_, other[1].history_index_)
    np.testing.assert_array_equal(one[-1].fill_values_, other[-1].fill_values_)
    assert_same_weights(one, other)


# The properties


@property_("P01")
def check_rows_in_rows_out(subject, case):
    pipe = subject.fitted(case)
    for rows in (case.fitted, case.new, slice(None)):
        X = case.wrap(case.X, rows)
        predicted = pipe.predict(X)
        assert predicted.shape == (len(X),)
        assert np.isfinite(predicted).all()


@property_("P02")
def check_later_rows(subject, case):
    pipe = subject.fitted(case)
    before = pipe.predict(case.wrap(case.X, case.new))
    spoilt = case.spoilt(case.X, slice(case.cut, None))
    after = pipe.predict(case.wrap(spoilt, case.new))
    first_seen = case.positions[case.cut] + case.leads.min()
    unseen = case.positions[case.new] < first_seen
    subject.assert_same(after[unseen], before[unseen])


@property_("P03")
def check_earlier_rows(subject, case):
    pipe = subject.fitted(case)
    before = pipe.predict(case.wrap(case.X, case.new))
    spoilt = case.spoilt(case.X, slice(0, case.cut))
    after = pipe.predict(case.wrap(spoilt, case.new))
    beyond = case.positions[case.new] >= case.positions[case.cut] + case.reach
    subject.assert_same(after[beyond], before[beyond])


@property_("P04")
def check_one_cell(subject, case):
    pipe = subject.fitted(case)
    column = case.seed % case.n_features
    X = case.X.copy()
    X[case.cut, column] += 0.1 * np.ptp(X[:, column])
    before = pipe.predict(case.wrap(case.X, case.new))
    after = pipe.predict(case.wrap(X, case.new))
    held_by = case.windows_of_positions(case.new)[:, :, column]
    is_held = (held_by == case.positions[case.cut]).any(axis=1)
    # A missing step takes the latest known one, which stands in for later steps too.
    is_complete = np.isin(held_by, case.positions).all(axis=1)
    changed = np.abs(after - before) > subject.rounding * np.abs(before).max()
    np.testing.assert_array_equal(changed[is_complete], is_held[is_complete])
    assert not (changed & ~is_held).any()


@property_("P05")
def check_history(subject, case):
    stop = case.cut
    pipe = subject.fit(case, case.X, case.y, stop)
    at_once = pipe.predict(case.wrap(case.X))
    later = pipe.predict(case.wrap(case.X, slice(stop, None)))
    subject.assert_same(later, at_once[stop:])


@property_("P06")
def check_row_by_row(subject, case):
    pipe = subject.fitted(case)
    at_once = pipe.predict(case.wrap(case.X))
    one_by_one = [
        pipe.predict(case.wrap(case.X, slice(max(0, row - case.reach), row + 1)))[-1]
        for row in range(case.n_rows)
    ]
    subject.assert_same(one_by_one, at_once)


@property_("P07")
def check_predict_changes_nothing(subject, case):
    pipe = subject.fitted(case)
    before = copy.deepcopy(pipe)
    X = case.wrap(case.X, case.new)
    first = pipe.predict(X)
    pipe.predict(case.wrap(case.X, case.fitted))
    pipe.predict(case.wrap(case.spoilt(case.X, case.new), case.new))
    np.testing.assert_array_equal(pipe.predict(X), first)
    assert_same_state(pipe, before)
    for now, then in zip(pipe, before, strict=True):
        assert vars(now).keys() == vars(then).keys()


@property_("P08")
def check_fit_before_a_row(subject, case):
    stop = case.cut
    later = slice(stop, None)
    one = subject.fit(case, case.X, case.y, stop)
    spoilt = case.spoilt(case.X, later), case.spoilt(case.y, later)
    assert_same_state(subject.fit(case, *spoilt, stop), one)


@property_("P09")
def check_inputs_are_not_written(subject, case):
    weights = case.rng(4).uniform(0.5, 2, size=case.n_fitted)
    X, y = case.wrap(case.X, case.fitted), case.wrap(case.y, case.fitted)
    given = X, y, weights, case.wrap(case.X, case.new)
    before = copy.deepcopy(given)
    pipe = subject.pipeline(case).fit(X, y, regress__sample_weight=weights)
    predicted = pipe.predict(given[3])
    for now, then in zip(given, before, strict=True):
        np.testing.assert_array_equal(now, then)

    frozen = replace(case, container="array")
    X, y, new = case.X[case.fitted], case.y[case.fitted], case.X[case.new]
    for array in (X, y, weights, new):
        array.flags.writeable = False
    again = subject.pipeline(frozen).fit(X, y, regress__sample_weight=weights)
    assert len(again.predict(new)) == len(predicted)

    X = case.X[case.fitted].copy()
    windower = subject.pipeline(frozen)[1]
    windower.fit_transform(X)
    before = windower.transform(new)
    X += 1
    np.testing.assert_array_equal(windower.transform(new), before)


def noise_on_all_steps(case):
    """Make white noise of shape (n_steps + 1, n_features), one step past the last."""
    return case.rng(5).normal(size=(case.positions[-1] + 2, case.n_features))


def with_more_rows(case):
    """Lengthen the fitted part until a read-out has enough to go by."""
    more = 10 + 2 * case.time_steps * case.n_features
    return replace(case, n_fitted=case.n_fitted + more, gap_row=case.gap_row + more)


@property_("P10")
def check_planted_lags(subject, case):
    case = with_more_rows(case)
    noise = noise_on_all_steps(case)
    # Negative, because a column that is the target itself in sight is refused.
    share = -case.rng(9).uniform(1, 2, size=case.time_steps)
    lags = case.leads[0] + np.arange(case.time_steps)
    y = noise[case.positions[:, np.newaxis] - lags, 0] @ share
    X = noise[case.positions]
    pipe = subject.fit(case, X, y, case.n_fitted)
    error = np.abs(pipe.predict(case.wrap(X)) - y)
    complete = np.isin(case.windows_of_positions(), case.positions).all(axis=(1, 2))
    assert error[complete].max() < 1e-6


@property_("P11")
def check_planted_future(subject, case):
    case = with_more_rows(case)
    noise = noise_on_all_steps(case)
    y = noise[case.positions - case.leads[0] + 1, 0]
    X = noise[case.positions]
    pipe = subject.fit(case, X, y, case.n_fitted)
    predicted = pipe.predict(case.wrap(X, case.new))
    assert r2_score(y[case.new], predicted) < 0.5


@property_("P12")
def check_two_series(subject, case):
    if case.is_indexed:
        case = replace(case, gap_row=case.cut, gap=case.reach + case.gap)
    pipe = subject.fitted(case)
    if case.is_indexed:
        alone = pipe.predict(case.wrap(case.X, slice(case.cut, None)))
        for X in (case.X, case.spoilt(case.X, slice(0, case.cut))):
            together = pipe.predict(case.wrap(X, case.new))
            subject.assert_same(together[case.cut - case.n_fitted :], alone)
    # Two pipelines know nothing of each other, whichever was fitted last.
    X = case.wrap(case.X, case.new)
    before = pipe.predict(X)
    other = case.spoilt(case.X, slice(None)), case.spoilt(case.y, slice(None))
    subject.fit(case, *other, case.n_fitted)
    np.testing.assert_array_equal(pipe.predict(X), before)


@property_("P13")
def check_units_of_the_target(subject, case):
    a, b = case.rng(6).uniform([0.1, -100], [10, 100])
    new = case.wrap(case.X, case.new)
    plain = subject.fitted(case).predict(new)
    scaled = subject.fit(case, case.X, a * case.y + b, case.n_fitted).predict(new)
    subject.assert_same(scaled, a * plain + b, rounding=subject.units_rounding)


@property_("P14")
def check_units_of_the_features(subject, case):
    rng = case.rng(7)
    a = rng.uniform(0.1, 10, size=case.n_features)
    X = case.X * a + rng.uniform(-100, 100, size=case.n_features)
    plain = subject.fitted(case).predict(case.wrap(case.X, case.new))
    scaled = subject.fit(case, X, case.y, case.n_fitted)
    predicted = scaled.predict(case.wrap(X, case.new))
    subject.assert_same(predicted, plain, rounding=10 * subject.units_rounding)


@property_("P15")
def check_rows_put_before(subject, case):
    pipe = subject.fitted(case)
    short = pipe.predict(case.wrap(case.X, slice(case.cut, None)))
    junk = case.spoilt(case.X, slice(0, case.cut))
    long = pipe.predict(case.wrap(junk, case.new))[case.cut - case.n_fitted :]
    positions = case.positions[case.cut :]
    beyond = positions >= positions[0] + case.reach
    subject.assert_same(long[beyond], short[beyond])


@property_("P16")
def check_rows_put_after(subject, case):
    pipe = subject.fitted(case)
    rows = slice(case.n_fitted, case.cut)
    short = pipe.predict(case.wrap(case.X, rows))
    junk = case.spoilt(case.X, slice(case.cut, None))
    long = pipe.predict(case.wrap(junk, case.new))
    subject.assert_same(long[: len(short)], short)


def time_folds(case):
    return list(TimeSeriesSplit(3).split(case.X))


@property_("Q01")
def check_scaler_of_each_fold(subject, case):
    X, folds = case.X.copy(), time_folds(case)
    for _, test in folds:
        X[test[len(test) // 2]] = 1e6
    result = subject.folds(case, X, case.y, folds)
    trained_on = result["indices"]["train"]
    for pipe, train in zip(result["estimator"], trained_on, strict=True):
        np.testing.assert_array_equal(pipe[0].data_min_, X[train].min(axis=0))
        np.testing.assert_array_equal(pipe[0].data_max_, X[train].max(axis=0))
        np.testing.assert_array_equal(pipe[0].target_max_, case.y[train].max())


@property_("Q02")
def check_folds_by_hand(subject, case, n_jobs=1):
    folds = subject.some(time_folds(case))
    forth = subject.folds(case, case.X, case.y, folds, n_jobs=n_jobs)
    back = subject.folds(case, case.X, case.y, folds[::-1], n_jobs=n_jobs)
    np.testing.assert_array_equal(forth["test_score"], back["test_score"][::-1])
    for number, (train, test) in enumerate(folds):
        by_hand = subject.fit(case, case.X, case.y, len(train))
        assert_same_state(forth["estimator"][number], by_hand)
        assert_same_state(back["estimator"][-1 - number], by_hand)
        rows = slice(test[0], test[-1] + 1)
        score = by_hand.score(case.wrap(case.X, rows), case.wrap(case.y, rows))
        assert forth["test_score"][number] == score
    check_search_by_hand(subject, case, n_jobs)


def check_search_by_hand(subject, case, n_jobs=1):
    folds = time_folds(case)[:2]
    lengths = [1, case.time_steps + 1]
    search = GridSearchCV(
        subject.pipeline(case),
        {"window__time_steps": lengths},
        cv=folds,
        refit=False,
        n_jobs=n_jobs,
        error_score="raise",
    ).fit(case.wrap(case.X), case.wrap(case.y))
    for number, (train, test) in enumerate(folds):
        rows = slice(test[0], test[-1] + 1)
        X, y = case.wrap(case.X, rows), case.wrap(case.y, rows)
        for candidate, length in enumerate(lengths):
            shorter = replace(case, time_steps=length)
            pipe = subject.fit(shorter, case.X, case.y, len(train))
            found = search.cv_results_[f"split{number}_test_score"][candidate]
            assert found == pipe.score(X, y)


@property_("Q03")
def check_test_rows_of_each_fold(subject, case):
    folds = subject.some(time_folds(case))
    honest = subject.folds(case, case.X, case.y, folds)["estimator"]
    for fold, pipe in zip(folds, honest, strict=True):
        later = slice(len(fold[0]), None)
        X, y = case.spoilt(case.X, later), case.spoilt(case.y, later)
        (spoilt,) = subject.folds(case, X, y, [fold])["estimator"]
        assert_same_state(spoilt, pipe)


@property_("Q04")
def check_own_past_as_feature(subject, case):
    # With the row itself in sight this feature is refused.
    case = replace(case, horizon=max(case.horizon, 1), known_ahead=False)
    X = np.column_stack([case.y, case.X[:, 1:]])
    windows_from = subject.fit(case, X, case.y, case.n_fitted)[:-1].transform
    before = windows_from(case.wrap(X, case.new))
    X[case.cut, 0] += 7
    after = windows_from(case.wrap(X, case.new))
    is_known = ~np.isnan(before)
    np.testing.assert_array_equal(is_known, ~np.isnan(after))
    changed = (before != after) & is_known
    held = case.windows_of_positions(case.new) == case.positions[case.cut]
    held[:, :, 1:] = False
    np.testing.assert_array_equal(changed, held)
    assert not changed[case.cut - case.n_fitted].any()


@property_("Q05")
def check_incomplete_windows_in_fit(subject, case):
    y, early = case.y.copy(), slice(0, case.warm_up)
    learnt = y[case.warm_up : case.n_fitted]
    y[early] = learnt.mean()
    one = subject.fit(case, case.X, y, case.n_fitted)
    y[early] = np.median(learnt)
    assert_same_state(subject.fit(case, case.X, y, case.n_fitted), one)


@property_("Q06")
def check_history_comes_before(subject, case):
    pipe = subject.fitted(case)
    params = {"window__history": None}
    alone = subject.fit(case, case.X, case.y, case.n_fitted, **params)
    assert_same_weights(pipe, alone)
    X = case.wrap(case.X, case.fitted)
    subject.assert_same(pipe.predict(X), alone.predict(X))
    if not case.is_indexed:
        return
    expected = case.windows_of_positions()
    for train, test in KFold(4).split(case.X):
        windower = subject.pipeline(case)[1].fit(rows_of_positions(case, train))
        windows = windower.transform(rows_of_positions(case, test))
        assert_right_or_missing(windows, expected[test])


def rows_of_positions(case, rows):
    return case.wrap(case.table_of_positions()).iloc[rows]


def assert_right_or_missing(windows, expected):
    is_right = np.isnan(windows) | (windows == expected)
    np.testing.assert_array_equal(is_right, True)


@property_("Q07")
def check_order_of_rows(subject, case):
    if not case.is_indexed:
        return
    order = case.rng(8).permutation(case.n_fitted)
    order[[0, 1]] = max(order[0], order[1]), min(order[0], order[1])
    X, y = case.wrap(case.X, case.fitted), case.wrap(case.y, case.fitted)
    assert_refused(lambda: subject.pipeline(case).fit(X.iloc[order], y.iloc[order]))
    pipe = subject.fitted(case)
    assert_refused(lambda: pipe.predict(X.iloc[order]))

    expected = case.windows_of_positions()
    folds = KFold(5, shuffle=True, random_state=case.seed).split(case.X)
    for train, test in folds:
        windower = subject.pipeline(case)[1].fit(rows_of_positions(case, train))
        for rows in (train, test):
            windows = windower.transform(rows_of_positions(case, rows))
            assert_right_or_missing(windows, expected[rows])


def assert_refused(call):
    try:
        call()
    except ValueError as error:
        assert "unsorted" in str(error)
    else:
        raise AssertionError("unsorted rows were accepted")


@property_("Q08")
def check_gap(subject, case):
    if not case.is_indexed:
        return
    case = replace(case, gap_row=case.cut, gap=max(case.gap, 1))
    expected = case.windows_of_positions()
    expected = np.where(np.isin(expected, case.positions), expected, np.nan)
    for stop in (case.n_fitted, case.cut):
        fitted, later = slice(0, stop), slice(stop, None)
        windower = subject.pipeline(case)[1]
        windows = windower.fit_transform(rows_of_positions(case, fitted))
        np.testing.assert_array_equal(windows, expected[fitted])
        windows = windower.transform(rows_of_positions(case, later))
        np.testing.assert_array_equal(windows, expected[later])

    params = {"window__gaps": "ignore"}
    joined = subject.fit(case, case.X, case.y, case.n_fitted, **params)
    without_gap = replace(case, gap=0)
    pipe = subject.fitted(without_gap)
    assert_same_weights(joined, pipe)
    subject.assert_same(
        joined.predict(case.wrap(case.X, case.new)),
        pipe.predict(without_gap.wrap(case.X, case.new)),
    )


@property_("Q09")
def check_validation_part(subject, case):
    case = replace(case, gap=0)
    stop, fraction = case.n_fitted, 0.25
    params = {
        "regress__early_stopping": True,
        "regress__validation_fraction": fraction,
        "regress__epochs": 12,
        "regress__n_iter_no_change": 3,
    }
    y = case.y.copy()
    # The target's range must not depend on the validation part.
    y[case.warm_up : case.warm_up + 2] = y.min() - 1, y.max() + 1

    def history(X, y):
        regressor = subject.fit(case, X, y, stop, **params)[-1]
        return regressor.history_ | {"best epoch": regressor.best_epoch_}

    plain = history(case.X, y)
    later = slice(stop, None)
    assert history(case.spoilt(case.X, later), case.spoilt(y, later)) == plain

    first = stop - int(np.ceil(fraction * (stop - case.warm_up)))
    other = y.copy()
    other[first:stop] = other[first:stop][::-1] / 2 + other[: case.n_fitted].mean() / 2
    validated = history(case.X, other)
    n_epochs = min(len(plain["loss"]), len(validated["loss"]))
    assert validated["loss"][:n_epochs] == plain["loss"][:n_epochs]
    assert validated["val_loss"][:n_epochs] != plain["val_loss"][:n_epochs]

    other = y.copy()
    other[first - 1] = (other[first - 1] + y.max()) / 2
    assert history(case.X, other)["loss"][0] != plain["loss"][0]


CONVERSIONS = {
    "pandas": lambda X: pd.DataFrame(X, columns=list("dcba")[: X.shape[1]]),
    "polars": lambda X: pl.DataFrame(X, schema=list("dcba")[: X.shape[1]]),
    "Fortran order": np.asfortranarray,
    "strides": lambda X: np.repeat(X, 2, axis=1)[:, ::2],
    "lists": lambda X: X.tolist(),
    "objects": lambda X: X.astype(object),
}


@property_("Q10")
def check_containers(subject, case):
    X, y = (a.astype(np.float32).astype(np.float64) for a in (case.X, case.y))
    stop = case.n_fitted

    def predicted(table, target):
        later = table.iloc[stop:] if hasattr(table, "iloc") else table[stop:]
        return subject.pipeline(case).fit(table[:stop], target[:stop]).predict(later)

    plain = predicted(X, y)
    for convert in subject.some(CONVERSIONS.values()):
        np.testing.assert_array_equal(predicted(convert(X), y), plain)
    for target in subject.some([y.tolist(), pl.Series(y), y.astype(object)]):
        np.testing.assert_array_equal(predicted(X, target), plain)
    subject.assert_same(predicted(X.astype(np.float32), y), plain, rounding=1e-3)


@property_("Q11")
def check_shift_of_time(subject, case):
    if not case.is_indexed:
        return
    case = replace(case, gap_row=case.cut, gap=max(case.gap, 1))

    def predicted(index):
        X, y = case.wrap(case.X).set_axis(index), case.wrap(case.y).set_axis(index)
        pipe = subject.pipeline(case).fit(X[: case.n_fitted], y[: case.n_fitted])
        return pipe.predict(X[case.n_fitted :])

    plain = predicted(case.index)
    for index in subject.some(moved(case)):
        np.testing.assert_array_equal(predicted(index), plain)


def moved(case):
    """List indexes that tell the same as a case's own."""
    index = case.index
    if case.container == "numbers":
        return [index + 1000, index - 1000]
    universal = index.tz_localize("UTC")
    zones = ["America/New_York", "Asia/Kolkata"]
    return [
        *(universal.tz_convert(zone) for zone in zones),
        *(index.tz_localize(zone) for zone in zones),
        universal,
        index + pd.Timedelta(hours=37, seconds=1),
        index - pd.Timedelta(hours=5),
    ]


@property_("Q12")
def check_seed(subject, case):
    pipe = subject.pipeline(case)
    X, y = case.wrap(case.X, case.fitted), case.wrap(case.y, case.fitted)
    one, two = clone(pipe).fit(X, y), clone(pipe).fit(X, y)
    assert_same_state(one, two)
    new = case.wrap(case.X, case.new)
    np.testing.assert_array_equal(one.predict(new), two.predict(new))
    other = clone(pipe).set_params(regress__random_state=1).fit(X, y)
    assert not have_same_weights(other, one)


@property_("Q13")
def check_pickle(subject, case):
    pipe = subject.fitted(case)
    again = pickle.loads(pickle.dumps(pipe))
    at_once = pipe.predict(case.wrap(case.X))
    new = case.wrap(case.X, case.new)
    np.testing.assert_array_equal(again.predict(new), pipe.predict(new))
    subject.assert_same(again.predict(new), at_once[case.n_fitted :])


@property_("Q14")
def check_score(subject, case):
    pipe = subject.fitted(case)
    X, y = case.wrap(case.X, case.new), case.wrap(case.y, case.new)
    errors = case.y[case.new] - pipe.predict(X)
    distances = case.y[case.new] - case.y[case.new].mean()
    expected = 1 - (errors**2).sum() / (distances**2).sum()
    assert pipe.score(X, y) == pytest.approx(expected, rel=1e-9)


@property_("Q15")
def check_blocks(subject, case):
    pipe = subject.fitted(case)
    at_once = pipe.predict(case.wrap(case.X, case.new))
    windows = pipe[:-1].transform(case.wrap(case.X, case.new))
    for size in (1, 7, 256):
        blocks = [windows[row : row + size] for row in range(0, case.n_new, size)]
        subject.assert_same(
            np.concatenate(list(map(pipe[-1].predict, blocks))), at_once
        )
        blocks = [
            pipe.predict(
                case.wrap(case.X, slice(max(row - case.reach, 0), row + size))
            )[min(case.reach, row) :]
            for row in range(case.n_fitted, case.n_rows, size)
        ]
        subject.assert_same(np.concatenate(blocks), at_once)


# The planted bugs: in windows


def plant_cut(patch, cut):
    """Put another way to cut windows in place of the package's."""
    patch.setattr(_windowing, "cut_windows", cut)


cut_windows, fill_steps = _windowing.cut_windows, _windowing.fill_steps


def one_step_earlier(steps):
    return np.vstack([np.full_like(steps[:1], np.nan), steps])


@bug
def windows_one_row_late(subject, patch):
    def cut(steps, *, horizon, **options):
        return cut_windows(steps, horizon=horizon - 1, **options)[1:]

    plant_cut(patch, cut)
    return subject


@bug
def windows_one_row_early(subject, patch):
    plant_cut(patch, lambda steps, **o: cut_windows(one_step_earlier(steps)[:-1], **o))
    return subject


@bug
def windows_too_short(subject, patch):
    plant_cut(patch, lambda steps, **options: cut_windows(steps, **options)[:, 1:])
    return subject


@bug
def windows_too_long(subject, patch):
    def cut(steps, *, time_steps, **options):
        steps = one_step_earlier(steps)
        return cut_windows(steps, time_steps=time_steps + 1, **options)

    plant_cut(patch, cut)
    return subject


@bug
def future_columns_not_aligned(subject, patch):
    plant_cut(patch, lambda steps, **o: cut_windows(steps, **o | {"future": []}))
    return subject


@bug
def missing_steps_filled_over_the_table(subject, patch):
    def fill(*args, **options):
        return pd.DataFrame(fill_steps(*args, **options)).bfill().to_numpy()

    patch.setattr(_windowing, "fill_steps", fill)
    return subject


@bug
def missing_steps_not_filled(subject, patch):
    patch.setattr(_windows, "fill_each", lambda windows, _: windows)
    return subject


@bug
def gaps_ignored(subject, patch):
    patch.setattr(_windowing, "find_grid", lambda *_, **__: None)
    return subject


# In the windower


@bug_in("windower")
class WarmUpRowsDropped(SequenceWindower):
    def transform(self, X):
        windows = super().transform(X)
        return windows[Windows.of(windows).are_complete()]


@bug_in("windower")
class HistoryNotUsed(SequenceWindower):
    def transform(self, X):
        return clone(self).set_params(history=None).fit_transform(X)


@bug_in("windower")
class HistoryPutBeforeAnyRows(SequenceWindower):
    def transform(self, X):
        known = np.concatenate([self.history_, np.asarray(X)])
        n_before = len(self.history_)
        return self._windows(known, np.arange(len(known)), n_before=n_before)


@bug_in("windower")
class HistoryJoinedAcrossAGap(SequenceWindower):
    def transform(self, X):
        n_before = len(self.history_)
        own = self._positions(self._call_index(X), len(X))
        positions = np.concatenate([np.arange(n_before), n_before + own])
        known = np.concatenate([self.history_, np.asarray(X)])
        return self._windows(known, positions, n_before=n_before)


@bug_in("windower")
class HistoryKeptByTheClass(SequenceWindower):
    def fit_transform(self, X, y=None):
        windows = super().fit_transform(X, y)
        for name in ("history_", "history_index_"):
            setattr(type(self), name, vars(self).pop(name))
        return windows


@bug_in("windower")
class HistoryFollowsPredict(SequenceWindower):
    def transform(self, X):
        windows = super().transform(X)
        self.history_ = np.asarray(X)[-len(self.history_) :]
        self.history_index_ = getattr(X, "index", [])[-len(self.history_) :]
        return windows


@bug_in("windower")
class HistoryIsAView(SequenceWindower):
    def fit_transform(self, X, y=None):
        windows = super().fit_transform(X, y)
        self.history_ = np.asarray(X)[len(X) - len(self.history_) :]
        return windows


@bug_in("windower")
class HistoryNotPickled(SequenceWindower):
    def __getstate__(self):
        state = super().__getstate__()
        index = state["history_index_"]
        state["history_"] = self.history_[:0]
        state["history_index_"] = index and index | {"values": index["values"][:0]}
        return state


@bug_in("windower")
class UnsortedRowsSorted(SequenceWindower):
    def fit_transform(self, X, y=None):
        return super().fit_transform(X.sort_index())

    def transform(self, X):
        return super().transform(X.sort_index())


@bug_in("windower")
class WallTimeOfTheZone(SequenceWindower):
    def fit_transform(self, X, y=None):
        return super().fit_transform(X.tz_localize(None))

    def transform(self, X):
        return super().transform(X.tz_localize(None))


# In the scaler


@bug_in("scaler")
class ScalerLearnsInTransform(TargetAwareMinMaxScaler):
    def transform(self, X):
        self.fit(X)
        return super().transform(X)


@bug_in("scaler")
class FeaturesScaledInPlace(TargetAwareMinMaxScaler):
    def transform(self, X):
        X[:] = super().transform(X)
        return X


@bug
def one_range_for_all_columns(subject, patch):
    find_ranges = _scaling.find_ranges

    def find(*args, **options):
        ranges = find_ranges(*args, **options)
        low, high = ranges.low.min(), ranges.high.max()
        return replace(ranges, low=ranges.low * 0 + low, high=ranges.high * 0 + high)

    patch.setattr(_scaling, "find_ranges", find)
    return subject


@bug
def memory_order_followed(subject, patch):
    check_table = _scaling.check_table

    def check(*args, **options):
        array = check_table(*args, **options)
        return array.ravel(order="K").reshape(array.shape)

    patch.setattr(_scaling, "check_table", check)
    return subject


# In the regressor


@bug_in("regressor")
class NetworkKeepsItsState(ReferenceRegressor):
    def predict(self, X):
        answers = super().predict(X)
        for row in range(1, len(answers)):
            answers[row] += 0.1 * answers[row - 1]
        return answers


@bug_in("regressor")
class BatchStatistics(ReferenceRegressor):
    def _features(self, windows):
        return super()._features(windows - windows.mean(axis=0))


@bug_in("regressor")
class TargetScaledInPlace(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        y -= y.min()
        return super().fit(X, y, sample_weight)


@bug_in("regressor")
class WeightsScaledInPlace(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        if sample_weight is not None:
            sample_weight /= sample_weight.mean()
        return super().fit(X, y, sample_weight)


@bug_in("regressor")
class TargetOneRowLate(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, np.roll(y, 1), sample_weight)


@bug_in("regressor")
class IncompleteWindowsTrainedOn(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        filled = Windows.of(X).filled(np.nanmean(X, axis=(0, 1))).cut()
        return super().fit(filled, y, sample_weight)


@bug_in("regressor")
class InverseForgetsTheOffset(ReferenceRegressor):
    def _unscale(self, answers):
        return answers / self.target_scaler_.scale_


@bug_in("regressor")
class PredictionsLeftScaled(ReferenceRegressor):
    def _unscale(self, answers):
        return answers


@bug_in("regressor")
class GlobalRandomNumbers(ReferenceRegressor):
    def _draw(self, n_inputs):
        projection, offset = super()._draw(n_inputs)
        return np.random.normal(size=projection.shape), offset


@bug_in("regressor")
class SeedIgnored(ReferenceRegressor):
    def _draw(self, n_inputs):
        unseeded = clone(self).set_params(random_state=0)
        return ReferenceRegressor._draw(unseeded, n_inputs)


@bug_in("regressor")
class ScoredInScaledUnits(ReferenceRegressor):
    def score(self, X, y, sample_weight=None):
        scaled = self.target_scaler_.transform(np.reshape(y, (-1, 1)))
        return r2_score(scaled, self.predict(X))


@bug_in("regressor")
class RestOfTheBatchesLost(ReferenceRegressor):
    def predict(self, X):
        n_whole = max(len(X) // 8 * 8, 1)
        return super().predict(X[:n_whole])


@bug
def validation_part_at_random(subject, patch):
    train = keras.train

    def shuffled(architecture, runs, n_epochs):
        (run,) = runs
        training, validation = run.training, run.validation
        starts = [part.windows.starts for part in (training, validation)]
        both = Examples(
            replace(training.windows, starts=np.concatenate(starts)),
            np.concatenate([training.targets, validation.targets]),
            np.concatenate([training.weights, validation.weights]),
        )
        order = np.random.default_rng(0).permutation(len(both))
        now, later = order[: len(training)], order[len(training) :]
        run = replace(run, training=both[now], validation=both[later])
        return train(architecture, [run], n_epochs)

    patch.setattr(keras, "train", shuffled)
    return subject


# In the experiment


@bug_in("experiment")
class FeaturesScaledBeforeTheSplit(Subject):
    def fit(self, case, X, y, stop, **params):
        pipe = self.pipeline(case, **params)
        scaled = pipe[0].fit(case.wrap(X), case.wrap(y)).transform(case.wrap(X))
        pipe[1:].fit(scaled[:stop], case.wrap(y)[:stop])
        return pipe


@bug_in("experiment")
class TargetScaledBeforeTheSplit(Subject):
    def fit(self, case, X, y, stop, **params):
        scaled = (y - y.min()) / np.ptp(y)
        params["regress__target_scaler"] = False
        return super().fit(case, X, scaled, stop, **params)


@bug_in("experiment")
class FoldsScaledBeforeTheSplit(Subject):
    def folds(self, case, X, y, folds, **options):
        scaled = self.scaler().fit_transform(X)
        return super().folds(case, scaled, y, folds, **options)


@bug_in("experiment")
class TargetShiftedBeforeTheSplit(Subject):
    def folds(self, case, X, y, folds, **options):
        ahead = np.roll(y, -case.horizon)
        return super().folds(case, X, ahead, folds, **options)


@bug_in("experiment")
class StoppedOnTheTestRows(Subject):
    def fit(self, case, X, y, stop, **params):
        share = (case.n_rows - stop) / (case.n_rows - case.warm_up)
        params["regress__validation_fraction"] = share
        return super().fit(case, X, y, case.n_rows, **params)


# Real networks


@dataclass(frozen=True)
class WithNetwork(Subject):
    """Pipelines that are dear to fit, so that checks share one where they may."""

    def fitted(self, case):
        if (self, case) not in FITTED:
            FITTED[self, case] = super().fitted(case)
        return FITTED[self, case]

    def some(self, tries):
        return list(tries)[:2]


FITTED = {}
"""Pipelines by subject and case."""


def with_lstm(dtype, units_rounding):
    regressor = LSTMRegressor(
        units=4, epochs=2, engine="keras", dtype=dtype, random_state=0
    )
    return WithNetwork(regressor, rounding=1e-6, units_rounding=units_rounding)


WITH_NETWORK = with_lstm("float32", units_rounding=1e-4)
WITH_EXACT_NETWORK = with_lstm("float64", units_rounding=1e-6)

IN_UNITS = {"P13", "P14"}
"""Properties that float32 keeps roughly only, so that float64 is tried too."""


# The tests

CASE = Case(seed=2, horizon=2, n_features=3, gap_row=39, gap=2)
"""A gap right before the cut, and rows on both sides."""

SPECIAL_CASES = {
    "future_columns_not_aligned": replace(CASE, known_ahead=True),
    "history_follows_predict": replace(CASE, container="array"),
}
"""Where a bug does not show in `CASE`."""

NETWORK_CASE = Case(n_new=20, gap_row=34, gap=1)
"""One step ahead from three, on rows enough for some batches of two epochs."""


@st.composite
def cases(draw, most_steps=6, most_ahead=3):
    n_fitted, n_new = draw(st.integers(18, 30)), draw(st.integers(24, 60))
    return Case(
        seed=draw(st.integers(0, 1000)),
        time_steps=draw(st.integers(1, most_steps)),
        horizon=draw(st.integers(0, most_ahead)),
        known_ahead=draw(st.booleans()),
        own_past=draw(st.booleans()),
        n_features=draw(st.integers(1, 4)),
        n_fitted=n_fitted,
        n_new=n_new,
        share=draw(st.floats(0.05, 0.95)),
        container=draw(st.sampled_from(CONTAINERS)),
        gap_row=n_fitted + draw(st.integers(0, n_new - 1)),
        gap=draw(st.integers(0, 12)),
    )


def test_the_table_is_complete():
    assert set(CHECKS) == set(WORDS)
    assert {bug for _, bug in PLANTED} == set(BUGS)


@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_EPOCHS])
@settings(max_examples=25)
@given(case=cases())
def test_property(name, case):
    CHECKS[name](READ_OUT if name in NEEDS_READ_OUT else REFERENCE, case)


@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_READ_OUT])
@settings(max_examples=5)
@given(case=cases(most_steps=3, most_ahead=2))
def test_property_of_the_real_regressor(name, case):
    with numpy_in_place_of_keras():
        CHECKS[name](WITHOUT_NETWORK, case)


@pytest.mark.parametrize(("name", "bug"), PLANTED)
def test_property_fails_where_a_bug_is_planted(name, bug):
    case = SPECIAL_CASES.get(bug, CASE)
    subject = READ_OUT if name in NEEDS_READ_OUT else REFERENCE
    # The bug is pulled out before Keras comes back: it may stand in the same place.
    with numpy_in_place_of_keras(), pytest.MonkeyPatch.context() as patch:
        if name in NEEDS_EPOCHS:
            subject = WITHOUT_NETWORK
        CHECKS[name](subject, case)
        subject = BUGS[bug](subject, patch)
        with pytest.raises(AssertionError):
            CHECKS[name](subject, case)


def test_folds_in_two_processes():
    check_folds_by_hand(REFERENCE, CASE, n_jobs=2)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in WORDS if name not in NEEDS_READ_OUT])
def test_property_of_a_network(name):
    CHECKS[name](WITH_NETWORK, NETWORK_CASE)
    if name in IN_UNITS:
        CHECKS[name](WITH_EXACT_NETWORK, NETWORK_CASE)


@pytest.mark.parametrize(
    "index",
    [
        # Fitted in winter, when local days are also 24 hours, used in summer.
        pd.date_range("2021-01-01", periods=100, tz="America/New_York"),
        # The first of a month in universal time is 19 or 20 o'clock in New York.
        pd.date_range("2021-01-01", periods=100, freq="MS", tz="UTC").tz_convert(
            "America/New_York"
        ),
    ],
    ids=["days", "months"],
)
def test_gaps_are_seen_across_a_change_to_summer_time(index):
    X = pd.DataFrame({"a": range(100)}, index=index, dtype=float).drop(index[80:82])
    windower = SequenceWindower(time_steps=2).fit(X[:60])
    windows = windower.transform(X[60:])
    assert list(np.flatnonzero(np.isnan(windows).any(axis=(1, 2)))) == [20, 21]
