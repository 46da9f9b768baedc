"""Note that a refit failed, so that later calls warn of the older fit.

A Pipeline fits its steps one after the other. If one fails, the steps before it were
fitted on the new rows, and it and the steps after it on the old ones.
"""

from functools import wraps

from sklearn.exceptions import FitFailedWarning

from skseq._estimator.draft import fitted_attributes
from skseq._estimator.warnings import warn_user

REFIT = "fit the whole Pipeline again. To keep a working Pipeline, fit a clone of it."
"""What to do about a Pipeline whose refit failed."""


def noting_failure(fit):
    """Decorate a method that fits, so that `warn_about_failed_refit` knows if it fails.

    It must be the outermost decorator, because invalid parameters are a failure too.
    """

    @wraps(fit)
    def fit_or_note(estimator, *args, **kwargs):
        try:
            return fit(estimator, *args, **kwargs)
        except BaseException:  # after an interrupt, the steps do not match either
            if fitted_attributes(estimator):
                # In the estimator, so that copies and pickles warn as well. By its
                # name it counts as learned, so the next fit removes it.
                estimator._fitted_before_failure = True
            raise

    return fit_or_note


def warn_about_failed_refit(estimator):
    """Warn if the last fit of an estimator failed after an earlier one succeeded."""
    if vars(estimator).get("_fitted_before_failure"):
        warn_user(
            f"The last fit of {type(estimator).__name__} failed, so it still uses what "
            "it learned in its previous fit. In a Pipeline, earlier steps were fitted "
            "again, so the scale of X may have changed, and results may be wrong: "
            f"{REFIT}",
            FitFailedWarning,
        )
