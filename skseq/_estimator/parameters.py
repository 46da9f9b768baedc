"""Checks of constructor parameters that scikit-learn's constraints cannot express."""

import numpy as np


def check_no_bools(estimator):
    """Raise for True or False if a parameter must be a number or a name.

    In Python True is an integer, so scikit-learn's constraints accept it.

    Parameters
    ----------
    estimator : estimator

    Raises
    ------
    ValueError
        If a parameter without the constraint "boolean" is, or contains, a bool.
    """
    constraints = estimator._parameter_constraints
    for name, value in estimator.get_params(deep=False).items():
        # A subclass may have parameters without constraints, which it checks itself.
        if name not in constraints or any(
            kind in constraints[name] for kind in ("boolean", "verbose")
        ):
            continue
        values = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(item, bool | np.bool_) for item in values):
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__} must not be a "
                f"bool; got {value!r}. Pass a number or one of the names that its "
                "documentation lists."
            )
