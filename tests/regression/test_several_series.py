"""Regressors on tables of several series: one network that learns from all of them."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import (
    GRURegressor,
    LSTMRegressor,
    NaiveRegressor,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._series.window_array import WindowArray
from skseq.exceptions import IncompleteWindowWarning

DAYS = pd.date_range("2024-01-01", periods=200)


def autoregressive(n_rows, scale, level, seed):
    """Make a series whose next value follows from the last two."""
    rng = np.random.default_rng(seed)
    values = list(rng.normal(size=2))
    for _ in range(n_rows - 2):
        noise = 0.1 * rng.normal()
        values.append(1.6 * values[-1] - 0.9 * values[-2] + noise)
    return level + scale * np.array(values)


def make_panel(scales=(1, 1e3, 1e6), n_rows=60):
    parts = {
        f"shop {number}": pd.DataFrame(
            {"y": autoregressive(n_rows - number, scale, 5 * scale, number)},
            index=DAYS[number:n_rows],
        )
        for number, scale in enumerate(scales)
    }
    return pd.concat(parts, names=["shop", "day"])


def pipeline(regressor, time_steps=6, horizon=1):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(time_steps, horizon=horizon),
        regressor,
    )


def small_network(**parameters):
    defaults = {"units": 4, "epochs": 3, "random_state": 0}
    return LSTMRegressor(**(defaults | parameters))


@pytest.mark.parametrize(
    "regressor",
    [
        small_network(),
        small_network(linear_weight=1),
        small_network(early_stopping=True, loss="mae"),
        GRURegressor(units=3, epochs=2, n_members=2, random_state=1),
        NaiveRegressor(),
        NaiveRegressor("drift"),
    ],
)
@pytest.mark.parametrize("horizon", [1, 3])
def test_a_panel_of_one_series_is_the_single_series_to_the_bit(regressor, horizon):
    single = make_panel().loc["shop 1"]
    panel = pd.concat({"shop": single})
    alone = pipeline(clone(regressor), horizon=horizon)
    alone.fit(single[:45], single["y"][:45])
    in_panel = pipeline(regressor, horizon=horizon).fit(panel[:45], panel["y"][:45])
    np.testing.assert_array_equal(in_panel.predict(panel), alone.predict(single))


@pytest.mark.parametrize("order", ["series", "time"])
@pytest.mark.parametrize("regressor", [small_network(), NaiveRegressor()])
def test_predictions_keep_the_order_of_rows(regressor, order):
    panel = make_panel()
    if order == "time":
        panel = panel.sort_index(level=1, kind="stable")
    by_series = panel.sort_index(kind="stable")
    pipe = pipeline(regressor)
    expected = pd.Series(
        clone(pipe).fit(by_series, by_series["y"]).predict(by_series), by_series.index
    )
    predicted = pipe.fit(panel, panel["y"]).predict(panel)
    # In float32 a prediction depends a little on the rows beside it.
    np.testing.assert_allclose(predicted, expected[panel.index], rtol=1e-6)


@pytest.mark.parametrize("regressor", [small_network(), NaiveRegressor()])
def test_the_order_of_series_in_predict_changes_no_prediction(regressor):
    panel = make_panel()
    names = panel.index.get_level_values(0).unique()
    fitted = pipeline(regressor).fit(panel, panel["y"])
    expected = pd.Series(fitted.predict(panel), panel.index)
    for order in permutations(names):
        table = pd.concat([panel.loc[[name]] for name in order])
        predicted = pd.Series(fitted.predict(table), table.index)
        np.testing.assert_allclose(predicted[panel.index], expected, rtol=1e-6)


def test_the_order_of_series_in_fit_changes_no_naive_forecast():
    panel = make_panel()
    table = pd.concat([panel.loc[[f"shop {number}"]] for number in (2, 0, 1)])
    # Rows before the first complete window are filled with means, whose sums round.
    expected, predicted = (
        pipeline(NaiveRegressor()).fit(t, t["y"]).predict(panel) for t in (panel, table)
    )
    np.testing.assert_allclose(predicted, expected, rtol=1e-12)


def test_naive_forecasts_of_a_panel_are_those_of_each_series():
    panel = make_panel()
    fitted = pipeline(NaiveRegressor("drift")).fit(panel, panel["y"])
    predicted = pd.Series(fitted.predict(panel), panel.index)
    for name, part in panel.groupby(level=0):
        alone = part.droplevel(0)
        expected = pipeline(NaiveRegressor("drift")).fit(alone, alone["y"])
        # Before the first complete window, means of the fitted rows fill in.
        np.testing.assert_allclose(
            predicted[name][6:], expected.predict(alone)[6:], rtol=1e-9
        )


def test_the_past_of_y_is_found_in_every_row_order():
    panel = make_panel().sort_index(level=1, kind="stable")
    fitted = pipeline(small_network(), horizon=2).fit(panel, panel["y"])
    assert fitted[-1].lag_ == [2]
    assert fitted[-1].linear_weight_ > 0


def test_rows_of_one_series_never_change_the_windows_of_another():
    panel = make_panel()
    fitted = pipeline(small_network()).fit(panel, panel["y"])
    changed = panel.copy()
    changed.loc["shop 1", "y"] = changed.loc["shop 1", "y"].to_numpy() * 1.5
    with pytest.warns(UserWarning, match="same labels as fitted rows"):
        now = pd.Series(fitted.predict(changed), panel.index)
    before = pd.Series(fitted.predict(panel), panel.index)
    for name in ("shop 0", "shop 2"):
        np.testing.assert_array_equal(now[name], before[name])
    assert (now["shop 1"] != before["shop 1"])[6:].all()


def relative_errors(fitted, panel):
    """Return the error of each series relative to that of the last value."""
    residuals = panel["y"] - pd.Series(fitted.predict(panel), panel.index)
    errors = residuals.groupby(level=0).apply(lambda part: part[6:].abs().mean())
    changes = panel["y"].groupby(level=0).apply(lambda part: part.diff().abs().mean())
    return errors / changes


@pytest.mark.parametrize("weight", [0, 1])
def test_a_small_series_is_not_drowned_by_a_large_one(weight):
    panel = make_panel(n_rows=120)
    network = LSTMRegressor(
        units=8, epochs=60, linear_weight=weight, random_state=0, early_stopping=False
    )
    together = relative_errors(pipeline(network).fit(panel, panel["y"]), panel)
    for name, part in panel.groupby(level=0):
        alone = pipeline(network).fit(part, part["y"])
        assert together[name] < 1.1 * relative_errors(alone, part)[name]


def test_errors_may_count_as_they_are():
    panel = make_panel(n_rows=120)
    network = small_network(epochs=20, linear_weight=0, series_weight=None)
    as_is = relative_errors(pipeline(network).fit(panel, panel["y"]), panel)
    network = clone(network).set_params(series_weight="balanced")
    balanced = relative_errors(pipeline(network).fit(panel, panel["y"]), panel)
    assert balanced["shop 0"] < as_is["shop 0"]


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_multiplying_a_series_changes_no_other_prediction(loss):
    panel = make_panel(scales=(1, 1))
    larger = panel.copy()
    larger.loc["shop 1", "y"] = larger.loc["shop 1", "y"].to_numpy() * 1024
    # The statistics of windows are absolute: they are in the unit of a series.
    network = small_network(
        loss=loss,
        epochs=5,
        dtype="float64",
        linear_weight=0,
        window_statistics=False,
    )
    one, other = (
        pd.Series(pipeline(network).fit(t, t["y"]).predict(t), t.index)
        for t in (panel, larger)
    )
    np.testing.assert_allclose(
        one["shop 0"][6:], other["shop 0"][6:], rtol=2e-3, atol=2e-3
    )


def test_multiplying_series_in_logarithms_changes_no_other_prediction():
    panel = make_panel(scales=(1, 2))
    larger = panel.copy()
    larger.loc["shop 1", "y"] = larger.loc["shop 1", "y"].to_numpy() * 1024
    logarithm = FunctionTransformer(np.log, np.exp)
    network = small_network(epochs=5, dtype="float64", target_scaler=logarithm)
    one, other = (
        make_pipeline(SequenceWindower(6), clone(network)).fit(t, t["y"])
        for t in (panel, larger)
    )
    assert one[-1].window_statistics_
    np.testing.assert_allclose(
        other.predict(larger)[6:60], one.predict(panel)[6:60], rtol=1e-6
    )


def water_levels(altitudes, n_rows=160):
    """Make the levels of gauges: predictable changes, at very different altitudes."""
    rng = np.random.default_rng(0)
    changes = np.zeros((n_rows, len(altitudes)))
    for row in range(1, n_rows):
        noise = rng.normal(0, 0.1, len(altitudes))
        changes[row] = 1.2 * np.sin(2.2 * changes[row - 1]) + noise
    months = pd.date_range("2000-01-01", periods=n_rows, freq="MS")
    frame = pd.DataFrame(altitudes + changes, months, columns=list("abcdef"))
    return frame.T.stack().to_frame("y")


@pytest.mark.parametrize("factor", [1, 10])
def test_the_network_learns_small_changes_of_series_at_different_levels(factor):
    altitudes = factor * np.array([12.0, 85, 140, 260, 410, 655])
    errors = {}
    for name, table in {
        "same": water_levels(0 * altitudes),
        "different": water_levels(altitudes),
    }.items():
        is_known = table.index.get_level_values(1) < pd.Timestamp("2010-01-01")
        network = LSTMRegressor(16, linear_weight=0, random_state=0)
        pipe = pipeline(network).fit(table[is_known], table.y[is_known])
        errors[name] = np.abs(
            pipe.predict(table[~is_known]) - table.y[~is_known]
        ).mean()
    assert errors["different"] < 1.1 * errors["same"]


def test_each_series_holds_out_its_own_latest_windows(monkeypatch):
    from skseq._regression import fitting

    panel, split = make_panel(), {}

    def spy(estimator, model, training, validation, call):
        split["sizes"] = len(training), len(validation)
        split["starts"] = training.windows.starts, validation.windows.starts
        return train(estimator, model, training, validation, call)

    train = fitting.train
    monkeypatch.setattr(fitting, "train", spy)
    pipeline(small_network(early_stopping=True)).fit(panel, panel["y"])
    n_windows = [54, 53, 52]
    n_held_out = [11, 11, 10]  # a fifth of all, not of each rounded up
    assert split["sizes"] == (sum(n_windows) - sum(n_held_out), sum(n_held_out))
    starts, held_out = split["starts"]
    # Series follow one another in the table of steps.
    for number in range(3):
        first = held_out[sum(n_held_out[:number])]
        n_until = sum(n_windows[: number + 1]) - sum(n_held_out[: number + 1])
        assert (starts < first).sum() == n_until


def test_a_series_without_history_warns_in_predict():
    panel = make_panel()
    fitted = pipeline(small_network()).fit(panel, panel["y"])
    new = pd.concat({"new": panel.loc["shop 0"]})
    with pytest.warns(
        IncompleteWindowWarning,
        match="6 of 60 rows.*first is 2024-01-01.* of series new",
    ):
        assert np.isfinite(fitted.predict(new)).all()


@pytest.mark.parametrize("regressor", [small_network(), NaiveRegressor()])
@pytest.mark.filterwarnings("ignore:.* networks learn from values")
def test_a_table_of_several_series_without_windows(regressor):
    panel = make_panel()
    X = panel.groupby(level=0).shift(1)
    rows = X["y"].notna()
    predicted = regressor.fit(X[rows], panel["y"][rows]).predict(X[rows])
    assert predicted.shape == (rows.sum(),)
    assert regressor.lag_ == [1]


@pytest.mark.parametrize("size", [1e-20, 1e-14, 1e-8, 1.0])
@pytest.mark.parametrize("loss", ["mse", "mae"])
def test_series_too_small_to_tell_from_rounding_errors_are_named(size, loss):
    # Ratios from 1e28 to 1e8: the last is within reach of float64.
    table = make_panel((1e8, size, 0.0))
    model = pipeline(small_network(linear_weight=1, loss=loss))
    if size == 1:
        model.fit(table, table["y"])
        return
    with pytest.warns(UserWarning, match=r"changes of 1 of 3 series .* is 'shop 1'"):
        model.fit(table, table["y"])


def walks(ratio):
    """Make two random walks around 0, of which one is much larger."""
    changes = np.random.default_rng(2).normal(size=(2, 70))
    small, large = changes.cumsum(axis=1)
    parts = {"small": pd.Series(small), "large": pd.Series(large * ratio)}
    return pd.concat(parts).set_axis(pd.MultiIndex.from_product([parts, DAYS[:70]]))


@pytest.mark.parametrize("ratio", [1, 1e3, 1e5, 1e7, 1e9, 1e11, 1e13])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_small_series_is_predicted_or_named(ratio, dtype):
    network = LSTMRegressor(
        units=4, epochs=5, window_statistics=False, dtype=dtype, random_state=0
    )

    def fit(ratio):
        y = walks(ratio)
        predicted = pipeline(network).fit(y.to_frame(), y).predict(y.to_frame())
        return pd.Series(predicted, y.index)

    expected = fit(1)
    if ratio > (1e3 if dtype == "float32" else 1e11):
        with pytest.warns(UserWarning, match=f"rounding errors of {dtype}.* 'small'"):
            fit(ratio)
        return
    found = fit(ratio)
    np.testing.assert_allclose(found["small"][6:], expected["small"][6:], atol=0.02)
    large = found["large"] / ratio
    np.testing.assert_allclose(large[6:], expected["large"][6:], atol=0.02)


def test_windows_of_several_series_are_not_all_cut_at_once(monkeypatch):
    def cut_all(windows, *args, **options):
        raise AssertionError("all windows would take much memory")

    panel = make_panel()
    for regressor in (small_network(), NaiveRegressor()):
        pipe = pipeline(regressor)
        with monkeypatch.context() as patch:
            patch.setattr(WindowArray, "__array__", cut_all)
            pipe.fit(panel, panel["y"]).predict(panel)


LOST = {
    "a tiny series": ((1e6, 0), (0.01, 0), "compared with .* of 'a'. .*divide each"),
    "a high level": ((3, 1e9), (3, 0), "'a', .* values, up to .*subtract the mean"),
}


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.filterwarnings("ignore:The naive forecast")
def test_the_cause_of_lost_changes_is_named(kind):
    rng = np.random.default_rng(0)
    days = pd.date_range("2020-01-01", periods=60)
    *parts, match = LOST[kind]
    y = pd.concat(
        {
            name: pd.Series(level + size * rng.normal(size=60).cumsum(), days)
            for name, (size, level) in zip("ab", parts, strict=True)
        }
    )
    pipe = make_pipeline(SequenceWindower(4), LSTMRegressor(units=2, epochs=1))
    with pytest.warns(UserWarning, match=f"lost in rounding errors of .*{match}"):
        pipe.fit(y.to_frame("y"), y)
