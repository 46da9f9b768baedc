"""Warn if windows come from another fit of the windower."""

from sklearn.exceptions import FitFailedWarning

from skseq._estimator.failed_fits import REFIT
from skseq._estimator.warnings import warn_user


def warn_about_other_windower(fit_id, origin):
    """Warn if windows to predict from have another `WindowOrigin.fit_id` than in fit.

    The steps before a windower are fitted with it, so their scale differs, too.
    """
    ids = fit_id, origin and origin.fit_id
    if None not in ids and ids[0] != ids[1]:
        warn_user(
            "The windows come from a SequenceWindower that was fitted on other rows "
            "than this regressor, so the scale of X may have changed, and predictions "
            "may be wrong. In a Pipeline this happens if fit failed at a later step: "
            f"{REFIT}",
            FitFailedWarning,
        )
