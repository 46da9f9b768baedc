"""The score of a regressor, which compares targets by position."""

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import check_is_fitted

from skseq._series.origin import check_same_rows
from skseq._validation.targets import check_target_order


class OrderedScoreMixin(RegressorMixin):
    """RegressorMixin whose score requires the columns of y in the order of ``fit``."""

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
            If the columns of y are in a different order than in ``fit``, or the rows of
            y have other labels than those of X.
        """
        check_same_rows(X, y, sample_weight)
        check_target_order(self, y, reset=False)
        return super().score(X, y, sample_weight=sample_weight)


class QuantileScoreMixin(OrderedScoreMixin):
    """The score of a regressor that may predict several quantiles."""

    def score(self, X, y, sample_weight=None):
        """Return R2 of the predictions; of several quantiles, their mean D2.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            True values, the columns of a frame in the order of ``fit``.
        sample_weight : array-like of shape (n_rows,), default=None

        Returns
        -------
        score : float
            1 is best. Of several outputs, the mean. Of several quantiles, the mean of
            :func:`sklearn.metrics.d2_pinball_score` over them.

        Raises
        ------
        ValueError
            If the columns of y are in a different order than in ``fit``, or the rows of
            y have other labels than those of X.
        """
        check_is_fitted(self)
        quantiles = self._fitted_model.architecture.quantiles
        if len(quantiles) < 2:
            return super().score(X, y, sample_weight=sample_weight)
        from sklearn.metrics import d2_pinball_score  # its import takes long

        check_same_rows(X, y, sample_weight)
        check_target_order(self, y, reset=False)
        predictions = self.predict(X)
        scores = [
            d2_pinball_score(
                y,
                predictions[:, number :: len(quantiles)],
                sample_weight=sample_weight,
                alpha=quantile,
            )
            for number, quantile in enumerate(quantiles)
        ]
        return float(np.mean(scores))
