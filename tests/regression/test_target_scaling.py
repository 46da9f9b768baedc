"""Target scalers that bend, and warm starts behind another scale."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    PowerTransformer,
    QuantileTransformer,
    StandardScaler,
)

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq._regression.targets.scaling import describe_scaler
from skseq.exceptions import RangeWarning

N_ROWS, N_TRAIN = 160, 120
LOG = FunctionTransformer(np.log, np.exp, check_inverse=False)


def growing(seed=0):
    months = np.arange(N_ROWS)
    noise = np.random.default_rng(seed).normal(size=N_ROWS)
    season = 0.2 * np.sin(months * np.pi / 6)
    return np.exp(4 + 0.02 * months + season + 0.03 * noise)


def pipe(*before, time_steps=13, **params):
    params = {"epochs": 5, "random_state": 0, "dtype": "float64"} | params
    return make_pipeline(
        *before, SequenceWindower(time_steps=time_steps), LSTMRegressor(4, **params)
    )


def rmse(prediction, y):
    return float(np.sqrt(np.mean((prediction - y) ** 2)))


@pytest.mark.parametrize("scaler", [None, TargetAwareMinMaxScaler(), StandardScaler()])
def test_a_logarithm_of_y_is_applied_to_its_past(scaler):
    y = growing()
    X = y.reshape(-1, 1)
    by_scaler = pipe(*[scaler] if scaler else [], target_scaler=LOG).fit(X, y)
    by_hand = pipe(target_scaler=None).fit(np.log(X), np.log(y))
    expected = np.exp(by_hand.predict(np.log(X)))
    np.testing.assert_allclose(by_scaler.predict(X)[20:], expected[20:], rtol=1e-6)
    assert by_scaler[-1].lag_.tolist() == [1]


@pytest.mark.parametrize(
    "scaler", [LOG, PowerTransformer(), PowerTransformer("box-cox")]
)
def test_bent_scalers_forecast_as_well_as_none(scaler):
    y = growing()
    X = y.reshape(-1, 1)
    train = X[:N_TRAIN], y[:N_TRAIN]
    errors = [
        rmse(pipe(target_scaler=s).fit(*train).predict(X[N_TRAIN:]), y[N_TRAIN:])
        for s in (scaler, "minmax")
    ]
    assert errors[0] < 1.1 * errors[1]


@pytest.mark.parametrize("growth", [1, -1])
@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_a_bounded_scaler_warns_where_predictions_stop(growth, distribution):
    y = pd.Series(growth * growing(), name="sales")
    X = y.to_frame()
    scaler = QuantileTransformer(n_quantiles=50, output_distribution=distribution)
    fitted = pipe(target_scaler=scaler).fit(X[:N_TRAIN], y[:N_TRAIN])
    fitted.predict(X[:N_TRAIN])  # within the range of fit
    with pytest.warns(RangeWarning, match="^Column 'sales', .*QuantileTransf") as w:
        late = fitted.predict(X[N_TRAIN:])
        fitted.predict(X[N_TRAIN:])
    assert len(w) == 1
    assert np.ptp(late[-10:]) < 0.01 * np.ptp(y)
    free = pipe(target_scaler=PowerTransformer()).fit(X[:N_TRAIN], y[:N_TRAIN])
    free.predict(X[N_TRAIN:])


def test_only_the_output_that_bends_is_rescaled():
    y = growing()
    targets = np.column_stack([y, np.cumsum(np.random.default_rng(1).normal(size=160))])
    both = FunctionTransformer(
        lambda t: np.column_stack([np.log(t[:, 0]), t[:, 1]]),
        lambda t: np.column_stack([np.exp(t[:, 0]), t[:, 1]]),
        check_inverse=False,
    )
    fitted = pipe(target_scaler=both).fit(targets, targets)
    model = fitted[-1]._fitted_model
    assert [feature.feature for feature in model.rescaled] == [0]
    assert fitted[-1].lag_.tolist() == [1, 1]


def test_a_value_that_the_scaler_cannot_transform_is_an_error():
    y = growing()
    fitted = pipe(target_scaler=LOG).fit(y.reshape(-1, 1), y)
    with (
        pytest.raises(ValueError, match="must return one finite number"),
        np.errstate(divide="ignore"),
    ):
        fitted.predict(np.zeros((20, 1)))


@pytest.mark.slow
def test_exports_rescale_too():
    y = growing()
    X = y.reshape(-1, 1)
    fitted = pipe(target_scaler=LOG).fit(X, y)
    windows = fitted[:-1].transform(X)[20:]
    exported = fitted[-1].to_scikeras().predict(windows)
    np.testing.assert_allclose(exported, fitted.predict(X)[20:], rtol=1e-5)


def test_outputs_without_past_leave_the_others_alone():
    y = growing()
    other = np.random.default_rng(3).normal(size=N_ROWS)
    X = y.reshape(-1, 1)
    alone = pipe(linear_weight=1).fit(X, y).predict(X)
    both = pipe(linear_weight=1).fit(X, np.column_stack([y, other]))
    np.testing.assert_allclose(both.predict(X)[:, 0], alone)
    assert both[-1].lag_.tolist() == [1, 0]
    assert both[-1].linear_weight_.tolist() == [1, 0]


@pytest.mark.parametrize("time_steps", [1, 2])
def test_short_windows_have_an_anchor_too(time_steps):
    y = growing()
    X = y.reshape(-1, 1)
    fitted = pipe(time_steps=time_steps).fit(X[:N_TRAIN], y[:N_TRAIN])
    assert fitted[-1].lag_.tolist() == [1]
    last = np.concatenate([y[N_TRAIN - 1 : -1]])
    assert rmse(fitted.predict(X[N_TRAIN:]), y[N_TRAIN:]) < 1.1 * rmse(
        last, y[N_TRAIN:]
    )
    with pytest.raises(ValueError, match="needs windows of at least 3 steps"):
        pipe(time_steps=time_steps, normalization="instance").fit(X, y)


# Warm starts behind a scaler that was fitted again


def monthly():
    index = pd.date_range("2010-01-01", periods=N_ROWS, freq="MS")
    return pd.DataFrame({"sales": growing()}, index=index)


def test_a_warm_start_behind_another_scale_is_refused():
    X = monthly()
    warm = pipe(TargetAwareMinMaxScaler(), warm_start=True).fit(X[:100], X.sales[:100])
    with pytest.raises(ValueError, match="scale has changed.*keep the fitted"):
        warm.fit(X[:140], X.sales[:140])


def test_a_warm_start_on_fitted_steps_continues():
    X = monthly()
    warm = pipe(TargetAwareMinMaxScaler(), warm_start=True).fit(X[:100], X.sales[:100])
    warm[-1].fit(warm[:-1].transform(X[:140]), X.sales[:140])
    assert warm[-1].n_iter_ == 10
    warm.predict(X)


@pytest.mark.parametrize("change", [10.0, 0.5, -5.0])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_the_scale_of_windows_without_origin_is_compared(method, change):
    X = monthly()
    made = pipe(TargetAwareMinMaxScaler(), warm_start=True).fit(X[:100], X.sales[:100])
    windows, rnn = made[:-1].transform(X[:140]), made[-1]
    before = rnn.predict(windows)
    other = windows * change if change > 0 else windows - change
    with pytest.raises(ValueError, match="scale has changed.*keep the fitted"):
        getattr(rnn, method)(other, X.sales[:140])
    assert (rnn.predict(windows) == before).all()
    getattr(rnn, method)(windows.copy(), X.sales[:140])
    getattr(rnn, method)(windows[-3:].copy(), X.sales[137:140])  # too few to tell
    assert rnn.n_iter_ == {"fit": 15, "partial_fit": 7}[method]


@pytest.mark.parametrize(("before", "after"), [(1, 2), (3, 1), (2, 5)])
@pytest.mark.parametrize("scaler", [(), (TargetAwareMinMaxScaler(),)])
def test_a_warm_start_with_another_horizon_is_refused(before, after, scaler):
    X = monthly()
    warm = pipe(*scaler, warm_start=True).set_params(sequencewindower__horizon=before)
    warm.fit(X[:100], X.sales[:100])
    match = f"windows that end {before} steps? before.*now they end {after}"
    for windows in (lambda w: w, np.copy):
        windower = SequenceWindower(13, horizon=after)
        rows = warm[:-2].transform(X[:100]) if scaler else X[:100]
        again = windows(windower.fit_transform(rows))
        with pytest.raises(ValueError, match=match):
            warm[-1].fit(again, X.sales[:100])
    assert warm[-1].lag_ == [before]


def test_a_warm_start_on_the_same_scale_continues():
    X = monthly()
    warm = pipe(warm_start=True).fit(X[:100], X.sales[:100])  # no scaler before
    warm.fit(X[:140], X.sales[:140])
    assert warm[-1].n_iter_ == 10


def with_events(largest):
    """Sales, and a column with some larger values from row 100 on."""
    X = monthly()
    X["visitors"] = np.random.default_rng(0).uniform(0, 5, N_ROWS)
    X.iloc[105:135:7, 1] = largest
    return X


def behind(scaler):
    """Make a Pipeline with a warm start that scales only the other column."""
    scale_others = ColumnTransformer(
        [("past", "passthrough", ["sales"]), ("scale", scaler, ["visitors"])],
        verbose_feature_names_out=False,
    )
    return pipe(scale_others.set_output(transform="pandas"), warm_start=True)


def with_series(X):
    return pd.concat({name: X for name in (1, 2)}, names=["shop", "month"])


SCALERS = TargetAwareMinMaxScaler(), StandardScaler()


@pytest.mark.sample(2)
@pytest.mark.parametrize("make", [lambda X: X, with_series], ids=["one", "two series"])
@pytest.mark.parametrize("scaler", SCALERS, ids=str)
@pytest.mark.parametrize("future", [None, ["visitors"]], ids=str)
def test_a_warm_start_behind_another_scale_of_a_column_is_refused(make, scaler, future):
    for largest, is_refused in (50, True), (4, isinstance(scaler, StandardScaler)):
        X = with_events(largest)
        early, late = make(X[:100]), make(X[:140])
        warm = behind(scaler)
        warm.set_params(sequencewindower__future_columns=future)
        warm.fit(early, early.sales)
        if is_refused:
            match = "scale has changed.*: Column 'visitors' of X is .*keep the fitted"
            with pytest.raises(ValueError, match=match):
                warm.fit(late, late.sales)
        else:
            warm.fit(late, late.sales)
            assert warm[-1].n_iter_ == 10


def test_a_warm_start_on_later_rows_warns_of_columns_of_an_unknown_scale():
    X = with_events(4)
    warm = behind(StandardScaler()).fit(X[:100], X.sales[:100])
    with pytest.warns(UserWarning, match="may have changed. Column 'visitors' of X is"):
        warm.fit(X[100:], X.sales[100:])


def test_parts_of_a_table_that_are_numbered_from_0_are_accepted():
    X = with_events(4).reset_index(drop=True)
    regressor = pipe()[-1].set_params(early_stopping=False)
    windower = SequenceWindower(6)
    for first in (0, 50, 100):
        part = X[first : first + 50].reset_index(drop=True)
        windows = windower.fit_transform(part)
        regressor.partial_fit(windows.copy(), part.sales)
    assert regressor.n_iter_ == 3


@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_warm_start_without_a_complete_window_says_so(method):
    X = with_events(4)
    warm = pipe(warm_start=True).fit(X[:100], X.sales[:100])
    windows = np.full((20, *warm[:-1].transform(X[:1]).shape[1:]), np.nan)
    with pytest.raises(ValueError, match="All 20 windows have missing steps"):
        getattr(warm[-1], method)(windows, X.sales[:20])


@pytest.mark.parametrize("columns", [["visitors", "sales"], ["sales", "guests"]])
def test_a_warm_start_with_other_columns_is_refused(columns):
    X = with_events(4).assign(guests=lambda X: X.visitors)
    warm = pipe(warm_start=True).fit(X[["sales", "visitors"]][:100], X.sales[:100])
    with pytest.raises(ValueError, match=r"the columns .*'visitors'\]; got .*Pass the"):
        warm.fit(X[columns], X.sales)
    with pytest.raises(ValueError, match=r"the future_columns .*\[\]; got \['vis"):
        warm.set_params(sequencewindower__future_columns=["visitors"]).fit(
            X[["sales", "visitors"]], X.sales
        )
    assert warm[-1].n_iter_ == 5


def test_the_text_of_a_scaler_names_no_address():
    def make():
        return FunctionTransformer(lambda t: t + 1)

    scalers = make(), make()
    assert len(set(map(repr, scalers))) == 2
    assert len({describe_scaler(scaler) for scaler in scalers}) == 1
    assert describe_scaler(StandardScaler()) != describe_scaler(LOG)
