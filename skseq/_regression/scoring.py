"""The score of a regressor, which compares targets by position."""

from sklearn.base import RegressorMixin

from skseq._series.origin import check_same_rows
from skseq._validation.targets import check_target_order


class OrderedScoreMixin(RegressorMixin):
    """RegressorMixin that holds the columns of y to their order in ``fit``."""

    def score(self, X, y, sample_weight=None):
        """Return the coefficient of determination (R2) of the predictions.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            True values, the columns of a frame in the order of ``fit``.
        sample_weight : array-like of shape (n_rows,), default=None

        Returns
        -------
        score : float
            1 is best. Of several outputs, the mean.

        Raises
        ------
        ValueError
            If a column of y stands in another place than in ``fit``, or the rows of y
            have other labels than those of X.
        """
        check_same_rows(X, y, sample_weight)
        check_target_order(self, y, reset=False)
        return super().score(X, y, sample_weight=sample_weight)
