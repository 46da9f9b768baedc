"""Series of a panel that are constant are predicted exactly, and only these."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import (
    LSTMRegressor,
    SequenceForecaster,
    SequenceWindower,
    TargetAwareMinMaxScaler,
)
from skseq._regression.past.constant_series import MIN_WINDOWS
from skseq.inspection import lag_relevance, permutation_relevance

N_ROWS, TIME_STEPS = 70, 6
DAYS = pd.date_range("2024-01-01", periods=200)


def panel(**series):
    """Join series that begin on the same day."""
    parts = {name: pd.Series(np.asarray(y, float)) for name, y in series.items()}
    return pd.concat(
        {name: y.set_axis(DAYS[: len(y)]) for name, y in parts.items()},
        names=["shop", "day"],
    ).rename("y")


def walks(size=1):
    """Make two random walks around 0."""
    small, large = np.random.default_rng(2).normal(size=(2, N_ROWS)).cumsum(axis=1)
    return {"small": small * size, "large": large * size}


def constants(*values):
    return {f"{value}": np.full(N_ROWS, value) for value in values}


def network(**parameters):
    return LSTMRegressor(**{"units": 4, "epochs": 3, "random_state": 0} | parameters)


def pipeline(horizon=1, **parameters):
    return make_pipeline(
        TargetAwareMinMaxScaler(),
        SequenceWindower(TIME_STEPS, horizon=horizon),
        network(**parameters),
    )


def fit(y, **parameters):
    return pipeline(**parameters).fit(y.to_frame(), y)


def predict(pipe, y):
    predicted = pipe.predict(y.to_frame())
    return pd.DataFrame(predicted.reshape(len(y), -1), y.index)


def names_of_constant(regressor):
    found = regressor._fitted_model.constant_series
    return [] if found is None else list(found.names)


@pytest.mark.parametrize("value", [0.0, 3.0, -1e4, 0.1])
@pytest.mark.parametrize("size", [1, 1e4])
@pytest.mark.parametrize("options", [{"linear_weight": 1}, {"loss": "mae"}])
def test_a_constant_series_among_others_is_predicted_exactly(value, size, options):
    y = panel(**walks(size) | {"small": np.full(N_ROWS, value)})
    fitted = fit(y, **options)
    predicted = predict(fitted, y)[0]
    np.testing.assert_array_equal(predicted["small"][TIME_STEPS:], value)
    assert np.ptp(predicted["large"]) > 0
    # A level that has changed is for the network.
    later = pd.Series(value, pd.MultiIndex.from_product([["small"], DAYS[70:90]]))
    later.iloc[-2:] += size
    now = fitted.predict(later.to_frame("y"))
    np.testing.assert_array_equal(now[:-1], value)
    assert now[-1] != value


@pytest.mark.parametrize("level", [101.0, 150.0, 600.0])
@pytest.mark.parametrize("scaled", [True, False])
def test_a_new_level_is_for_the_network_however_large_other_series_are(level, scaled):
    y = panel(**walks(1e9) | {"small": np.full(N_ROWS, 100.0)})
    pipe = pipeline() if scaled else pipeline()[1:]
    pipe.fit(y.to_frame(), y)
    assert names_of_constant(pipe[-1]) == ["small"]
    index = pd.MultiIndex.from_product([["small"], DAYS[80:100]])
    for value, is_constant in [(100.0, True), (level, False)]:
        later = pd.Series(value, index, name="y").to_frame()
        assert (pipe.predict(later)[-1] == 100) == is_constant


def test_several_constant_series_and_quantiles_are_predicted_exactly():
    y = panel(**walks(), **constants(0, 7, 7.5, 1000))
    predicted = predict(fit(y, loss="quantile", quantile=[0.1, 0.5, 0.9]), y)
    for name in ("0", "7", "7.5", "1000"):
        np.testing.assert_array_equal(predicted.loc[name][TIME_STEPS:], float(name))
    assert (predicted.loc["large"].nunique() > 10).all()


@pytest.mark.parametrize("size", [1, 1e7])
@pytest.mark.parametrize("other", [7.0, 7.000001, 7.5])
def test_constant_series_change_no_prediction_of_others(size, other):
    """Windows of other series may be constant as well, even at the same value."""
    series = walks(size)
    series["small"][50:] = other
    options = {"loss": "quantile", "quantile": [0.1, 0.9], "dtype": "float64"}
    fitted = fit(panel(**series, **constants(7)), **options)
    small = panel(small=series["small"])
    predicted = predict(fitted, small)
    assert names_of_constant(fitted[-1]) == ["7"]
    by_network = fitted[-1].predict(np.asarray(fitted[:-1].transform(small.to_frame())))
    np.testing.assert_allclose(predicted, by_network, rtol=1e-12)
    assert (predicted.iloc[-1] != other).all()


@pytest.mark.parametrize(
    ("quantile", "needed"), [(None, MIN_WINDOWS), ([0.1, 0.9], 20), ([0.5, 0.98], 49)]
)
def test_a_series_must_be_constant_in_many_windows(quantile, needed):
    """A new product begins with zeros, which do not show that it is never sold."""
    for n_windows in (1, needed - 1, needed):
        y = panel(**walks(), new=np.zeros(TIME_STEPS + n_windows))
        loss = "mse" if quantile is None else "quantile"
        fitted = fit(y, loss=loss, quantile=quantile, epochs=1)
        is_found = n_windows == needed
        assert names_of_constant(fitted[-1]) == (["new"] if is_found else [])
        last = predict(fitted, y).loc["new"].iloc[-1]
        assert (last == 0).all() == is_found


@pytest.mark.parametrize("n_days", [6, 15, 60])
@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_new_series_has_no_interval_of_width_0(n_days, value):
    rng = np.random.default_rng(0)
    series = {f"{n}": rng.poisson(3, size=60) for n in range(8)}
    y = panel(**series, new=np.full(n_days, value))
    one = SequenceForecaster(pipeline(epochs=1), horizon=2, log=False)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        table = one.fit(y).forecast(coverage=0.8)
    messages = [str(w.message) for w in caught if "no prediction" in str(w.message)]
    widths = (table["upper_0.8"] - table["lower_0.8"]).loc["new"]
    if n_days == 60:
        assert not messages
        assert (table.loc["new"] == value).all(axis=None)
    else:
        assert len(messages) == 1
        assert "the first is new: " in messages[0]
        assert widths.isna().all()
    assert table.drop("new").notna().all(axis=None)


def test_a_series_whose_windows_do_not_show_its_value_is_not_constant():
    # All windows contain zeros, and all values to predict are 5.
    y = panel(**walks(), sold=[0.0] * 30 + [5.0] * 20)
    assert names_of_constant(fit(y, horizon=25)[-1]) == []


@pytest.mark.parametrize("sold", [[0, 0, 30], [5, 5, 5], [0, 0, 0]])
def test_a_series_is_constant_only_in_all_steps_of_a_forecast(sold):
    y = panel(**walks(), part=[0.0] * 30 + sold)
    one = SequenceForecaster(pipeline(epochs=1), horizon=3, deseasonalize=False).fit(y)
    names = names_of_constant(one.estimator_[-1])
    assert names == ([] if any(sold) else ["part"])


@pytest.mark.parametrize("continued", ["partial_fit", "warm_start"])
def test_training_that_continues_learns_which_series_are_constant_no_more(continued):
    series, constant = walks(), constants(7)
    y = panel(**series, **constant)
    pipe = fit(y, warm_start=continued == "warm_start", epochs=1)
    train = pipe[-1].fit if continued == "warm_start" else pipe[-1].partial_fit
    only_now = panel(**series | {"small": np.full(N_ROWS, 3.0)}, **constant)
    short = panel(**series, **{"7": np.full(TIME_STEPS + 2, 7.0)})
    changed = panel(**series, **{"7": series["small"]})
    rows = (only_now, 70, ["7"]), (short, 100, ["7"]), (changed, 130, [])
    for values, first_day, names in rows:
        days = values.index.levels[1] + pd.Timedelta(days=first_day)
        table = values.set_axis(values.index.set_levels(days, level=1))
        train(pipe[:-1].transform(table.to_frame()), table)
        assert names_of_constant(pipe[-1]) == names


def test_a_fit_that_continues_on_arrays_keeps_the_names():
    y = panel(**walks(), **constants(7))
    fitted = fit(y, epochs=1, linear_weight=0)
    windows = np.asarray(fitted[:-1].transform(y.to_frame()))[TIME_STEPS:N_ROWS]
    fitted[-1].partial_fit(windows, y.to_numpy()[TIME_STEPS:N_ROWS])
    assert names_of_constant(fitted[-1]) == ["7"]


def test_predictions_of_constant_series_have_no_gradient():
    y = panel(**walks(), **constants(7))
    gradient = lag_relevance(fit(y), y.to_frame()).gradient
    is_constant = y.index.get_level_values(0) == "7"
    first = 2 * TIME_STEPS  # earlier windows have missing steps
    assert (gradient[is_constant][first:] == 0).all()
    other = gradient[y.index.get_level_values(0) == "large"]
    assert (other[first:] != 0).any(axis=(1, 2)).all()


def test_permutations_begin_with_the_predictions_of_predict():
    y = panel(**walks(), **constants(7))
    pipe, found = fit(y), []

    def scorer(regressor, windows, y):
        found.append(regressor.predict(windows))
        return 0.0

    permutation_relevance(pipe, y.to_frame(), y, scoring=scorer, n_repeats=1)
    np.testing.assert_array_equal(found[0], pipe.predict(y.to_frame()))


@pytest.mark.slow
def test_the_keras_model_says_that_it_does_not_know_constant_series():
    pytest.importorskip("tensorflow")
    fitted = fit(panel(**walks(), **constants(7)))[-1]
    with pytest.warns(UserWarning, match="constant in fit: .7.*but model_ treats"):
        assert fitted.model_ is fitted.model_  # the second time without a warning
