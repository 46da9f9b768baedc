"""Which rows a prediction, or a fit, may depend on."""

import copy
from dataclasses import replace

import numpy as np
from leak_subjects import assert_same_state
from leak_table import property_
from sklearn.metrics import r2_score


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
    changed = case.randomized(case.X, slice(case.cut, None))
    after = pipe.predict(case.wrap(changed, case.new))
    first_seen = case.positions[case.cut] + case.lags.min()
    unseen = case.positions[case.new] < first_seen
    subject.assert_same(after[unseen], before[unseen])


@property_("P03")
def check_earlier_rows(subject, case):
    pipe = subject.fitted(case)
    before = pipe.predict(case.wrap(case.X, case.new))
    changed = case.randomized(case.X, slice(0, case.cut))
    after = pipe.predict(case.wrap(changed, case.new))
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
    # A missing step takes the latest known value, so that a cell may count twice.
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
    # So few rows of an array cannot be recognized as the first fitted ones.
    first = 0 if case.is_indexed else case.reach
    one_by_one = [
        pipe.predict(case.wrap(case.X, slice(max(0, row - case.reach), row + 1)))[-1]
        for row in range(first, case.n_rows, 2)
    ]
    subject.assert_same(one_by_one, at_once[first::2])


@property_("P07")
def check_predict_changes_nothing(subject, case):
    pipe = subject.fitted(case)
    before = copy.deepcopy(pipe)
    X = case.wrap(case.X, case.new)
    first = pipe.predict(X)
    pipe.predict(case.wrap(case.X, case.fitted))
    pipe.predict(case.wrap(case.randomized(case.X, case.new), case.new))
    np.testing.assert_array_equal(pipe.predict(X), first)
    assert_same_state(pipe, before)
    for now, then in zip(pipe, before, strict=True):
        assert vars(now).keys() == vars(then).keys()


@property_("P08")
def check_fit_before_a_row(subject, case):
    stop = case.cut
    later = slice(stop, None)
    one = subject.fit(case, case.X, case.y, stop)
    changed = case.randomized(case.X, later), case.randomized(case.y, later)
    assert_same_state(subject.fit(case, *changed, stop), one)


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
    """Lengthen the fitted part until it determines all coefficients."""
    more = 10 + 2 * case.time_steps * case.n_features
    return replace(case, n_fitted=case.n_fitted + more, gap_row=case.gap_row + more)


@property_("P10")
def check_planted_lags(subject, case):
    case = with_more_rows(case)
    noise = noise_on_all_steps(case)
    if case.time_steps == 1:  # a column that is the target, up to scale, would raise
        return
    coefficients = case.rng(9).uniform(1, 2, size=case.time_steps)
    lags = case.lags[0] + np.arange(case.time_steps)
    y = noise[case.positions[:, np.newaxis] - lags, 0] @ coefficients
    X = noise[case.positions]
    pipe = subject.fit(case, X, y, case.n_fitted)
    error = np.abs(pipe.predict(case.wrap(X)) - y)
    complete = np.isin(case.windows_of_positions(), case.positions).all(axis=(1, 2))
    assert error[complete].max() < 1e-6


@property_("P11")
def check_planted_future(subject, case):
    case = with_more_rows(case)
    noise = noise_on_all_steps(case)
    y = noise[case.positions - case.lags[0] + 1, 0]
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
        for X in (case.X, case.randomized(case.X, slice(0, case.cut))):
            together = pipe.predict(case.wrap(X, case.new))
            subject.assert_same(together[case.cut - case.n_fitted :], alone)
    # Nor does a pipeline that was fitted later change an earlier one.
    X = case.wrap(case.X, case.new)
    before = pipe.predict(X)
    other = case.randomized(case.X, slice(None)), case.randomized(case.y, slice(None))
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
    other = case.randomized(case.X, slice(0, case.cut))
    long = pipe.predict(case.wrap(other, case.new))[case.cut - case.n_fitted :]
    positions = case.positions[case.cut :]
    beyond = positions >= positions[0] + case.reach
    subject.assert_same(long[beyond], short[beyond])


@property_("P16")
def check_rows_put_after(subject, case):
    pipe = subject.fitted(case)
    rows = slice(case.n_fitted, case.cut)
    short = pipe.predict(case.wrap(case.X, rows))
    other = case.randomized(case.X, slice(case.cut, None))
    long = pipe.predict(case.wrap(other, case.new))
    subject.assert_same(long[: len(short)], short)
