"""Without an estimator, messages advise what the user of the forecaster can change."""

import inspect
import re
import warnings

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import months, network_pipe, walk
from sklearn.base import clone
from sklearn.pipeline import Pipeline

import skseq
from skseq import SequenceForecaster
from skseq.exceptions import IncompleteWindowWarning, SkillWarning

OF_PANDAS = {"dayfirst", "date_format"}


def with_jump(n_rows=70):
    """Return a series with a new level in its last rows, which fit holds out."""
    level = np.where(np.arange(n_rows) < 0.8 * n_rows, 0, 50)
    noise = np.random.default_rng(0).normal(0, 0.1, size=n_rows)
    return pd.Series(level + noise, months(n_rows), name="sales")


def without_rows(y, *numbers):
    return y.drop(y.index[list(numbers)])


def messages_of(y, category, **params):
    """Return a forecaster and the texts of one category, in a fit with intervals."""
    forecaster = SequenceForecaster(**params)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        forecaster.fit(y).forecast(coverage=0.8)
    return forecaster, [str(w.message) for w in caught if w.category is category]


def estimator_in(text, forecaster=None):
    """Run the code of the pipeline in a message."""
    return forecaster_in(text, forecaster).estimator


def forecaster_in(text, forecaster=None, **params):
    """Run the code in a message, with other parameters instead of the dots."""
    (code,) = re.findall(r"(SequenceForecaster\(.*), \.\.\.\)", text)
    public = {name: getattr(skseq, name) for name in skseq.__all__}
    names = {"Pipeline": Pipeline, "clone": clone, "forecaster": forecaster}
    return eval(f"{code})", public | names).set_params(**params)


def check_names_only_what_can_be_set(text):
    """Check that parameters outside the code are those of the forecaster."""
    outside = re.sub(r"SequenceForecaster\(.*, \.\.\.\)", "", text)
    can_be_set = {*inspect.signature(SequenceForecaster).parameters, *OF_PANDAS}
    assert set(re.findall(r"\b(\w+)=", outside)) <= can_be_set
    for name in ("time_steps", "units", "SequenceWindower", "freq_"):
        assert name not in outside


@pytest.mark.parametrize("kind", ["series", "many series", "array"])
def test_windows_left_out_are_fewer_with_the_estimator_of_the_message(kind):
    y = without_rows(walk(120), 50, 51)
    if kind == "many series":
        y = pd.concat({"a": y, "b": walk(120)})
    if kind == "array":
        y = y.set_axis(np.delete(np.arange(120), [50, 51]))
    forecaster, texts = messages_of(y, IncompleteWindowWarning, horizon=2)
    assert "copy of the forecaster" in texts[-1]  # which calibrates intervals
    for text in texts:
        check_names_only_what_can_be_set(text)
    pipe = estimator_in(texts[0], forecaster)
    # The other parameters are those that were chosen for y.
    assert pipe[-1].random_state == 0
    _, shorter = messages_of(y, IncompleteWindowWarning, estimator=pipe, horizon=2)
    counts = [int(re.search(r"leaves out (\d+)", t[0])[1]) for t in (texts, shorter)]
    assert counts[0] > counts[1]
    assert "use fewer time_steps" in shorter[0]


def test_windows_of_a_single_step_are_caused_by_the_horizon():
    y = without_rows(walk(60), 20, 21)
    with (
        pytest.warns(IncompleteWindowWarning, match="Because of gaps, only"),
        pytest.raises(ValueError, match="All 20 windows have missing steps") as info,
    ):
        SequenceForecaster(horizon=55).fit(y)
    assert "of the index, use a smaller horizon, or predict one" in str(info.value)
    check_names_only_what_can_be_set(str(info.value))


def in_runs(y, n_in_run):
    """Drop every few rows, so that the others are in runs of this many."""
    return without_rows(y, *range(0, len(y), n_in_run + 1))


def gap_error_of(*tables, **params):
    with (
        pytest.warns(IncompleteWindowWarning),
        pytest.raises(ValueError, match="windows have missing steps") as info,
    ):
        SequenceForecaster(**params).fit(*tables)
    return str(info.value)


@pytest.mark.sample(2)
@pytest.mark.parametrize("is_many", [False, True])
@pytest.mark.parametrize(
    ("n_in_run", "horizon"), [(15, 2), (15, 14), (15, 15), (3, 2), (3, 24), (2, 1)]
)
def test_an_error_about_gaps_holds_code_that_can_be_fitted(n_in_run, horizon, is_many):
    y = in_runs(walk(180), n_in_run)
    if is_many:
        y = pd.concat({"a": y, "b": y + 1})
    text = gap_error_of(y, horizon=horizon)
    check_names_only_what_can_be_set(text)
    advised = forecaster_in(text, horizon=horizon)
    # A direct forecast of more steps than follow in a run would learn from no row.
    is_direct = advised.strategy == "direct"
    assert is_direct == (horizon < n_in_run)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        advised.fit(y)
    said = " ".join(str(w.message) for w in caught)
    for found in re.findall(r"leaves out \d+ of \d+ windows .*? missing\.", said):
        n_lost, n_all, n_incomplete, n_unknown = (
            int(n) for n in re.findall(r"(\d+) (?:of|win|bec)", found)
        )
        assert n_lost == n_incomplete + n_unknown
        assert n_incomplete <= 0.6 * (n_all - n_unknown)


def test_no_windows_are_advised_where_none_has_all_its_steps():
    y = in_runs(walk(180), 10)
    X = y.to_frame("price") ** 2
    text = gap_error_of(X, y, horizon=12, log=False)
    assert text.endswith("Fill the gaps of the index, or use a smaller horizon.")
    text = gap_error_of(y, estimator=network_pipe(6), horizon=12)
    assert text.endswith("of the index, or set gaps='ignore' in the SequenceWindower.")


def test_code_in_an_error_removes_the_season_too():
    y = in_runs(walk(180) + 30 * np.sin(np.arange(180) * np.pi / 6), 20)
    assert forecaster_in(gap_error_of(y, horizon=2)).deseasonalize is True


SEASON = 30 * np.sin(np.arange(120) * np.pi / 6)
WITHOUT_SEASON = {"no season", "many without season"}
TARGETS = {
    "season": (lambda y: y, {}),
    "logarithm": (lambda y: y, {"log": True}),
    "no season": (lambda y: y, {"deseasonalize": False}),
    "numbers": (lambda y: y.set_axis(np.delete(np.arange(120), [80, 81])), {}),
    "two seasons": (lambda y: y, {"season_length": 24}),
    "growing": (lambda y: np.exp(y / 50), {}),
    "many": (lambda y: pd.concat({"a": y, "b": y[20:]}), {}),
    "many without season": (
        lambda y: pd.concat({"a": y, "b": y[20:]}),
        {"log": True, "deseasonalize": False},
    ),
}


@pytest.mark.parametrize("kind", TARGETS)
def test_code_transforms_the_target_as_the_forecaster_did(kind):
    change, params = TARGETS[kind]
    y = change(without_rows(walk(120) + SEASON + 100, 80, 81))
    with pytest.warns(IncompleteWindowWarning) as caught:
        fitted = SequenceForecaster(horizon=3, **params).fit(y)
    same = forecaster_in(str(caught[0].message), fitted, horizon=3)
    with pytest.warns(IncompleteWindowWarning):
        same.fit(y)
    for name in ("log_", "deseasonalize_", "season_length_"):
        np.testing.assert_array_equal(getattr(same, name), getattr(fitted, name))
    assert fitted.deseasonalize_.any() == (kind not in {"growing", *WITHOUT_SEASON})


def test_a_naive_forecast_is_named_as_an_estimator():
    y = with_jump()
    with pytest.warns(SkillWarning, match="The naive forecast 'last'") as caught:
        fitted = SequenceForecaster(horizon=3).fit(y)
    text = next(str(w.message) for w in caught if w.category is SkillWarning)
    check_names_only_what_can_be_set(text)
    naive = SequenceForecaster(estimator_in(text, fitted), horizon=3).fit(y)
    np.testing.assert_allclose(naive.forecast(), y.iloc[-1])


def test_a_smaller_horizon_is_advised_for_short_series():
    y = pd.concat({name: walk(20) for name in "ab"})
    for table in (y, y["a"]):
        with pytest.raises(ValueError, match=r"use a smaller horizon\.$"):
            SequenceForecaster(horizon=20).fit(table)
        SequenceForecaster(horizon=19).fit(table)


def test_the_steps_of_a_given_estimator_are_named():
    y = without_rows(walk(120), 50, 51)
    _, (first, *_) = messages_of(
        y, IncompleteWindowWarning, estimator=network_pipe(24), horizon=2
    )
    assert "use fewer time_steps" in first
    with pytest.warns(SkillWarning, match="Use NaiveRegressor.* or fewer units"):
        pipe = network_pipe(6, linear_weight=0)
        SequenceForecaster(pipe, horizon=3).fit(with_jump())


@pytest.mark.parametrize(("horizon", "n_rows"), [(10, 40), (40, 150)])
def test_short_series_are_included_with_the_windows_of_the_message(horizon, n_rows):
    y = pd.concat({"long": walk(2 * n_rows + 20), "short": walk(n_rows)})
    forecaster = SequenceForecaster(horizon=horizon).fit(y)
    with pytest.warns(IncompleteWindowWarning, match="1 of 2 series") as record:
        forecaster.forecast(coverage=0.5)
    text = str(record[0].message)
    assert "less accurate for the other series, so compare both in a backtest" in text
    shorter = estimator_in(text, forecaster)
    # Windows are read in patches only if they are long.
    assert ("patch_length" in text) == (forecaster.estimator_[-1].patch_length > 1)
    forecaster = SequenceForecaster(shorter, horizon=horizon).fit(y)
    assert len(forecaster.forecast(coverage=0.5)) == 2 * horizon  # without a warning


@pytest.mark.sample(4)
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("horizon", [1, 3, 8])
@pytest.mark.parametrize("lengths", [[1], [1, 2, 3], [2, 5]])
def test_advice_for_new_series_helps_those_that_it_names(lengths, horizon, strategy):
    y = pd.concat({"old": walk(40), **{f"new {n}": walk(n) for n in lengths}})
    forecaster = SequenceForecaster(horizon=horizon, strategy=strategy)
    with pytest.warns(IncompleteWindowWarning, match="still predicted") as found:
        forecaster.fit(y)
    _, end = re.split(r" rows?\)\.", str(found[0].message))
    ahead = horizon if strategy == "direct" else 1
    reached = [n for n in lengths if n > ahead]
    assert bool(end) == bool(reached)
    if not reached:
        return
    whom = "them" if reached == lengths else f"those with at least {reached[0]} rows"
    assert f"To train on {whom} as well, use shorter windows." in end
    shorter = SequenceForecaster(
        estimator_in(end, forecaster), horizon=horizon, strategy=strategy
    )
    with warnings.catch_warnings(record=True) as left_out:
        warnings.simplefilter("always", IncompleteWindowWarning)
        shorter.fit(y)
    n_left = len(lengths) - len(reached)
    assert [f"{n_left} of" in str(w.message) for w in left_out] == [True] * bool(n_left)


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
@pytest.mark.parametrize("horizon", range(1, 7))
def test_too_few_rows_are_reported_in_rows_and_horizon(horizon, strategy):
    forecaster = SequenceForecaster(horizon=horizon, strategy=strategy)
    n_rows = range(1, horizon + 1) if strategy == "direct" else [1]
    for n in n_rows:
        one = walk(n)
        for y in (one, one.to_numpy(), pd.concat({"a": one, "b": one + 1})):
            with pytest.raises(
                ValueError, match=f"but got {n} .*Pass more rows"
            ) as info:
                forecaster.fit(y)
            text = str(info.value)
            check_names_only_what_can_be_set(text.replace("n_samples=", ""))
            is_horizon_named = "smaller horizon" in text
            assert not (is_horizon_named and (n == 1 or horizon == 1))
            if n > 1:
                assert is_horizon_named
