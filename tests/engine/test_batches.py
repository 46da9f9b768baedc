"""The batch plan: all windows once in an epoch, in an order of seed and epoch alone."""

from itertools import islice

import numpy as np
import pytest

from skseq._engine.batches import BatchPlan


@pytest.mark.parametrize(("n_windows", "batch_size"), [(7, 3), (6, 3), (2, 5), (1, 1)])
def test_every_window_is_in_one_batch_of_an_epoch(n_windows, batch_size):
    plan = BatchPlan(n_windows, batch_size, seed=0)
    batches = plan.epoch(4)
    assert len(batches) == plan.n_steps
    assert sorted(np.concatenate(batches)) == list(range(n_windows))
    assert all(len(batch) == batch_size for batch in batches[:-1])


def test_the_order_of_an_epoch_depends_on_seed_and_number_alone():
    plan = BatchPlan(20, 6, seed=1)
    later = list(islice(plan.batches(first_epoch=2), plan.n_steps))
    np.testing.assert_equal(later, plan.epoch(2))
    assert not np.array_equal(plan.epoch(2)[0], plan.epoch(3)[0])
    assert not np.array_equal(plan.epoch(2)[0], BatchPlan(20, 6, 2).epoch(2)[0])
