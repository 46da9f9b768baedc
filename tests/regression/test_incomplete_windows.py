"""Rows whose windows are not complete: fit and predict say how many, and why."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.model_selection import TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._regression.rows.first_rows import known_steps_at_end
from skseq._series.windows import Windows
from skseq.exceptions import IncompleteWindowWarning

N_ROWS = 120
INDEXES = {
    "days": pd.date_range("2024-01-01", periods=N_ROWS),
    "business days": pd.bdate_range("2024-01-01", periods=N_ROWS),
    "hours in Berlin": pd.date_range("2024-03-29", periods=N_ROWS, freq="h", tz="CET"),
    "months": pd.date_range("2010-01-31", periods=N_ROWS, freq="ME"),
    "periods": pd.period_range("2010Q1", periods=N_ROWS, freq="Q"),
    "integers": pd.RangeIndex(0, 10 * N_ROWS, 10),
}
KINDS = pytest.mark.parametrize("kind", INDEXES)


def table(kind):
    y = 100 + np.cumsum(np.random.default_rng(0).normal(size=N_ROWS))
    return pd.DataFrame({"v": y}, index=INDEXES[kind])


NETWORK = LSTMRegressor(2, epochs=1, random_state=0)
REGRESSORS = pytest.mark.parametrize("regressor", [NETWORK, NaiveRegressor("mean")])


def pipe(*steps, time_steps=4, regressor=NETWORK):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps=time_steps),
        *steps,
        clone(regressor),
    )


def warnings_of(call):
    """Return the texts of the warnings about incomplete windows in a call."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [
        str(warning.message)
        for warning in caught
        if warning.category is IncompleteWindowWarning
    ]


@KINDS
@REGRESSORS
def test_nothing_is_said_where_nothing_is_missing(kind, regressor):
    X = table(kind)
    fitted = pipe(regressor=regressor)
    for call in (
        lambda: fitted.fit(X[:100], X.v[:100]),  # the first windows cannot be complete
        lambda: fitted.predict(X[:100]),
        lambda: fitted.predict(X[100:]),
        lambda: fitted.predict(X[100:101]),
        lambda: fitted.predict(X),
    ):
        assert warnings_of(call) == []


@KINDS
@REGRESSORS
@pytest.mark.parametrize("n_later", [1, 3])
def test_rows_without_the_rows_before_are_named(kind, regressor, n_later):
    X = table(kind)
    fitted = pipe(regressor=regressor).fit(X[:100], X.v[:100])
    (text,) = warnings_of(lambda: fitted.predict(X[110 : 110 + n_later]))
    rows = "1 row" if n_later == 1 else f"{n_later} rows"
    start = f"Steps are missing in the windows of {n_later} of {rows} to predict"
    assert text.startswith(f"{start}, in 1 of them all steps of the target. The first")
    assert f"The first is {X.index[110]}." in text
    assert "at least 4 rows before" in text


@KINDS
@REGRESSORS
def test_windows_that_know_something_are_not_said_to_know_nothing(kind, regressor):
    X = table(kind)
    fitted = pipe(regressor=regressor).fit(X[:100], X.v[:100])
    later = X.drop(index=X.index[104:107])[100:]
    (text,) = warnings_of(lambda: fitted.predict(later))
    start = "Steps are missing in the windows of 4 of 17 rows to predict. The first is"
    assert text.startswith(start)


def as_series(name, X):
    return pd.concat({name: X})


@KINDS
@REGRESSORS
@pytest.mark.parametrize("first", [0, 100, 110])
def test_the_first_rows_of_another_series_have_no_past(kind, regressor, first):
    X = table(kind)
    train = as_series("a", X[:100])
    fitted = pipe(regressor=regressor).fit(train, train.v)
    assert warnings_of(lambda: fitted.predict(train)) == []
    other = as_series("b", X[first:])
    (text,) = warnings_of(lambda: fitted.predict(other))
    assert text.startswith(
        f"Steps are missing in the windows of 4 of {len(other)} rows to predict, in 1 "
        f"of them all steps of the target. The first is {X.index[first]} of series b."
    )


def test_a_naive_forecast_warns_of_the_columns_that_it_is_made_from():
    rng = np.random.default_rng(0)
    windows = SequenceWindower(4).fit_transform(rng.normal(size=(60, 2))).copy()
    y = np.append(windows[1:, -1, 0], 0.0)
    past = np.append(np.nan, y[:-1])
    windows[:, -1, 0] = np.nan_to_num(past)
    naive = NaiveRegressor(target_feature=0).fit(windows[4:], y[4:])
    later = windows[10:].copy()
    later[5, 2, 1] = np.nan
    assert warnings_of(lambda: naive.predict(later)) == []
    later[5, 3, 0] = np.nan
    (text,) = warnings_of(lambda: naive.predict(later))
    assert text.startswith("Steps are missing in the windows of 1 of 50 rows")
    mean = NaiveRegressor(without_past="mean").fit(windows[4:], rng.normal(size=56))
    assert warnings_of(lambda: mean.predict(later)) == []


@KINDS
def test_an_embargo_is_named(kind):
    X = table(kind)
    train, test = list(TimeSeriesSplit(2, gap=15).split(X))[-1]
    fitted = pipe().fit(X.iloc[train], X.v.iloc[train])
    (text,) = warnings_of(lambda: fitted.predict(X.iloc[test]))
    start = f"Steps are missing in the windows of 4 of {len(test)} rows to predict, "
    assert text.startswith(start)


@KINDS
def test_fit_names_the_longest_gap(kind):
    X = table(kind).drop(index=INDEXES[kind][60:75])
    (text,) = warnings_of(lambda: pipe().fit(X, X.v))
    assert text.startswith("Training leaves out 4 of 105 windows (4%)")
    assert f"The longest gap is 15 steps before {INDEXES[kind][75]}." in text
    assert "ill the gaps of the index, use fewer time_steps, or set gaps=" in text
    assert "pd.read_csv" not in text


def test_a_scaler_after_the_windower_changes_nothing():
    X = table("days")
    fitted = pipe(TargetAwareMinMaxScaler()).fit(X[:100], X.v[:100])
    assert warnings_of(lambda: fitted.predict(X[:100])) == []
    (text,) = warnings_of(lambda: fitted.predict(X[110:]))
    assert "The first is 2024-04-20" in text


def test_padded_sequences_are_told_apart_from_gaps():
    rng = np.random.default_rng(0)
    windows, y = rng.normal(size=(60, 5, 2)), rng.normal(size=60)
    for row in range(0, 60, 4):
        windows[row, : 1 + row % 3] = np.nan
    regressor = LSTMRegressor(2, epochs=1)
    (text,) = warnings_of(lambda: regressor.fit(windows, y))
    assert "padded sequences. Masking is not supported" in text
    windows[1, 2] = np.nan  # a gap within a window is no padding
    (text,) = warnings_of(lambda: regressor.fit(windows, y))
    assert "padded" not in text


def test_single_rows_of_arrays_are_named_from_the_second_on():
    X = table("days").to_numpy()
    fitted = pipe().fit(X[:100], X[:100, 0])
    assert warnings_of(lambda: fitted.predict(X[100:101])) == []
    assert warnings_of(lambda: fitted.predict(X[100:103])) == []  # begins with it
    (text,) = warnings_of(lambda: fitted.predict(X[101:102]))
    assert "X has no index" in text
    assert "a pandas object with an index of times" in text


def test_copied_windows_say_nothing_of_their_first_rows():
    X = table("days").to_numpy()
    windows = SequenceWindower(4).fit_transform(X).copy()
    regressor = LSTMRegressor(2, epochs=1)
    assert warnings_of(lambda: regressor.fit(windows, X[:, 0])) == []
    windows[50, 1] = np.nan
    (text,) = warnings_of(lambda: regressor.fit(windows, X[:, 0]))
    assert text.startswith("Training leaves out 1 of 120 windows")
    assert "The first belongs to row 50." in text


@KINDS
@pytest.mark.parametrize("is_panel", [False, True])
def test_each_remedy_that_predict_names_ends_the_warning(kind, is_panel):
    X = table(kind)

    def rows(part):
        return as_series("a", part) if is_panel else part

    train = rows(X[:100])
    fitted = pipe().fit(train, train.v)
    (text,) = warnings_of(lambda: fitted.predict(rows(X[106:])))
    assert "pass all rows since fit to predict, without gaps. Or set" in text
    assert "history=None in the SequenceWindower, and pass at least 4 rows" in text
    assert warnings_of(lambda: fitted.predict(rows(X[100:]))) == []
    without = pipe().set_params(sequencewindower__history=None).fit(train, train.v)
    assert warnings_of(lambda: without.predict(rows(X[106:]))) == []
    y_pred = without.predict(rows(X[106:]))[4:]
    np.testing.assert_allclose(y_pred, fitted.predict(rows(X[100:]))[10:])


@pytest.mark.sample(2)
@KINDS
@pytest.mark.parametrize("is_panel", [False, True])
@pytest.mark.parametrize("first", [10, 50, 97])
def test_rows_before_are_asked_for_where_rows_of_fit_are_predicted(
    kind, is_panel, first
):
    X = table(kind)

    def rows(part):
        return as_series("a", part) if is_panel else part

    fitted = pipe().fit(rows(X[:100]), X.v[:100].to_numpy())
    (text,) = warnings_of(lambda: fitted.predict(rows(X[first:])))
    assert "To complete them, pass the 4 rows before as well, without gaps, and" in text
    assert (
        "ignore the predictions of rows that you pass only to complete others" in text
    )
    assert "TimeSeriesSplit() of scikit-learn, or ForecastSplit of skseq." in text
    more = fitted.predict(rows(X[first - 4 :]))[4:]
    np.testing.assert_allclose(more, fitted.predict(rows(X))[first:], rtol=1e-6)


@pytest.mark.sample(2)
@KINDS
@pytest.mark.parametrize("n_rows", [2, 7, 30])
def test_rows_since_fit_are_not_asked_for_where_fit_has_none(kind, n_rows):
    X = table(kind)
    both = pd.concat([as_series("a", X), as_series("b", X)])
    fitted = pipe().fit(both, both.v)
    (text,) = warnings_of(lambda: fitted.predict(as_series("new", X[-n_rows:])))
    assert "Its series was not in fit" in text
    assert "pass at least 4 rows before it as well, without gaps, and ignore" in text
    assert "since fit" not in text
    without = pipe().set_params(sequencewindower__history=None).fit(both, both.v)
    gap = as_series("a", X[20:].drop(X.index[50:80]))
    (text,) = warnings_of(lambda: without.predict(gap))
    assert "Its series was not in fit" not in text


@pytest.mark.parametrize("rate", [0, 0.1, 0.5, 1])
def test_known_steps_at_the_end_of_windows_are_counted(rate):
    rng = np.random.default_rng(0)
    series = np.where(rng.random((90, 2)) < rate, np.nan, 1.0)
    windows = Windows(series, rng.permutation(80), 10)
    missing = np.isnan(windows.cut()).any(axis=2)
    counts = [row[::-1].argmax() if row.any() else 10 for row in missing]
    np.testing.assert_array_equal(known_steps_at_end(windows), counts)


BUSINESS_DAYS = pd.bdate_range("2024-01-01", periods=200)


def test_holidays_that_are_declared_end_the_warning():
    index = BUSINESS_DAYS.delete([90, 91, 130])
    X = pd.DataFrame({"v": np.random.default_rng(0).normal(size=197)}, index)
    (text,) = warnings_of(lambda: pipe().fit(X, X.v))
    assert "2 steps before 2024-05-08 00:00:00. If these days are holidays" in text
    assert "X.asfreq(pd.offsets.CustomBusinessDay(holidays=[...])). Otherwise" in text
    closed = list(BUSINESS_DAYS[[90, 91, 130]])
    X = X.asfreq(pd.offsets.CustomBusinessDay(holidays=closed))
    assert warnings_of(lambda: pipe().fit(X, X.v)) == []


TRAINING_CONTINUES = pytest.mark.parametrize("method", ["fit", "partial_fit"])


def train_again(pipe, method, X):
    """Continue training on rows, with the fitted steps before the regressor."""
    train = getattr(pipe[-1].set_params(warm_start=True), method)
    return warnings_of(lambda: train(pipe[:-1].transform(X), X.v))


@KINDS
@TRAINING_CONTINUES
@pytest.mark.parametrize("first", [1, 97, 103])
def test_first_rows_are_as_quiet_where_training_continues_as_in_fit(
    kind, method, first
):
    X = table(kind)
    fitted = pipe().fit(X[:100], X.v[:100])
    assert train_again(fitted, method, X[first:]) == []
    gap = X[first:].drop(INDEXES[kind][110:112])
    (text,) = train_again(fitted, method, gap)
    assert text.startswith(f"Training leaves out 4 of {len(gap)} windows")
    assert f"The longest gap is 2 steps before {INDEXES[kind][112]}." in text


@TRAINING_CONTINUES
@pytest.mark.parametrize("names", ["ab", "bc", "c"])
def test_first_rows_of_series_are_as_quiet_where_training_continues(method, names):
    X = table("days")
    both = pd.concat({"a": X[:100], "b": X[10:100]})
    fitted = pipe().fit(both, both.v)
    later = pd.concat({name: X[30:] for name in names})
    assert train_again(fitted, method, later) == []
    later = later.drop(X.index[60], level=1)
    (text,) = train_again(fitted, method, later)
    n_lost = 4 * len(names)
    assert text.startswith(f"Training leaves out {n_lost} of {len(later)} windows")
