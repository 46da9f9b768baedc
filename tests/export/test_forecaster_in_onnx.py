"""Direct forecasters predict in ONNX Runtime what forecast predicts."""

import json

import numpy as np
import pandas as pd
import pytest
from onnx_runs import assert_equal_predictions, make_pipe, make_series, run

from skseq import SequenceForecaster
from skseq.datasets import load_co2
from skseq.export import to_onnx

pytest.importorskip("onnx", reason="onnx is not installed")
pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")


def names_of(model, kind="columns"):
    return json.loads({p.key: p.value for p in model.metadata_props}[kind])


def test_a_forecaster_of_one_series_with_its_season():
    co2 = load_co2().target.resample("MS").mean().interpolate()[-120:]
    forecaster = SequenceForecaster(horizon=6).fit(co2)
    model = to_onnx(forecaster)
    n_rows = model.graph.input[0].type.tensor_type.shape.dim[1].dim_value
    rows = co2.to_numpy()[np.newaxis, -n_rows:, np.newaxis]
    expected = forecaster.forecast().to_numpy()[np.newaxis]
    exported = run(model, rows, steps_since_export=[0])
    assert_equal_predictions(exported, expected, np.ptp(co2))
    assert names_of(model) == ["co2"]


@pytest.mark.parametrize("horizon", [1, 3])
def test_several_targets_and_columns_known_in_advance(horizon):
    X, _ = make_series()
    days = pd.date_range("2024-01-01", periods=len(X))
    table = pd.DataFrame(X, days, columns=["y", "a", "plan"])
    forecaster = SequenceForecaster(
        make_pipe(), horizon=horizon, future_columns=["plan"]
    )
    past, future = table[:60], table[60 : 60 + horizon]
    forecaster.fit(past[["plan"]], past[["a", "y"]])
    model = to_onnx(forecaster)
    assert names_of(model) == ["a", "y", "plan"]
    rows = table.loc[past.index[-6] : future.index[-1], ["a", "y", "plan"]].to_numpy()
    rows = rows.copy()
    rows[6:, :2] = np.nan  # unknown when the forecast is made
    expected = forecaster.forecast(X_future=future[["plan"]]).to_numpy()
    assert_equal_predictions(run(model, rows[None]), expected[None], np.ptp(past["y"]))


def test_many_series_in_one_call():
    X, _ = make_series(40)
    levels = {"small": X[:, :1], "large": X[:, :1] * 50}
    tables = [pd.DataFrame(y, columns=["y"]) for y in levels.values()]
    y = pd.concat(tables, keys=levels)
    forecaster = SequenceForecaster(
        make_pipe(), horizon=2, log=False, deseasonalize=False
    ).fit(y)
    rows = np.stack([values[-6:] for values in levels.values()])
    expected = forecaster.forecast().to_numpy().reshape(2, 2, 1)
    assert_equal_predictions(run(to_onnx(forecaster), rows), expected, 1.0)


def test_arrays_have_no_column_names():
    _, y = make_series()
    forecaster = SequenceForecaster(make_pipe(), horizon=2).fit(y)
    model = to_onnx(forecaster)
    assert not model.metadata_props
    exported = run(model, y[np.newaxis, -6:, np.newaxis])
    assert_equal_predictions(exported, forecaster.forecast()[np.newaxis], np.ptp(y))


@pytest.mark.sample(3)
@pytest.mark.parametrize("n_new", [0, 1, 7, 13])
@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("deseasonalize", [True, False])
def test_a_transformed_target_of_one_series(log, deseasonalize, n_new):
    co2 = load_co2().target.resample("MS").mean().interpolate()[-120:]
    forecaster = SequenceForecaster(
        make_pipe(), horizon=6, log=log, deseasonalize=deseasonalize
    ).fit(co2[:100])
    model = to_onnx(forecaster)
    if n_new:
        forecaster.update(co2[100 : 100 + n_new])
    rows = co2[: 100 + n_new].to_numpy()[np.newaxis, -6:, np.newaxis]
    given = {"steps_since_export": [n_new]} if deseasonalize else {}
    expected = forecaster.forecast().to_numpy()[np.newaxis]
    assert_equal_predictions(run(model, rows, **given), expected, np.ptp(co2))


def test_a_missing_row():
    co2 = load_co2().target.resample("MS").mean().interpolate()[-120:]
    fitted = SequenceForecaster(
        make_pipe(), horizon=3, log=True, deseasonalize=True
    ).fit(co2[:100])
    model = to_onnx(fitted)
    given = {"steps_since_export": [6]}
    later = co2[100:106].copy()
    later.iloc[2] = np.nan
    rows = later.to_numpy()[np.newaxis, :, np.newaxis]
    expected = fitted.update(later.dropna()).forecast().to_numpy()
    assert_equal_predictions(run(model, rows, **given), expected[None], np.ptp(co2))


def test_each_series_has_its_own_logarithm_and_season():
    rng = np.random.default_rng(0)
    months, t = pd.date_range("2020-01-01", periods=60, freq="MS"), np.arange(60)
    trend, season = 0.01 * t, 0.2 * np.sin(t * np.pi / 6)
    series = {
        "growing": 1000 * np.exp(trend + season + rng.normal(0, 0.02, 60)),
        "small": 10 * np.exp(trend - season + rng.normal(0, 0.02, 60)),
        "without season": 50 + rng.normal(0, 1, 60).cumsum(),
    }
    y = pd.concat({name: pd.Series(of, months) for name, of in series.items()})
    y = pd.DataFrame({"a": y, "b": y[::-1].to_numpy()})
    y["b"] = 1.0 + y["b"] * np.tile(1 + 0.5 * season, 3)
    forecaster = SequenceForecaster(make_pipe(), horizon=4).fit(y)
    transform = forecaster._fitted_forecast.transform
    assert 0 < transform.is_deseasonalized.sum() < transform.is_log.size
    model = to_onnx(forecaster)
    assert names_of(model, "series") == [*series]
    order = [2, 0, 1, 0]
    rows = np.stack([y.loc[[*series][n]].to_numpy()[-6:] for n in order])
    given = {"series": order, "steps_since_export": [0] * 4}
    check_series(run(model, rows, **given), forecaster, order)

    # One month later, with a value that has no logarithm.
    later = y.groupby(level=0).tail(1) * 0.9
    month = months[-1:] + pd.offsets.MonthBegin()
    later.index = pd.MultiIndex.from_product([[*series], month])
    later.iloc[0] = -1
    with pytest.warns(UserWarning, match="It counts as"):
        forecaster.update(later)
    known = pd.concat([y, later])
    rows = np.stack([known.loc[[*series][n]].to_numpy()[-6:] for n in order])
    given["steps_since_export"] = [1] * 4
    check_series(run(model, rows, **given), forecaster, order)


def check_series(exported, forecaster, order):
    """Compare with the forecasts of several series of two targets."""
    expected = forecaster.forecast().to_numpy().reshape(3, -1, 2)
    for of_series, n in zip(exported, order, strict=True):
        assert_equal_predictions(of_series, expected[n], np.abs(expected[n]))


def test_a_season_that_goes_on_during_holidays_is_an_error():
    days = pd.bdate_range("2024-01-01", periods=300).delete([50, 120, 250])
    y = pd.Series(10 + np.sin(days.day_of_week * 2.0) + np.arange(297) / 100, days)
    forecaster = SequenceForecaster(make_pipe(), deseasonalize=True).fit(y)
    with pytest.raises(ValueError, match="such as holidays.*deseasonalize=False"):
        to_onnx(forecaster)


def test_a_recursive_forecaster_is_an_error_but_its_pipeline_is_not():
    _, y = make_series()
    forecaster = SequenceForecaster(make_pipe(), strategy="recursive").fit(y)
    with pytest.raises(ValueError, match="this one has strategy='recursive'"):
        to_onnx(forecaster)
    exported = run(to_onnx(forecaster.estimator_), y[np.newaxis, -6:, np.newaxis])
    assert_equal_predictions(exported.ravel(), forecaster.forecast(), np.ptp(y))
