"""The effect of a column such as a price, which does not depend on recent changes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import LSTMRegressor, SequenceWindower, TargetAwareMinMaxScaler


def priced_sales(seed, effect, n_rows=400):
    """Sales that vary up to ten times as much in some weeks as in others."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2024-01-01", periods=n_rows, name="day")
    price = 10 + np.repeat(rng.normal(0, 2, n_rows // 10), 10)
    volatility = np.repeat(10 ** rng.uniform(-1, 0, n_rows // 20), 20)
    sales = 200 + effect * price + rng.normal(0, volatility, n_rows).cumsum()
    return pd.DataFrame({"sales": sales, "price": price}, index=days)


def effect_of_price(pipe, table):
    """Return what one more unit of price adds to the predictions of its own day."""
    predictions, later = [], table[-40:]
    for extra in (0.0, 1.0):
        changed = pd.concat([table[:-1], later[-1:].assign(price=later.price + extra)])
        predictions.append(pipe.predict(changed)[-1])
    return predictions[1] - predictions[0]


@pytest.mark.parametrize("scaler", [None, TargetAwareMinMaxScaler()], ids=["raw", "01"])
@pytest.mark.parametrize("effect", [-4, 2])
@pytest.mark.parametrize("seed", range(3))
def test_an_effect_is_found_whatever_the_recent_changes(seed, effect, scaler):
    table = priced_sales(seed, effect)
    regressor = LSTMRegressor(linear_weight=1)
    windower = SequenceWindower(7, future_columns=["price"])
    pipe = make_pipeline(scaler, windower, regressor).fit(table, table.sales)
    effects = [effect_of_price(pipe, table[:n]) for n in range(200, 400, 10)]
    np.testing.assert_allclose(effects, effect, rtol=0.25)


def test_the_effect_is_larger_in_larger_series():
    small, large = priced_sales(0, -4), priced_sales(1, -4)
    large["sales"] = 100 * large.sales
    table = pd.concat({"large": large, "small": small}, names=["shop"])
    regressor = LSTMRegressor(linear_weight=1, series_weight="balanced")
    windower = SequenceWindower(7, future_columns=["price"])
    windows = windower.fit_transform(table)
    regressor.fit(windows, table.sales)
    windows = np.array(windows)[np.isfinite(windows).all(axis=(1, 2))]
    changed = windows.copy()
    changed[:, -1, 1] += 1
    effects = regressor.predict(changed) - regressor.predict(windows)
    of_large, of_small = np.split(effects, 2)
    assert of_small.mean() == pytest.approx(-4, rel=0.5)
    assert of_large.mean() == pytest.approx(-400, rel=0.5)
