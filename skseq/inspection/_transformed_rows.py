"""The rows that the estimator of a forecaster gets: its targets are transformed."""

from copy import deepcopy

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.parts import best_of
from skseq._estimator.plurals import counted
from skseq._forecasting.known.known_rows import locate_rows
from skseq._forecasting.known.known_values import warn_about_changed_values
from skseq._forecasting.known.layout import names_of_targets
from skseq._forecasting.known.reading import check_columns_to_predict
from skseq._forecasting.pipeline.row_by_row import is_row_by_row


def transformed_rows(forecaster, X):
    """Find known rows of a forecaster in the table that its estimator gets.

    Parameters
    ----------
    forecaster : fitted SequenceForecaster
    X : table-like of shape (n_rows, n_features)
        As in ``forecaster.predict``, but only known rows.

    Returns
    -------
    estimator : fitted estimator
    cells : DataFrame or ndarray of shape (n_known, n_columns)
        Copy of all known rows, with transformed targets.
    rows : ndarray of int of shape (n_rows,)
        Numbers of the rows of X among them.
    outputs : list of str
        Names of the outputs of the estimator; an empty text if there is only one.
    """
    check_is_fitted(forecaster)
    fitted = forecaster._fitted_forecast
    if not is_row_by_row(fitted.estimator):
        raise ValueError(
            "The steps of the forecaster's estimator may read neighbouring rows, "
            "so each forecast has windows of its own. Use steps of scikit-learn "
            "that compute each row from this row alone."
        )
    X = check_columns_to_predict(forecaster, X, fitted.layout)
    rows, _, _ = locate_rows(fitted, X)
    warn_about_changed_values(fitted, X, rows)
    n_unknown = np.count_nonzero(rows < 0)
    if n_unknown:
        raise ValueError(
            "X must contain only known rows of the forecaster, but "
            f"{counted(n_unknown, 'row')} of X follow them. Pass rows of fit or update."
        )
    cells = deepcopy(fitted.transform.apply(fitted.table).cells)
    return best_of(fitted.estimator), cells, rows, _names_of_outputs(fitted)


def _names_of_outputs(fitted):
    """Name the outputs of an estimator by step and target, if there are several."""
    n_steps = fitted.strategy.windower_horizon
    steps = [f"step {n}" for n in range(1, n_steps + 1)] if n_steps > 1 else [""]
    names = names_of_targets(fitted.layout.target_names, fitted.layout.n_targets)
    targets = [f"{name}" for name in names] if len(names) > 1 else [""]
    return [f"{target} {step}".strip() for target in targets for step in steps]
