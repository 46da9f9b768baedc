"""The rows that the estimator of a forecaster gets: its targets are transformed."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skseq._estimator.parts import best_of
from skseq._estimator.plurals import counted
from skseq._forecasting.known.known_rows import locate_rows
from skseq._forecasting.known.known_values import warn_about_changed_values
from skseq._forecasting.known.layout import names_of_targets
from skseq._forecasting.known.reading import (
    check_columns_to_predict,
    values_to_compare,
)
from skseq._forecasting.known.table import copied
from skseq._forecasting.pipeline.row_by_row import is_row_by_row
from skseq._series.index import is_pandas


@dataclass(frozen=True, eq=False)
class TransformedRows:
    """Known rows of a forecaster, as its estimator gets them.

    Attributes
    ----------
    estimator : fitted estimator
    cells : DataFrame or ndarray of shape (n_known, n_columns)
        All known rows, with transformed targets. A copy.
    rows : ndarray of int of shape (n_rows,)
        The rows of interest among them.
    outputs : list of str
        Names of the outputs of the estimator; empty if it has one.
    """

    estimator: object
    cells: object
    rows: np.ndarray
    outputs: list[str]

    @classmethod
    def of(cls, forecaster, X):
        """Find the rows of X among the known rows.

        Parameters
        ----------
        forecaster : fitted SequenceForecaster
        X : table-like of shape (n_rows, n_features)
            As in ``forecaster.predict``, but only known rows.

        Raises
        ------
        ValueError
            If a row is not known, or if steps of the estimator may read neighbouring
            rows: the windows of each forecast are then made of other rows.
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
        rows, _, _ = locate_rows(fitted.table, X, lambda: values_to_compare(X, fitted))
        if is_pandas(X) and is_pandas(fitted.table.cells):
            warn_about_changed_values(fitted, X, rows)
        n_unknown = np.count_nonzero(rows < 0)
        if n_unknown:
            raise ValueError(
                "X must contain only known rows of the forecaster, but "
                f"{counted(n_unknown, 'row')} of X follow them. Pass rows of fit or "
                "update."
            )
        cells = copied(fitted.transform.apply(fitted.table).cells)
        return cls(best_of(fitted.estimator), cells, rows, outputs_of(fitted))


def outputs_of(fitted):
    """Name the outputs of an estimator by step and target; none if it has one.

    Parameters
    ----------
    fitted : FittedForecast
    """
    n_steps = fitted.strategy.windower_horizon
    steps = [f"step {n}" for n in range(1, n_steps + 1)] if n_steps > 1 else [""]
    names = names_of_targets(fitted.layout.target_names, fitted.layout.n_targets)
    targets = [f"{name}" for name in names] if len(names) > 1 else [""]
    return [f"{target} {step}".strip() for target in targets for step in steps]
