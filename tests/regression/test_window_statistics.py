"""Statistics of windows as inputs of networks: when they are read, and from what."""

import pickle

import numpy as np
import pandas as pd
import pytest
from small_series import pipe_of, quick, same_weights, walk
from test_several_series import make_panel, pipeline, small_network

from skseq import KerasSequenceRegressor
from skseq._network.window_statistics import read_statistics


def windows_of_walk(n_rows=60, time_steps=5):
    _, y = walk(n_rows=n_rows)
    windows = np.lib.stride_tricks.sliding_window_view(y[:-1], time_steps)
    return windows[:, :, np.newaxis].copy(), y[time_steps:]


def test_they_are_on_for_several_series_only():
    panel = make_panel()
    several = pipeline(small_network(epochs=1)).fit(panel, panel["y"])
    assert several[-1].window_statistics_ is True
    one = panel.loc[["shop 1"]]
    alone = pipeline(small_network(epochs=1)).fit(one, one["y"])
    assert not alone[-1].window_statistics_
    X, y = walk()
    assert not pipe_of(epochs=1).fit(X, y)[-1].window_statistics_
    assert pipe_of(epochs=1, window_statistics=True).fit(X, y)[-1].window_statistics_
    off = pipeline(small_network(epochs=1, window_statistics=False))
    assert not off.fit(panel, panel["y"])[-1].window_statistics_


def test_a_series_without_a_complete_window_does_not_count():
    panel = make_panel()
    short = pd.concat([panel.loc[["shop 0"]][:4], panel.loc[["shop 1"]]])
    fitted = pipeline(small_network(epochs=1), time_steps=8).fit(short, short["y"])
    assert not fitted[-1].window_statistics_


def test_their_constants_are_those_of_the_windows_of_fit():
    windows, y = windows_of_walk()
    weights = np.ones(len(y))
    weights[40:] = 0
    changed = windows.copy()
    changed[40:] *= 100
    scales = []
    for X in (windows, changed):
        regressor = quick(window_statistics=True).fit(X, y, sample_weight=weights)
        normalization = regressor._fitted_model.architecture.normalization
        scales.append(normalization.statistics)
    assert scales[0] == scales[1]
    values = read_statistics(windows[:40], np.array(normalization.floors))
    np.testing.assert_allclose(scales[0].means, values.mean(axis=0))
    np.testing.assert_allclose(scales[0].deviations, values.std(axis=0))


def test_no_prediction_depends_on_later_rows():
    panel = make_panel()
    fitted = pipeline(small_network()).fit(panel, panel["y"])
    later = make_panel(n_rows=80)
    whole = pd.Series(fitted.predict(later), later.index)
    part = later[later.index.get_level_values(1) < later.index[70][1]]
    np.testing.assert_allclose(fitted.predict(part), whole[part.index], rtol=1e-6)


def test_the_linear_forecast_does_not_read_them():
    windows, y = windows_of_walk()
    one, other = (
        quick(window_statistics=w, linear_weight=1).fit(windows, y).predict(windows)
        for w in (False, True)
    )
    np.testing.assert_array_equal(one, other)


def test_a_window_of_equal_values_is_predicted():
    windows, y = windows_of_walk()
    regressor = quick(window_statistics=True).fit(windows, y)
    still = np.zeros_like(windows) + np.linspace(-5, 5, len(y)).reshape(-1, 1, 1)
    assert np.isfinite(regressor.predict(still)).all()


def test_windows_of_one_deviation_can_be_fitted():
    values = np.tile([0.0, 1.0, 0.0, -1.0], 20)
    windows = np.lib.stride_tricks.sliding_window_view(values[:-1], 4)[:, :, np.newaxis]
    regressor = quick(window_statistics=True).fit(windows, values[4:])
    statistics = regressor._fitted_model.architecture.normalization.statistics
    assert statistics.deviations == (1.0, 1.0)
    assert np.isfinite(regressor.predict(windows)).all()


def test_several_targets_have_statistics_each():
    panel = make_panel()
    panel["z"] = panel["y"].to_numpy()[::-1] ** 2
    fitted = pipeline(small_network(epochs=1)).fit(panel, panel[["z", "y"]])
    (state,) = fitted[-1]._fitted_model.states
    assert state.weights["lstm_0/forward/kernel"].shape[0] == 2 + 4


@pytest.mark.parametrize(
    ("params", "match"),
    [
        ({"normalization": None}, "needs windows that are standardized"),
        ({"normalization": None, "persistence": None}, "window_statistics cannot be"),
        ({"time_steps": 2}, "windows of at least 3 steps"),
    ],
)
def test_where_nothing_is_standardized_they_are_an_error(params, match):
    X, y = walk()
    with pytest.raises(ValueError, match=match):
        pipe_of(window_statistics=True, **params).fit(X, y)
    pipe = pipe_of(window_statistics="auto", **params).fit(X, y)
    assert not pipe[-1].window_statistics_
    with pytest.raises(ValueError, match="without the target's past"):
        pipe_of(window_statistics=True).fit(np.random.default_rng(1).random(X.shape), y)


def test_a_warm_start_keeps_them():
    windows, y = windows_of_walk()
    params = {"window_statistics": True, "early_stopping": False}
    whole = quick(epochs=4, **params).fit(windows, y)
    parts = quick(epochs=2, warm_start=True, **params).fit(windows, y)
    parts = pickle.loads(pickle.dumps(parts)).fit(windows, y)
    assert same_weights(parts, whole)
    np.testing.assert_array_equal(parts.predict(windows), whole.predict(windows))
    # Other windows than in the first fit do not change the constants.
    before = parts._fitted_model.architecture
    parts.partial_fit(windows[:20], y[:20])
    assert parts._fitted_model.architecture == before
    for changed in (False, "auto"):
        with pytest.raises(ValueError, match="window_statistics=True of the first"):
            parts.set_params(window_statistics=changed).fit(windows, y)


def flat_network(window_shape, n_outputs):
    import keras

    layers = [keras.layers.Flatten(), keras.layers.Dense(n_outputs)]
    return keras.Sequential([keras.layers.Input(window_shape), *layers])


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["native", "keras", "custom"])
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_exported_models_read_them_too(engine, tmp_path):
    import keras

    regressor = small_network(engine=engine, n_members=2, linear_weight=0.5)
    if engine == "custom":
        regressor = KerasSequenceRegressor(flat_network, epochs=2, random_state=0)
    panel = make_panel()
    fitted = pipeline(regressor).fit(panel, panel["y"])
    assert fitted[-1].window_statistics_
    windows = np.asarray(fitted[:-1].transform(panel))
    complete = ~np.isnan(windows).any(axis=(1, 2))
    expected = fitted.predict(panel)[complete]
    exported = fitted[-1].to_scikeras()
    np.testing.assert_allclose(exported.predict(windows[complete]), expected, rtol=1e-4)
    fitted[-1].model_.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    scaled = loaded.predict(windows[complete], verbose=0)
    unscaled = fitted[-1].target_scaler_.inverse_transform(scaled)[:, 0]
    np.testing.assert_allclose(unscaled, expected, rtol=1e-4)


def test_networks_learn_from_scales_what_windows_do_not_show():
    """Every sixth step, wide series go up and narrow ones down."""
    rng = np.random.default_rng(0)
    parts = {}
    for number in range(8):
        scale = 1.0 + 9.0 * (number % 2)
        drift = scale * (1 if number % 2 else -1)
        noise = rng.permutation(np.repeat([-1.0, 1.0], 40))
        levels = np.cumsum(np.where(np.arange(80) % 6 == 5, drift, scale * noise / 9))
        parts[f"series {number}"] = pd.DataFrame({"y": levels})
    panel = pd.concat(parts)
    errors = []
    for statistics in (True, False):
        network = small_network(
            window_statistics=statistics, units=8, epochs=30, linear_weight=0
        )
        pipe = pipeline(network, time_steps=4).fit(panel, panel["y"])
        errors.append(min(pipe[-1].history_["val_loss"]))
    assert errors[0] < 0.8 * errors[1]
