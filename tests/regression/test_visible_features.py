"""A regressor refuses a table or windows that show the value to predict."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skseq import (
    GRURegressor,
    LSTMRegressor,
    NaiveRegressor,
    RecurrentRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq.exceptions import LaggedTargetWarning

FAST = {"units": 2, "epochs": 1, "random_state": 0}
REGRESSORS = [
    LSTMRegressor(**FAST),
    GRURegressor(**FAST),
    RecurrentRegressor("rnn", **FAST),
    NaiveRegressor(),
]
N_ROWS = 60


@pytest.fixture(params=REGRESSORS, ids=lambda r: type(r).__name__)
def regressor(request):
    return clone(request.param)


def make_table(n_rows=N_ROWS):
    rng = np.random.default_rng(0)
    index = pd.date_range("2024-01-01", periods=n_rows, freq="h")
    X = pd.DataFrame({"z": rng.random(n_rows), "v": rng.normal(size=n_rows)}, index)
    return X, X["v"]


@pytest.mark.parametrize(
    "scaler", ["passthrough", TargetAwareMinMaxScaler(), StandardScaler()]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_forgotten_windower_raises(regressor, scaler, sign):
    X, y = make_table()
    pipe = make_pipeline(scaler, regressor).set_output(transform="pandas")
    match = r"Column 'v' of X is the target .* Put a SequenceWindower before"
    with pytest.raises(ValueError, match=match):
        pipe.fit(X, sign * y)


def test_a_table_without_names(regressor):
    X, y = make_table()
    with pytest.raises(ValueError, match="Column 1 of X is the target itself"):
        regressor.fit(X.to_numpy(), y.to_numpy())


@pytest.mark.parametrize("n_later", [0, 1])
def test_windows_that_end_at_their_row_or_later_raise(regressor, n_later):
    X, y = make_table()
    windows = SequenceWindower(3, horizon=0).fit_transform(X)
    y = np.roll(y, n_later)  # the windows end with the value of so many rows later
    with pytest.raises(ValueError, match="Column 'v' of X is the .* last step of each"):
        regressor.fit(windows, y)
    windows = SequenceWindower(3, horizon=0).fit_transform(X.to_numpy())
    with pytest.raises(ValueError, match="Feature 1 of X is the .* last step of each"):
        regressor.fit(windows, y)


def test_windows_cut_by_hand_raise_a_warning():
    X, y = make_table()
    windows = SequenceWindower(3, horizon=0).fit_transform(X).copy()
    with pytest.warns(LaggedTargetWarning, match="Feature 1 of X is the target itself"):
        LSTMRegressor(**FAST).fit(windows, y)


def test_the_output_is_named():
    X, y = make_table()
    Y = np.column_stack([np.random.default_rng(3).random(N_ROWS), 3 - y])
    with pytest.raises(ValueError, match=r"y\[:, 1\] = -1 \* column \+ 3"):
        LSTMRegressor(**FAST).fit(X, Y)


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_what_is_learned_later_is_looked_at_too(method):
    X, y = make_table()
    regressor = LSTMRegressor(**FAST, warm_start=True, early_stopping=False)
    regressor.fit(X[["z"]], y)
    with pytest.raises(ValueError, match="Column 'z' of X is the target itself"):
        getattr(regressor, method)(X[["z"]], X["z"])


def test_rows_of_no_weight_do_not_count(regressor):
    X, y = make_table()
    weight = np.r_[np.ones(N_ROWS // 2), np.zeros(N_ROWS // 2)]
    changed = y.where(weight == 1, 0.0)
    with pytest.raises(ValueError, match="Column 'v' of X is the target itself"):
        regressor.fit(X, changed, sample_weight=weight)


def test_what_is_no_offence():
    X, y = make_table()
    LSTMRegressor(**FAST).fit(X[["z"]], y)
    lagged = X.assign(v=y.shift(1)).iloc[1:]
    LSTMRegressor(**FAST).fit(lagged, y[1:])
    make_pipeline(SequenceWindower(3), LSTMRegressor(**FAST)).fit(X, y)
    few, y = make_table(10)
    LSTMRegressor(**FAST).fit(few, y)
    TargetAwareMinMaxScaler().fit(*make_table())


NEAR_COPIES = {
    "typos": lambda y: y.where(~np.isin(np.arange(N_ROWS), [9, 40]), 0.0),
    "rounded": lambda y: y.round(1),
    "noise": lambda y: y + np.random.default_rng(1).normal(size=N_ROWS) / 100,
    "power": lambda y: (y + 9) ** 1.1,
    "decreasing": lambda y: (18 - y).round(1),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize("change", NEAR_COPIES.values(), ids=NEAR_COPIES)
@pytest.mark.parametrize("n_later", [0, 1, 2])
@pytest.mark.parametrize("names", [True, False])
def test_near_copies_in_a_table_raise_a_warning(change, n_later, names):
    X, y = make_table()
    table = X.assign(v=change(y.shift(-n_later).bfill().ffill()))
    row = f"{n_later} rows? later" if n_later else "in the same row"
    name = "'v'" if names else "1"
    match = f"Column {name} of X changes as the target does {row}.*SequenceWindower"
    with pytest.warns(LaggedTargetWarning, match=match):
        LSTMRegressor(**FAST).fit(table if names else table.to_numpy(), y)


@pytest.mark.parametrize("change", NEAR_COPIES.values(), ids=NEAR_COPIES)
def test_near_copies_in_windows_raise_a_warning(change):
    X, y = make_table()
    windows = SequenceWindower(3, horizon=0).fit_transform(X.assign(v=change(y)))
    with pytest.warns(LaggedTargetWarning, match="Column 'v' of X changes as the"):
        LSTMRegressor(**FAST).fit(windows, y)
    with pytest.warns(LaggedTargetWarning, match="Feature 1 of X changes as the"):
        LSTMRegressor(**FAST).fit(windows.copy(), y)


def test_near_copies_in_rows_of_no_weight_do_not_count():
    X, y = make_table()
    copied = np.arange(N_ROWS) < N_ROWS // 2
    table = X.assign(v=np.where(copied, y.round(1), X["z"]))
    with pytest.warns(LaggedTargetWarning, match="Column 'v' of X changes"):
        LSTMRegressor(**FAST).fit(table, y, sample_weight=copied)
    LSTMRegressor(**FAST).fit(table, y, sample_weight=~copied)


@pytest.mark.parametrize("horizon", [0, 1])
def test_an_echo_of_a_column_is_learned_from_windows_without_labels(horizon):
    signal = np.random.default_rng(3).random(400)
    X = pd.DataFrame({"signal": signal[2:]})
    y = pd.Series(signal[:-2])
    windower = SequenceWindower(5, horizon=horizon)
    with pytest.raises(ValueError, match=r"2 rows later.*np\.asarray\(windower\.fit_"):
        windower.fit(X, y)
    windows = windower.fit_transform(X)
    network = LSTMRegressor(8, epochs=60, learning_rate=0.03, random_state=0)
    with pytest.raises(ValueError, match=r"pass np\.asarray\(X\), for which fit only"):
        network.fit(windows, y)
    with pytest.warns(LaggedTargetWarning, match=f"{2 - horizon} rows? later"):
        network.fit(np.asarray(windows), y)
    errors = network.predict(np.asarray(windows)) - y
    assert errors[10:].abs().mean() < 0.5 * (y - y.mean()).abs().mean()


@pytest.mark.sample(2)
@pytest.mark.parametrize("n_decimals", [0, 1, 8])
@pytest.mark.parametrize("change", ["exact", "noisy"])
@pytest.mark.parametrize("with_past", [True, False])
@pytest.mark.parametrize("rows", ["all", "some", "two series"])
def test_the_target_repeated_at_all_steps_raises_a_warning(
    n_decimals, change, with_past, rows
):
    rng = np.random.default_rng(2)
    series = np.round(rng.normal(5, 3, 90), n_decimals)
    cut = np.lib.stride_tricks.sliding_window_view(series, 6)
    if rows == "some":
        cut = np.delete(cut, [10, 30, 31], axis=0)
    elif rows == "two series":
        cut = np.concatenate([cut[:40], cut[45:] * 2 + 9])
    target = cut[:, -1:]
    if change == "noisy":
        target = target + rng.normal(size=target.shape) / 100
    X = np.repeat(target, 5, axis=1)[:, :, np.newaxis]
    if with_past:
        X = np.append(X, cut[:, :-1, np.newaxis], axis=2)
    what = "is the target itself" if change == "exact" else "changes as the target does"
    with pytest.warns(LaggedTargetWarning, match=f"Feature 0 of X {what}"):
        LSTMRegressor(**FAST).fit(X, cut[:, -1])
