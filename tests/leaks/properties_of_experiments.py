"""What folds, searches, containers, time and seeds may change."""

import pickle
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
from leak_cases import WEEKLY
from leak_subjects import assert_same_state, assert_same_weights, have_same_weights
from leak_table import property_
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit


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
    unchanged = subject.folds(case, case.X, case.y, folds)["estimator"]
    for fold, pipe in zip(folds, unchanged, strict=True):
        later = slice(len(fold[0]), None)
        X, y = case.randomized(case.X, later), case.randomized(case.y, later)
        (changed,) = subject.folds(case, X, y, [fold])["estimator"]
        assert_same_state(changed, pipe)


@property_("Q04")
def check_own_past_as_feature(subject, case):
    # A window that shows the row itself would raise for this feature.
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
    used = y[case.warm_up : case.n_fitted]
    y[early] = used.mean()
    one = subject.fit(case, case.X, y, case.n_fitted)
    y[early] = np.median(used)
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
    assert_raises_unsorted(
        lambda: subject.pipeline(case).fit(X.iloc[order], y.iloc[order])
    )
    pipe = subject.fitted(case)
    assert_raises_unsorted(lambda: pipe.predict(X.iloc[order]))

    expected = case.windows_of_positions()
    # Three: where fewer rows are left out, single ones may pass for holidays.
    folds = KFold(3, shuffle=True, random_state=case.seed).split(case.X)
    for train, test in folds:
        with warnings.catch_warnings():
            # The row numbers that a shuffled split leaves give a warning.
            warnings.filterwarnings("ignore", "The index of X contains integers")
            windower = subject.pipeline(case)[1].fit(rows_of_positions(case, train))
        for rows in (train, test):
            windows = windower.transform(rows_of_positions(case, rows))
            assert_right_or_missing(windows, expected[rows])


def assert_raises_unsorted(call):
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
    # In later rows, between the fitted rows and later ones, and in the fitted rows.
    for stop in (case.n_fitted, case.cut, case.n_rows - 1):
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
    assert history(case.randomized(case.X, later), case.randomized(y, later)) == plain

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
        pipe, stop = subject.pipeline(case), case.n_fitted
        try:
            return pipe.fit(X[:stop], y[:stop]).predict(X[stop:])
        except (ValueError, UserWarning) as error:  # warnings are errors here
            raise AssertionError(f"an error at {index[:1]}") from error

    plain = predicted(case.index)
    for index in subject.some(moved(case)):
        np.testing.assert_array_equal(predicted(index), plain)


def moved(case):
    """List other indexes on which the rows have the same steps."""
    index = case.index
    if case.container == "numbers":
        return [index + 1000, index - 1000]
    universal = index.tz_localize("UTC")
    zones = ["America/New_York", "Asia/Kolkata"]
    local = [index.tz_localize(zone) for zone in zones]
    if case.container in WEEKLY:
        # Opening hours recur by the local week, so they stay on their weekdays.
        weeks = pd.Timedelta(weeks=3)
        return [*local, universal.tz_convert(zones[1]), index + weeks, index - weeks]
    return [
        *(universal.tz_convert(zone) for zone in zones),
        *local,
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
    for size in (7, 256):  # single rows: see P06
        blocks = [
            pipe.predict(
                case.wrap(case.X, slice(max(row - case.reach, 0), row + size))
            )[min(case.reach, row) :]
            for row in range(case.n_fitted, case.n_rows, size)
        ]
        subject.assert_same(np.concatenate(blocks), at_once)
