"""Caches of networks: bounded, and empty in a forked child."""

import os

import pytest

from skseq._engine.network_cache import N_NETWORKS, cache_networks


def test_the_networks_used_last_are_held():
    cache = cache_networks(lambda *key: object())
    first = [cache(number) for number in range(N_NETWORKS)]
    assert [cache(number) for number in range(N_NETWORKS)] == first
    cache("one more")
    assert cache(1) is first[1]
    assert cache(0) is not first[0]  # the least recently used one was dropped
    cache.cache_clear()
    assert cache(1) is not first[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_uses_no_network_of_its_parent():
    cache = cache_networks(object)
    ours = cache()
    child = os.fork()
    if child == 0:
        os._exit(cache() is ours)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert cache() is ours
