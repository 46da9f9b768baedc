"""Several networks that are trained together, and their mean."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from small_series import DEFAULTS, quick, windows_and_target


@pytest.fixture(
    scope="module",
    autouse=True,
    params=["auto", pytest.param("keras", marks=pytest.mark.slow)],
)
def engine(request):
    """Train natively where that is possible, and in the slow part with Keras alone."""
    DEFAULTS["engine"] = request.param
    return request.param


@pytest.mark.parametrize("stops", [False, True])
def test_members_are_single_networks_whose_predictions_are_averaged(stops):
    windows, y = windows_and_target()
    params = {"dropout": 0.2, "epochs": 12, "early_stopping": stops}
    if stops:
        params |= {"n_iter_no_change": 1, "learning_rate": 0.1}
    seeds = np.random.RandomState(3)
    singles = [quick(random_state=seeds, **params).fit(windows, y) for _ in range(3)]
    seeds = np.random.RandomState(3)
    joint = quick(random_state=seeds, n_members=3, **params).fit(windows, y)
    mean = np.mean([single.predict(windows) for single in singles], axis=0)
    np.testing.assert_allclose(joint.predict(windows), mean, rtol=1e-6)
    first = np.mean([single.history_["loss"][0] for single in singles])
    assert joint.history_["loss"][0] == pytest.approx(first, rel=1e-6)
    assert joint.n_iter_ == max(single.n_iter_ for single in singles)
    if stops:
        assert len({single.n_iter_ for single in singles}) > 1
        assert joint.best_epoch_ == [single.best_epoch_ for single in singles]


def test_members_continue_together():
    windows, y = windows_and_target()
    whole = quick(epochs=4, n_members=2).fit(windows, y)
    parts = quick(epochs=2, n_members=2, warm_start=True).fit(windows, y)
    assert_array_equal(parts.fit(windows, y).predict(windows), whole.predict(windows))
    with pytest.raises(ValueError, match=r"2 networks.*n_members=3"):
        parts.set_params(n_members=3).fit(windows, y)


def test_members_that_stopped_apart_continue_as_single_networks_do():
    windows, y = windows_and_target()
    params = {"epochs": 15, "early_stopping": True, "warm_start": True}
    params |= {"n_iter_no_change": 1, "learning_rate": 0.1}
    seeds = np.random.RandomState(3)
    singles = [quick(random_state=seeds, **params) for _ in range(3)]
    joint = quick(random_state=np.random.RandomState(3), n_members=3, **params)
    for _ in range(2):
        for regressor in (*singles, joint):
            regressor.fit(windows, y)
    assert len({single.n_iter_ for single in singles}) > 1
    mean = np.mean([single.predict(windows) for single in singles], axis=0)
    np.testing.assert_allclose(joint.predict(windows), mean, rtol=1e-6)
    assert joint.n_iter_ == len(joint.history_["loss"])
    assert all(0 <= best < joint.n_iter_ for best in joint.best_epoch_)


@pytest.mark.slow
def test_the_model_of_several_members_predicts_their_mean():
    windows, y = windows_and_target()
    joint = quick(n_members=2, dense_units=3).fit(windows, y)
    scaled = joint.model_.predict(windows, verbose=0)
    expected = joint.target_scaler_.inverse_transform(scaled)[:, 0]
    np.testing.assert_allclose(joint.predict(windows), expected, rtol=1e-6)
    np.testing.assert_allclose(joint.to_scikeras().predict(windows), expected)
