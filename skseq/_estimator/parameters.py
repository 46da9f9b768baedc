"""Checks of constructor parameters beyond scikit-learn's own constraints."""

import numpy as np


def check_parameters(estimator):
    """Raise for a truth value where a parameter must be a number or a name.

    Python counts True as 1, so scikit-learn's own constraints let it through.
    """
    for name, value in estimator.get_params(deep=False).items():
        values = value if isinstance(value, list | tuple) else [value]
        is_truth = any(isinstance(item, bool | np.bool_) for item in values)
        if is_truth and "boolean" not in estimator._parameter_constraints[name]:
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__} must not be a "
                f"truth value; got {value!r}. Give a number or one of the names that "
                "its documentation lists."
            )
