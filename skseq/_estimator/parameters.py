"""Checks of constructor parameters that scikit-learn's constraints cannot express."""

from functools import cache

import numpy as np
from sklearn.base import BaseEstimator


class CheckedParameters(BaseEstimator):
    """An estimator that says what is wrong with its parameters."""

    # Code of an estimator to pass, by the name of the parameter.
    _example_estimators = {}

    def set_params(self, **params):
        """Set parameters, also those of estimators that are parameters.

        Parameters
        ----------
        **params : dict
            Such as ``horizon=12`` or, for an estimator that is a Pipeline,
            ``estimator__window__time_steps=12``.

        Returns
        -------
        self : estimator
        """
        before = self.get_params(deep=False)
        for key in params:
            name, is_nested, _ = key.partition("__")
            value = params.get(name, before.get(name))
            if is_nested and name in before and not hasattr(value, "set_params"):
                example = self._example_estimators.get(name)
                raise ValueError(
                    f"{key!r} cannot be set, because {name}={value!r} of "
                    f"{type(self).__name__} has no parameters. Pass an estimator first"
                    f"{f', such as {name}={example}' if example else ''}."
                )
        return super().set_params(**params)

    @classmethod
    @cache  # a fit in a search reads the signatures some thirty times
    def _get_param_names(cls):
        """Return the names of the parameters."""
        return super()._get_param_names()

    def _validate_params(self):
        """Check the parameters at the beginning of fit; scikit-learn calls this."""
        check_lists_of_columns(self)
        super()._validate_params()
        check_no_bools(self)


def check_lists_of_columns(estimator):
    """Raise if a parameter that lists columns is the name of a single column."""
    for name, value in estimator.get_params(deep=False).items():
        is_list = name.endswith("_columns")
        if is_list and isinstance(value, str) and value != "auto":
            raise ValueError(
                f"The {name!r} parameter of {type(estimator).__name__} must be a list, "
                f"but got {value!r}. Pass [{value!r}]."
            )


def check_no_bools(estimator):
    """Raise for True or False if a parameter must be a number or a name.

    In Python True is an integer, so scikit-learn's constraints accept it.
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
