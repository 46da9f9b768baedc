"""Which windows are held out, and what is fitted without them, in several series."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from test_several_series import make_panel, pipeline, small_network

from skseq import SequenceWindower
from skseq._regression import fitting
from skseq._regression.checks import skill_check
from skseq._regression.training.series_weights import balance_series
from skseq._regression.training.training_data import find_latest
from skseq._series.axis import TimeAxis

STOPPING = {"early_stopping": True, "validation_fraction": 0.25}
N_WINDOWS = [54, 53, 52]
N_HELD_OUT = [14, 13, 13]


def record(monkeypatch, name, module=fitting):
    """Record the arguments of each call of a function of a module."""
    calls, function = [], getattr(module, name)

    def recorded(*args):
        calls.append(args)
        return function(*args)

    monkeypatch.setattr(module, name, recorded)
    return calls


@pytest.mark.filterwarnings("error::skseq.exceptions.IncompleteWindowWarning")
@pytest.mark.parametrize("by_time", [False, True])
def test_held_out_windows_are_compared_with_their_own_targets(monkeypatch, by_time):
    panel = make_panel()
    # Windows that reach before the first row of their series are no reason to warn.
    panel = panel.sort_index(level=1, kind="stable") if by_time else panel
    calls = record(monkeypatch, "check_skill")
    network = small_network(target_scaler=None, dtype="float64", **STOPPING)
    make_pipeline(SequenceWindower(6), network).fit(panel, panel["y"])
    ((_, rows, compared, _),) = calls
    targets = rows.targets[compared.numbers]
    np.testing.assert_array_equal(compared.data.targets, targets)
    series = [part["y"].to_numpy() for _, part in panel.groupby(level=0)]
    latest = [y[-n:] for y, n in zip(series, N_HELD_OUT, strict=True)]
    np.testing.assert_array_equal(targets[:, 0], np.concatenate(latest))


def test_the_linear_forecast_of_held_out_windows_is_fitted_without_them(monkeypatch):
    panel = make_panel()
    calls = record(monkeypatch, "fit_linear_to_loss")
    pipeline(small_network(**STOPPING)).fit(panel, panel["y"])
    (_, everything), (_, training) = calls
    is_held_out = np.isin(everything.targets, training.targets, invert=True)[:, 0]
    assert len(everything) - len(training) == is_held_out.sum()
    of_series = np.split(is_held_out, np.cumsum(N_WINDOWS)[:-1])
    for part, n_held_out in zip(of_series, N_HELD_OUT, strict=True):
        np.testing.assert_array_equal(part, np.arange(len(part), 0, -1) <= n_held_out)


@pytest.mark.parametrize("n_rows", [1, 2, 3, 7])
@pytest.mark.parametrize("fraction", [0.1, 0.2, 0.5])
def test_a_fraction_of_all_windows_is_held_out(n_rows, fraction):
    index = pd.MultiIndex.from_product([range(20), range(n_rows)])
    latest = find_latest(TimeAxis.of(pd.DataFrame({"y": 0.0}, index)), fraction)
    assert latest.sum() == np.ceil(fraction * 20 * n_rows)
    by_series = latest.reshape(20, n_rows)
    assert (np.diff(by_series.astype(int), axis=1) >= 0).all()
    assert np.ptp(by_series.sum(axis=1)) <= 1


@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_series_of_any_size_count_alike_in_the_linear_forecast(loss):
    panel = make_panel(scales=(1, 1))
    larger = panel.copy()
    larger.loc["shop 1"] = 1024 * larger.loc["shop 1"].to_numpy()
    one, other = (
        pipeline(small_network(linear_weight=1, loss=loss, dtype="float64"))
        .fit(table, table["y"])
        .predict(table)[:60]
        for table in (panel, larger)
    )
    np.testing.assert_allclose(one[6:], other[6:], rtol=0.02, atol=0.02)


@pytest.mark.parametrize(("loss", "power"), [("mse", 2), ("mae", 1)])
def test_a_constant_series_has_the_median_weight(loss, power):
    index = pd.MultiIndex.from_product([list("abcd"), range(3)])
    targets = np.array([[0], [1], [2], [5], [5], [5], [0], [10], [0], [0], [100], [0]])
    axis = TimeAxis.of(pd.DataFrame(targets * 1.0, index))
    weights = balance_series(axis, targets * 1.0, loss)
    expected = np.array([100, 10, 10, 1]) ** power
    np.testing.assert_allclose(weights, np.repeat(expected, 3))


@pytest.mark.filterwarnings("ignore:y has values of about")
def test_without_held_out_windows_the_latest_of_each_series_are_compared(monkeypatch):
    panel = make_panel()
    monkeypatch.setattr(skill_check, "MAX_TRAINING_WINDOWS", 30)
    calls = record(monkeypatch, "check_skill", skill_check)
    network = small_network(normalization=None, persistence=None, target_scaler=None)
    pipeline(network).fit(panel, panel["y"])
    ((_, rows, compared, _),) = calls
    latest = [part["y"].to_numpy()[-10:] for _, part in panel.groupby(level=0)]
    targets = rows.targets[compared.numbers, 0]
    np.testing.assert_array_equal(targets, np.concatenate(latest))
    np.testing.assert_allclose(compared.data.targets[:, 0], targets, rtol=1e-6)
