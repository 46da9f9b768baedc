"""What is known in advance is seen up to the step forecast, and nothing else is."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import (
    STRATEGIES,
    LeastSquares,
    forecaster,
    linear_pipe,
    months,
    naive_pipe,
    shops,
    walk,
)
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from skseq import SequenceWindower

N_KNOWN, HORIZON = 70, 3


def table(n=90):
    """Return a table whose target follows from a price of the same row."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(n, 2)), months(n), ["price", "visitors"])
    noise = rng.normal(size=n).cumsum()
    y = pd.Series(3 * X["price"] + 0.01 * noise, name="sales")
    return X, y


def fit(strategy="direct", pipe=None, columns=("price", "visitors"), **params):
    X, y = table()
    params = {"future_columns": ["price"], "horizon": HORIZON} | params
    fitted = forecaster(pipe, strategy=strategy, **params)
    return fitted.fit(X[list(columns)][:N_KNOWN], y[:N_KNOWN])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_price_of_the_step_forecast_is_used(strategy):
    X, y = table()
    fitted = fit(strategy, columns=["price"])
    forecast = fitted.forecast(X_future=X)
    errors = np.abs(forecast - y[N_KNOWN : N_KNOWN + HORIZON])
    assert errors.max() < 0.2 < np.ptp(y[N_KNOWN:])


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_forecast_depends_on_no_other_cell_of_the_future(strategy):
    X, _ = table()
    columns = ["price"] if strategy == "recursive" else ["price", "visitors"]
    fitted = fit(strategy, columns=columns)
    expected = fitted.forecast(X_future=X)
    changed = X.copy()
    changed["visitors"] = np.nan
    changed.iloc[:N_KNOWN] = 1e9  # of known rows, those of fit are read
    changed.iloc[N_KNOWN + HORIZON :] = 1e9
    pd.testing.assert_series_equal(fitted.forecast(X_future=changed), expected)
    only = changed[["price"]][N_KNOWN : N_KNOWN + HORIZON]
    pd.testing.assert_series_equal(fitted.forecast(X_future=only), expected)
    pd.testing.assert_series_equal(
        fitted.forecast(X_future=only[::-1].sort_index()), expected
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_fit_depends_on_no_later_row(strategy):
    X, y = table()
    columns = ["price"]
    kwargs = {"horizon": HORIZON, "strategy": strategy, "future_columns": columns}
    earlier = forecaster(**kwargs).fit(X[columns][:N_KNOWN], y[:N_KNOWN])
    X_later, y_later = X[columns].copy(), y.copy()
    X_later[N_KNOWN:], y_later[N_KNOWN:] = 1e6, -1e6
    again = forecaster(**kwargs).fit(X_later[:N_KNOWN], y_later[:N_KNOWN])
    np.testing.assert_array_equal(
        earlier.forecast(X_future=X), again.forecast(X_future=X)
    )


def test_the_past_of_other_columns_is_used():
    X, y = table()
    fitted = fit()
    expected = fitted.forecast(X_future=X)
    fitted.update(X[N_KNOWN : N_KNOWN + 1], y[N_KNOWN : N_KNOWN + 1])
    changed = X.copy()
    changed.iloc[N_KNOWN, 1] += 10
    other = fit().update(changed[N_KNOWN : N_KNOWN + 1], y[N_KNOWN : N_KNOWN + 1])
    assert (fitted.forecast(X_future=X) != other.forecast(X_future=X)).all()
    assert expected.index[1:].equals(fitted.forecast(X_future=X).index[:-1])


@pytest.mark.parametrize("target", ["frame", "array"])
def test_a_column_that_is_the_target_is_not_used_twice(target):
    X, y = table()
    alone = fit(columns=["price"]).forecast(X_future=X)
    with_y = X[["price"]].assign(sales=y)
    kwargs = {"future_columns": [0], "horizon": HORIZON}
    if target == "array":
        with_y, y = with_y.to_numpy(), y.to_numpy()
    fitted = forecaster(**kwargs).fit(with_y[:N_KNOWN], y[:N_KNOWN])
    future = X[["price"]][N_KNOWN : N_KNOWN + HORIZON]
    forecast = fitted.forecast(X_future=future.to_numpy())
    np.testing.assert_allclose(forecast, alone)
    assert fitted.estimator_[-1].windows_.shape[2] == 2
    following = slice(N_KNOWN, N_KNOWN + HORIZON)
    np.testing.assert_allclose(fitted.predict(with_y[following]), alone)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_encoded_columns_are_known_in_advance_too(strategy):
    y = pd.Series(np.resize(np.arange(12.0) ** 2, 90), months(90), name="sales")
    X = pd.DataFrame({"month": y.index.month_name(), "month_before": 0.0}, y.index)
    encode = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["month"]), remainder="passthrough"
    )
    pipe = make_pipeline(encode, SequenceWindower(HORIZON), LeastSquares())
    fitted = forecaster(
        pipe,
        horizon=HORIZON,
        strategy=strategy,
        future_columns=["month"] if strategy == "direct" else ["month", "month_before"],
    ).fit(X[:N_KNOWN], y[:N_KNOWN])
    names = fitted.estimator_[1].future_columns
    assert len(names) == (12 if strategy == "direct" else 13)
    pd.testing.assert_series_equal(
        fitted.forecast(X_future=X), y[N_KNOWN : N_KNOWN + HORIZON], atol=1e-7
    )


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_columns_made_of_the_index_need_no_future_table(strategy):
    y = pd.Series(np.resize(np.arange(12.0) ** 2, 90), months(90), name="sales")
    add_month = FunctionTransformer(
        lambda X: X.assign(**{f"is_{m}": X.index.month == m for m in range(1, 13)})
    )
    pipe = make_pipeline(add_month, SequenceWindower(HORIZON), LeastSquares())
    made = [f"is_{month}" for month in range(1, 13)]
    fitted = forecaster(
        pipe, horizon=HORIZON, strategy=strategy, future_columns=made
    ).fit(y[:N_KNOWN])
    expected = y[N_KNOWN : N_KNOWN + HORIZON]
    pd.testing.assert_series_equal(fitted.forecast(), expected, atol=1e-7)


def test_steps_that_return_arrays_keep_the_index():
    X, _ = table()
    pipe = make_pipeline(StandardScaler(), SequenceWindower(3), LeastSquares())
    scaled = fit(pipe=pipe).forecast(X_future=X)
    pd.testing.assert_series_equal(scaled, fit().forecast(X_future=X), rtol=1e-6)


def test_future_tables_may_be_in_another_time_zone():
    X, y = table()
    X, y = X.tz_localize("Europe/Berlin"), y.tz_localize("Europe/Berlin")
    kwargs = {"horizon": HORIZON, "future_columns": ["price"]}
    fitted = forecaster(**kwargs).fit(X[:N_KNOWN], y[:N_KNOWN])
    expected = fitted.forecast(X_future=X)
    assert expected.index.tz == X.index.tz
    utc = fitted.forecast(X_future=X.tz_convert("UTC"))
    pd.testing.assert_series_equal(utc, expected)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_series_has_its_own_future(strategy):
    y = shops()
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"price": rng.normal(size=len(y))}, y.index)
    kwargs = {"horizon": 2, "strategy": strategy, "future_columns": ["price"]}
    fitted = forecaster(linear_pipe(), **kwargs).fit(X, y)
    index = forecaster(naive_pipe(), horizon=2).fit(y).forecast().index
    future = pd.DataFrame({"price": rng.normal(size=len(index))}, index)
    forecast = fitted.forecast(X_future=future.sort_index(level=1, kind="stable"))
    changed = future.copy()
    changed.loc["shop 1"] += 1.0
    difference = (fitted.forecast(X_future=changed) != forecast).groupby(level=0).all()
    assert difference.to_dict() == {"shop 0": False, "shop 1": True, "shop 2": False}


@pytest.mark.sample(4)
@pytest.mark.parametrize("time_steps", [1, 3, 5, 6, 7])
@pytest.mark.parametrize("horizon", [1, 4, 6])
def test_windows_shorter_than_the_horizon_hide_future_values(time_steps, horizon):
    y = walk(80)
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"promotion": rng.normal(size=80)}, y.index)
    ahead = months(80 + horizon)[80:]
    future = pd.DataFrame({"promotion": np.zeros(horizon)}, ahead)
    one = forecaster(
        linear_pipe(time_steps), horizon=horizon, future_columns=["promotion"]
    )
    unseen = max(0, horizon - time_steps)
    if unseen:
        with pytest.warns(UserWarning, match=f"(step|to) {unseen} are in no window"):
            one.fit(X, y)
    else:
        one.fit(X, y)
    # The warning names exactly the steps whose values change nothing.
    without = one.forecast(X_future=future)
    for step in range(horizon):
        changed = future.copy()
        changed.iloc[step] = 5.0
        is_same = np.allclose(one.forecast(X_future=changed), without)
        assert is_same == (step < unseen)


def test_recursive_forecasts_see_all_future_values():
    y = walk(80)
    X = pd.DataFrame({"promotion": np.arange(80.0) % 5}, y.index)
    one = forecaster(
        linear_pipe(2), horizon=6, strategy="recursive", future_columns=["promotion"]
    )
    future = pd.DataFrame({"promotion": np.zeros(6)}, months(86)[80:])
    without = one.fit(X, y).forecast(X_future=future)
    future.iloc[0] = 5.0
    assert not np.isclose(one.forecast(X_future=future).iloc[0], without.iloc[0])


@pytest.mark.parametrize("dtype", ["str", "category"])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_encoders_decide_on_unknown_future_categories(strategy, dtype):
    y = walk(80)
    X = pd.DataFrame({"kind": pd.Series(list("ab") * 40, y.index, dtype=dtype)})
    future = pd.DataFrame({"kind": list("cba")}, months(83)[80:]).astype(dtype)
    for rule in ("ignore", "error"):
        encoder = OneHotEncoder(sparse_output=False, handle_unknown=rule)
        encode = make_column_transformer((encoder, ["kind"]), remainder="passthrough")
        pipe = make_pipeline(encode, SequenceWindower(3), LeastSquares())
        options = {"horizon": 3, "strategy": strategy, "future_columns": ["kind"]}
        one = forecaster(pipe, **options).fit(X, y)
        if rule == "error":
            with pytest.raises(ValueError, match="unknown categories .*'c'"):
                one.forecast(X_future=future)
        else:
            assert np.isfinite(one.forecast(X_future=future)).all()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_copy_of_the_fitted_estimator_may_be_passed(strategy):
    first = fit(strategy, columns=["price"])
    again = fit(strategy, clone(first.estimator_), columns=["price"])
    X, _ = table()
    plan = X[["price"]][N_KNOWN : N_KNOWN + HORIZON]
    forecasts = [one.forecast(X_future=plan) for one in (first, again)]
    pd.testing.assert_series_equal(*forecasts)
