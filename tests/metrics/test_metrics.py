"""Measures compared with numbers worked out by hand, scikit-learn's, and themselves."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import config_context
from sklearn.metrics import (
    d2_absolute_error_score,
    make_scorer,
    mean_absolute_error,
    mean_squared_error,
    r2_score,
)
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_validate
from sklearn.pipeline import Pipeline

from skseq import NaiveRegressor, SequenceWindower, metrics
from skseq.metrics import (
    mean_absolute_scaled_error,
    neg_weighted_absolute_percentage_error,
    root_mean_squared_scaled_error,
    skill_score,
    weighted_absolute_percentage_error,
)

TRAIN = [1.0, 3.0, 2.0, 5.0, 4.0]  # changes 2, 1, 3, 1; over two rows 1, 2, 2
TRUE, PRED = np.array([6.0, 9.0, 4.0, 0.0]), np.array([5.0, 7.0, 4.0, 1.0])
WEIGHT = np.array([1.0, 0.0, 2.0, 1.0])

mase = partial(mean_absolute_scaled_error, y_train=TRAIN)
rmsse = partial(root_mean_squared_scaled_error, y_train=TRAIN)
skill = partial(skill_score, y_naive=TRUE - 2)
wape = weighted_absolute_percentage_error
ALL = {"mase": mase, "rmsse": rmsse, "wape": wape, "skill": skill}

numbers = st.floats(-1e3, 1e3).map(lambda number: round(number, 3))
pairs = hnp.arrays(
    np.float64, st.tuples(st.integers(1, 12), st.just(2)), elements=numbers
)
series = hnp.arrays(np.float64, st.integers(5, 20), elements=numbers)


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (mase(TRUE, PRED), 1 / 1.75),
        (mase(TRUE, PRED, season_length=2), 3 / 5),
        (mase(TRUE, PRED, sample_weight=WEIGHT), 0.5 / 1.75),
        (rmsse(TRUE, PRED), np.sqrt(1.5 / 3.75)),
        (rmsse(TRUE, PRED, season_length=2), np.sqrt(1.5 / 3)),
        (rmsse(TRUE, PRED, sample_weight=WEIGHT), np.sqrt(0.5 / 3.75)),
        (wape(TRUE, PRED), 4 / 19),
        (wape(TRUE, PRED, sample_weight=WEIGHT), 2 / 14),
        (wape(-TRUE, -PRED), 4 / 19),
        (skill(TRUE, PRED), 1 - 1 / 2),
        (skill(TRUE, PRED, sample_weight=WEIGHT), 1 - 0.5 / 2),
        (skill_score(TRUE, PRED, {"a": TRUE - 2, "b": TRUE + 0.5}), 1 - 1 / 0.5),
        (skill(TRUE, PRED, metric=mean_squared_error), 1 - 1.5 / 4),
    ],
)
def test_by_hand(measured, expected):
    assert type(measured) is float
    assert measured == pytest.approx(expected, rel=1e-14)


def test_mase_of_the_textbook():
    # Hyndman and Koehler (2006), section 3: q = error / mean absolute change.
    rng = np.random.default_rng(0)
    train, true, pred = rng.normal(size=(3, 30)).cumsum(axis=1)
    q = (true - pred) / (np.abs(np.diff(train)).sum() / 29)
    assert mean_absolute_scaled_error(true, pred, y_train=train) == pytest.approx(
        np.abs(q).mean()
    )
    assert root_mean_squared_scaled_error(true, pred, y_train=train) == pytest.approx(
        np.sqrt(np.square(true - pred).mean() / np.square(np.diff(train)).mean())
    )


@settings(max_examples=50)
@given(train=series, season_length=st.integers(1, 4))
def test_a_naive_forecast_has_an_error_of_one_on_its_training_series(
    train, season_length
):
    changes = train[season_length:] - train[:-season_length]
    assume(np.abs(changes).max() > 1e-2)
    for measure in (mean_absolute_scaled_error, root_mean_squared_scaled_error):
        error = measure(
            train[season_length:],
            train[:-season_length],
            y_train=train,
            season_length=season_length,
        )
        assert error == pytest.approx(1)


@settings(max_examples=50)
@given(
    pair=pairs,
    train=series,
    scale=st.floats(0.01, 100),
    shift=st.floats(-100, 100),
    sign=st.sampled_from([-1, 1]),
)
def test_scaled_errors_and_skill_have_no_units(pair, train, scale, shift, sign):
    assume(np.abs(np.diff(train)).mean() > 0.1)
    true, pred = pair.T
    naive = true + 3

    def changed(y):
        return sign * scale * y + shift

    for measure in (mean_absolute_scaled_error, root_mean_squared_scaled_error):
        plain = measure(true, pred, y_train=train)
        other = measure(changed(true), changed(pred), y_train=changed(train))
        assert other == pytest.approx(plain, rel=1e-6, abs=1e-6)
    assert skill_score(changed(true), changed(pred), changed(naive)) == pytest.approx(
        skill_score(true, pred, naive), rel=1e-6, abs=1e-6
    )


@settings(max_examples=50)
@given(pair=pairs, scale=st.floats(0.01, 100))
def test_wape_depends_on_the_zero_but_not_on_units(pair, scale):
    true, pred = pair.T
    assume(np.abs(true).max() > 0.1)
    plain = wape(true, pred)
    assert wape(-scale * true, -scale * pred) == pytest.approx(plain)
    assert plain == pytest.approx(mean_absolute_error(true, pred) / np.abs(true).mean())


@settings(max_examples=50)
@given(pair=pairs)
def test_skill_is_d2_of_scikit_learn_if_the_naive_forecast_is_the_median(pair):
    true, pred = pair.T
    assume(len(true) > 1 and np.ptp(true) > 0.1)
    median = np.full_like(true, np.median(true))
    assert skill_score(true, pred, median) == pytest.approx(
        d2_absolute_error_score(true, pred), rel=1e-9, abs=1e-9
    )
    mean = np.full_like(true, true.mean())
    squared = skill_score(true, pred, mean, metric=mean_squared_error)
    assert squared == pytest.approx(r2_score(true, pred), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("name", ALL)
@settings(max_examples=25)
@given(data=st.data())
def test_weights_leave_out_and_repeat_rows(name, data):
    n_rows = data.draw(st.integers(2, 8))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    true, pred, naive = rng.normal(10, 3, size=(3, n_rows))
    counts = np.array(
        data.draw(st.lists(st.integers(0, 3), min_size=n_rows, max_size=n_rows))
    )
    assume(counts.any())

    def measure(rows, **options):
        rest = {"y_naive": naive[rows]} if name == "skill" else {}
        return ALL[name](true[rows], pred[rows], **rest, **options)

    weighted = measure(slice(None), sample_weight=counts)
    assert weighted == pytest.approx(measure(np.repeat(np.arange(n_rows), counts)))
    mask = counts > 0
    assert measure(slice(None), sample_weight=mask) == pytest.approx(measure(mask))


def in_columns(*columns):
    return np.column_stack(columns)


@pytest.mark.parametrize("name", ALL)
def test_several_outputs(name):
    true, pred = in_columns(TRUE, 3 * TRUE + 1), in_columns(PRED, PRED)
    train = in_columns(TRAIN, np.square(TRAIN))
    naive = {"a": true - np.array([2, 9]), "b": true + np.array([8, 1])}

    def measure(columns, **options):
        def part(y):
            return np.asarray(y)[:, columns]

        rest = {
            "mase": {"y_train": part(train)},
            "rmsse": {"y_train": part(train)},
            "wape": {},
            "skill": {"y_naive": {rule: part(y) for rule, y in naive.items()}},
        }[name]
        return ALL[name](part(true), part(pred), **rest, **options)

    each = np.array([measure(0), measure(1)])
    both = [0, 1]
    np.testing.assert_allclose(measure(both, multioutput="raw_values"), each)
    assert measure(both) == pytest.approx(each.mean())
    assert measure(both, multioutput=[0.2, 0.8]) == pytest.approx(each @ [0.2, 0.8])
    assert measure(0, multioutput="raw_values").shape == (1,)


class TestZeros:
    """The number to divide by may be zero."""

    flat = [2.0, 2.0, 2.0]

    @pytest.mark.parametrize(
        "measure", [mean_absolute_scaled_error, root_mean_squared_scaled_error]
    )
    def test_flat_training_series(self, measure):
        assert measure(TRUE, TRUE, y_train=self.flat) == 0
        assert measure(TRUE, PRED, y_train=self.flat) == np.inf

    def test_series_that_repeats_its_season(self):
        error = mase(TRUE, PRED, y_train=[1.0, 2.0, 1.0, 2.0], season_length=2)
        assert error == np.inf

    def test_nothing_but_zeros(self):
        zeros = np.zeros(4)
        assert wape(zeros, zeros) == 0
        assert wape(zeros, PRED) == np.inf
        assert wape(TRUE, PRED) == pytest.approx(
            4 / 19
        )  # a single zero does not matter

    def test_perfect_naive_forecast(self):
        assert skill_score(TRUE, TRUE, TRUE) == 0
        assert skill_score(TRUE, PRED, TRUE) == -np.inf
        assert skill_score(TRUE, TRUE, PRED) == 1

    def test_of_one_output_alone(self):
        true, train = in_columns(TRUE, TRUE), in_columns(TRAIN, np.ones(5))
        pred = in_columns(PRED, TRUE)
        each = mase(true, pred, y_train=train, multioutput="raw_values")
        np.testing.assert_allclose(each, [1 / 1.75, 0])

    @pytest.mark.parametrize("flat_output", [0, 1])
    @pytest.mark.parametrize("weight", [1, 0.3, 1e-300])
    def test_an_infinite_error_of_weight_zero_is_left_out(self, flat_output, weight):
        flat, zeros = np.ones(5), np.zeros(4)
        outputs = [(TRUE, PRED, TRAIN, PRED + 1), (zeros, PRED, flat, zeros)]
        weights = [weight, 0]
        if flat_output == 0:
            outputs, weights = outputs[::-1], weights[::-1]
        true, pred, train, naive = (
            in_columns(*part) for part in zip(*outputs, strict=True)
        )
        options = {"multioutput": weights}
        scaled = {"y_train": train, **options}
        for measured, expected in [
            (mase(true, pred, **scaled), mase(TRUE, PRED)),
            (rmsse(true, pred, **scaled), rmsse(TRUE, PRED)),
            (wape(true, pred, **options), wape(TRUE, PRED)),
            (
                skill_score(true, pred, naive, **options),
                skill_score(TRUE, PRED, PRED + 1),
            ),
        ]:
            assert measured == pytest.approx(expected)


GAPPY_INDEXES = {
    "months": pd.date_range("2020-01-01", periods=30, freq="MS"),
    "periods": pd.period_range("2020-01", periods=30, freq="M"),
    "business days": pd.bdate_range("2024-01-01", periods=30),
    "integers": pd.RangeIndex(30),
}


@pytest.mark.parametrize("index", GAPPY_INDEXES.values(), ids=GAPPY_INDEXES)
@pytest.mark.parametrize("season_length", [1, 4])
@pytest.mark.parametrize("measure", [mase, rmsse])
def test_changes_across_a_gap_in_training_do_not_count(index, season_length, measure):
    values = np.random.default_rng(0).normal(size=30).cumsum()
    values[15:] += 1000  # the level before and after the rows that are missing
    train = pd.Series(values, index).drop(index[12:18])
    changes = train.reindex(index).diff(season_length).dropna().to_numpy()
    size = abs(changes) if measure is mase else changes**2
    expected = size.mean() if measure is mase else np.sqrt(size.mean())
    error = measure([7.0], [6.0], y_train=train, season_length=season_length)
    assert error == pytest.approx(1 / expected)
    whole = {"season_length": season_length, "y_train": values}
    assert measure([7.0], [6.0], **whole) == pytest.approx(
        measure([7.0], [6.0], **whole | {"y_train": pd.Series(values, index)})
    )


class TestScorers:
    X = np.random.default_rng(0).normal(size=(60, 1)).cumsum(axis=0) + 20
    y = X[:, 0]
    pipe = Pipeline([("window", SequenceWindower(4)), ("naive", NaiveRegressor())])

    def test_in_a_search(self):
        search = GridSearchCV(
            self.pipe,
            {"naive__strategy": ["last", "mean"]},
            cv=TimeSeriesSplit(3),
            scoring=neg_weighted_absolute_percentage_error,
        ).fit(self.X, self.y)
        assert search.best_params_ == {"naive__strategy": "last"}
        best = search.best_estimator_
        assert search.score(self.X[40:], self.y[40:]) == -wape(
            self.y[40:], best.predict(self.X[40:])
        )

    def test_made_from_a_measure_that_needs_the_training_series(self):
        scoring = make_scorer(
            mean_absolute_scaled_error,
            greater_is_better=False,
            y_train=self.y[:30],
            season_length=2,
        )
        pipe = self.pipe.fit(self.X[:30], self.y[:30])
        assert scoring(pipe, self.X[30:], self.y[30:]) == -mean_absolute_scaled_error(
            self.y[30:], pipe.predict(self.X[30:]), y_train=self.y[:30], season_length=2
        )

    def test_rows_that_are_not_complete_are_left_out_by_weight(self):
        complete = SequenceWindower(4).fit(self.X).complete_windows(self.X)
        assert complete.sum() == 56
        with config_context(enable_metadata_routing=True):
            scoring = neg_weighted_absolute_percentage_error
            scoring = scoring.set_score_request(sample_weight=True)
            naive = NaiveRegressor().set_fit_request(sample_weight=False)
            pipe = Pipeline([("window", SequenceWindower(4)), ("naive", naive)])
            result = cross_validate(
                pipe,
                self.X,
                self.y,
                cv=[(np.arange(60), np.arange(60))],
                scoring=scoring,
                params={"sample_weight": complete},
            )
        changes = np.abs(np.diff(self.y))[3:]
        assert result["test_score"] == pytest.approx(
            -changes.sum() / np.abs(self.y[4:]).sum()
        )

    def test_skill_of_a_forecast_against_itself_is_zero(self):
        pipe = self.pipe.fit(self.X[:40], self.y[:40])
        predicted = pipe.predict(self.X[40:])
        assert skill_score(self.y[40:], predicted, predicted) == 0


def test_frames_lists_and_series_are_the_same():
    index = pd.RangeIndex(4, 8)
    frame, pred = pd.DataFrame({"y": TRUE}, index), pd.Series(PRED, index)
    assert mase(frame, pred, y_train=pd.Series(TRAIN)) == mase(TRUE, list(PRED))


@pytest.mark.parametrize("size", [1e150, 1e-140])
def test_the_size_of_numbers_does_not_matter(size):
    true, pred, train = (size / 9 * np.asarray(a) for a in (TRUE, PRED, TRAIN))
    for measure in (mase, rmsse):
        expected = pytest.approx(measure(TRUE, PRED), rel=1e-12)
        assert measure(true, pred, y_train=train) == expected
        assert measure(TRUE, PRED, sample_weight=np.full(4, size)) == expected
    assert wape(true, pred) == pytest.approx(wape(TRUE, PRED), rel=1e-12)


def test_season_length_may_be_a_small_numpy_integer():
    assert mase(TRUE, PRED, season_length=np.uint8(2)) == mase(
        TRUE, PRED, season_length=2
    )


def test_public_names():
    assert set(metrics.__all__) <= set(dir(metrics))
    for name in metrics.__all__:
        assert getattr(metrics, name) is not None
