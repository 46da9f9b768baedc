"""Coverage and score of intervals, by hand and against quantile losses."""

import re
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import make_scorer, mean_pinball_loss

from skseq.metrics import interval_coverage, interval_score

TRUE = np.array([3.0, 5.0, 8.0, 9.0])
LOWER, UPPER = np.array([2.0, 4.0, 4.0, 9.0]), np.array([6.0, 6.0, 6.0, 9.0])
WEIGHT = np.array([1.0, 0.0, 2.0, 1.0])

score = partial(interval_score, coverage=0.8)
METRICS = {"coverage": interval_coverage, "score": score}


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        (interval_coverage(TRUE, LOWER, UPPER), 3 / 4),
        (interval_coverage(TRUE, LOWER, UPPER, sample_weight=WEIGHT), 1 / 2),
        (interval_coverage(TRUE, TRUE, TRUE), 1),
        (interval_coverage(TRUE, TRUE + 1, TRUE + 2), 0),
        (score(TRUE, LOWER, UPPER), (4 + 2 + 2 + 0 + 10 * 2) / 4),
        (score(TRUE, LOWER, UPPER, sample_weight=WEIGHT), (4 + 2 * (2 + 20)) / 4),
        (score(TRUE, LOWER - 7, UPPER), (4 + 2 + 2 + 0 + 4 * 7 + 20) / 4),
        (score(TRUE, TRUE + 1, TRUE + 3), 2 + 10),
        (interval_score(TRUE, LOWER, UPPER, coverage=0.5), (8 + 4 * 2) / 4),
    ],
)
def test_interval_metrics_by_hand(measured, expected):
    assert type(measured) is float
    assert measured == pytest.approx(expected, rel=1e-12)


@settings(max_examples=50)
@given(seed=st.integers(0, 10**6), coverage=st.floats(0.05, 0.99))
def test_the_score_is_the_sum_of_two_quantile_losses(seed, coverage):
    rng = np.random.default_rng(seed)
    true = rng.normal(size=30)
    lower, upper = np.sort(rng.normal(size=(2, 30)), axis=0)
    tail = (1 - coverage) / 2
    losses = mean_pinball_loss(true, lower, alpha=tail) + mean_pinball_loss(
        true, upper, alpha=1 - tail
    )
    assert interval_score(true, lower, upper, coverage=coverage) == pytest.approx(
        losses / tail
    )


@pytest.mark.parametrize("coverage", [0.8, 0.95])
def test_the_true_quantiles_have_the_nominal_coverage_and_the_best_score(coverage):
    true = np.random.default_rng(0).lognormal(size=20_000)
    tail = (1 - coverage) / 2

    def of_quantiles(low, high):
        ends = stats.lognorm(s=1).ppf([low, high])
        return [np.full_like(true, end) for end in ends]

    best = of_quantiles(tail, 1 - tail)
    assert interval_coverage(true, *best) == pytest.approx(coverage, abs=0.01)
    for other in (
        of_quantiles(tail / 2, 1 - tail / 2),
        of_quantiles(1.5 * tail, 1 - 1.5 * tail),
        of_quantiles(tail / 4, 1 - 1.75 * tail),
    ):
        measured = interval_score(true, *other, coverage=coverage)
        assert measured > interval_score(true, *best, coverage=coverage)


@pytest.mark.parametrize("name", METRICS)
@settings(max_examples=25)
@given(data=st.data())
def test_weights_of_intervals_leave_out_and_repeat_rows(name, data):
    counts = np.array(data.draw(st.lists(st.integers(0, 3), min_size=2, max_size=8)))
    counts[0] += not counts.any()
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    rows = rng.normal(10, 3, size=(3, len(counts)))
    rows[1:].sort(axis=0)
    weighted = METRICS[name](*rows, sample_weight=counts)
    repeated = np.repeat(rows, counts, axis=1)
    assert weighted == pytest.approx(METRICS[name](*repeated))


@pytest.mark.parametrize("name", METRICS)
def test_several_outputs_of_intervals(name):
    columns = [np.column_stack([a, a[::-1] + 1]) for a in (TRUE, LOWER, UPPER)]
    columns[0][:, 1] += [3, 0, 0, 0]
    measure = METRICS[name]
    each = np.array([measure(*(a[:, i] for a in columns)) for i in range(2)])
    assert each[0] != each[1]
    np.testing.assert_allclose(measure(*columns, multioutput="raw_values"), each)
    assert measure(*columns) == pytest.approx(each.mean())
    weighted = measure(*columns, multioutput=[0.2, 0.8])
    assert weighted == pytest.approx(each @ [0.2, 0.8])


@pytest.mark.parametrize("name", METRICS)
def test_columns_of_a_forecast_with_intervals(name):
    months = pd.date_range("2026-01", periods=4, freq="MS")
    columns = {"prediction": UPPER, "lower_0.8": LOWER, "upper_0.8": UPPER}
    one = pd.DataFrame(columns, months)
    y = pd.Series(TRUE, months, name="sales")
    expected = METRICS[name](TRUE, LOWER, UPPER)
    assert METRICS[name](y, one["lower_0.8"], one["upper_0.8"]) == expected

    several = pd.concat({"sales": one, "visits": one}, axis=1)
    lower, upper = (
        several.xs(f"{end}_0.8", axis=1, level=1) for end in ("lower", "upper")
    )
    y = pd.DataFrame({"sales": TRUE, "visits": TRUE}, months)
    assert METRICS[name](y, lower, upper) == expected


@pytest.mark.parametrize("size", [1e140, 1e-140])
def test_the_size_of_intervals_does_not_matter(size):
    scaled = [size * a for a in (TRUE, LOWER, UPPER)]
    assert score(*scaled) == pytest.approx(size * score(TRUE, LOWER, UPPER))
    assert interval_coverage(*scaled) == 0.75


def test_a_scorer_of_a_quantile_network_gets_both_ends():
    class Quantiles(RegressorMixin, BaseEstimator):
        def fit(self, X, y):
            return self

        def predict(self, X):
            return np.column_stack([LOWER, UPPER])

    def score_of_ends(y, ends):
        return interval_score(y, ends[:, 0], ends[:, 1], coverage=0.8)

    scorer = make_scorer(score_of_ends, greater_is_better=False)
    assert scorer(Quantiles(), None, TRUE) == -score(TRUE, LOWER, UPPER)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: score(TRUE, UPPER, LOWER),
            "it is above it in 3 of 4 rows. In the first, row 0, y_lower is [6.] and "
            "y_upper is [2.]. Pass the lower bounds first.",
        ),
        (
            lambda: interval_coverage(
                pd.Series(TRUE, [10, 11, 12, 13]), LOWER, [6, 3, 6, 9]
            ),
            "in 1 of 4 rows. In the first, row 1 (11), y_lower is [4.]",
        ),
        (lambda: score(TRUE, LOWER, UPPER[:3]), "inconsistent numbers of samples"),
        (lambda: score(TRUE, LOWER[:3], UPPER), "inconsistent numbers of samples"),
        (
            lambda: score(TRUE, LOWER, np.column_stack([UPPER, UPPER])),
            "y_true and y_upper have different number of output (1!=2)",
        ),
        (lambda: score(TRUE, [np.nan] * 4, UPPER), "Input y_lower contains NaN"),
        (lambda: score(TRUE, LOWER, [np.nan] * 4), "Input y_upper contains NaN"),
        (lambda: score([np.nan] * 4, LOWER, UPPER), "Input y_true contains NaN"),
        (lambda: score(TRUE, LOWER, [np.inf] * 4), "Input y_upper contains infinity"),
        (
            lambda: score(pd.Series(TRUE), LOWER, pd.Series(UPPER, index=[4, 5, 6, 7])),
            "y_true and y_upper must have the same index",
        ),
        (
            lambda: interval_coverage(TRUE, LOWER, UPPER, sample_weight=[1, 1]),
            "sample_weight.shape == (2,)",
        ),
        (lambda: score(TRUE, LOWER, UPPER, coverage=80), "The 'coverage' parameter of"),
        (lambda: score(TRUE, LOWER, UPPER, coverage=1), "The 'coverage' parameter of"),
        (lambda: score(TRUE, LOWER, 3), "The 'y_upper' parameter of interval_score"),
    ],
)
def test_invalid_intervals(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
