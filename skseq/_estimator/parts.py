"""The estimators inside an estimator."""


def best_of(estimator):
    """Return the best estimator of a fitted search; any other estimator as it is."""
    return getattr(estimator, "best_estimator_", estimator)


def parts_of(estimator):
    """List an estimator and all its parts; for a search, also its best estimator's."""
    found, waiting = {}, [estimator]
    while waiting:
        part = waiting.pop()
        if id(part) in found or isinstance(part, type) or not hasattr(part, "fit"):
            continue
        found[id(part)] = part
        waiting += getattr(part, "get_params", dict)().values()
        # The best estimator may have other steps than the one that was searched.
        waiting.append(best_of(part))
    return list(found.values())
