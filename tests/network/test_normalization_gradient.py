"""The gradient through normalization, against differences of the normalizer."""

import numpy as np
import pytest

from skseq._network.normalization import Anchor, Normalization, Normalizer
from skseq._network.normalization_gradient import normalization_gradient
from skseq._network.window_statistics import StatisticsScale

STEP = 1e-5
LAST, MEAN = Anchor(0, -1, 2.0, 1.0), Anchor(2, None, -0.5, 3.0)
OF_UNCHANGED = Anchor(1, -3, 4.0, 0.0)
STATISTICS = StatisticsScale((0, 2), (0.1, 0.2, 0.3, 0.4), (1.5, 0.5, 2.0, 0.7))


@pytest.mark.parametrize("floors", [(0.1, None, 0.0), (None, None, None)])
@pytest.mark.parametrize("anchors", [(None,), (LAST, None, MEAN), (OF_UNCHANGED, MEAN)])
@pytest.mark.parametrize("statistics", [None, STATISTICS])
def test_gradient_equals_finite_differences(floors, anchors, statistics):
    if statistics and floors[0] is None:
        pytest.skip("only standardized features have statistics")
    normalization = Normalization(floors, anchors, statistics)
    rng = np.random.default_rng(0)
    windows = 5 + rng.normal(size=(4, 6, 3))
    d_values = rng.normal(size=windows.shape)
    d_scale, d_base = rng.normal(size=(2, len(anchors), 4))
    d_statistics = rng.normal(size=(4, 4)) if statistics else None

    def weighted_sums(windows):
        """Return one number for each window, whose gradient is that of the inputs."""
        normalizer = Normalizer(normalization)
        values, scale, base = normalizer.normalize(windows)
        sums = (d_values * values).sum(axis=(1, 2))
        sums += (d_scale * scale + d_base * base).sum(axis=0)
        if statistics:
            sums += (d_statistics * normalizer.read_statistics(windows)).sum(axis=1)
        return sums

    gradient = normalization_gradient(
        normalization, windows, d_values, d_scale, d_base, d_statistics
    )
    for step, feature in np.ndindex(6, 3):
        moved = np.zeros(windows.shape)
        moved[:, step, feature] = STEP
        ends = weighted_sums(windows + moved), weighted_sums(windows - moved)
        difference = (ends[0] - ends[1]) / (2 * STEP)
        # The error of a central difference is about STEP ** 2.
        np.testing.assert_allclose(gradient[:, step, feature], difference, atol=1e-7)
