"""What predictions depend on: their gradient with respect to each step of a window."""

from numbers import Integral

import numpy as np

from skseq.inspection._array_bunch import ArrayBunch
from skseq.inspection._fitted_windows import FittedWindows
from skseq.inspection._prediction_gradient import prediction_gradient


def lag_relevance(estimator, X, *, output=0):
    r"""Return the gradient of predictions with respect to the values of their windows.

    For each step and feature, it shows by how much a prediction changes, in the units
    of y, for a small change of that value, in the units of the value [1]_. It is the
    exact derivative of ``predict``, computed by backpropagation: through target scaler,
    dense and recurrent layers, normalization and persistence, with the linear forecast,
    and averaged over members. A target scaler that has no derivative at some values,
    such as QuantileTransformer, is smoothed around each value.

    Parameters
    ----------
    estimator : fitted regressor
        :class:`~skseq.LSTMRegressor`, :class:`~skseq.GRURegressor` or
        :class:`~skseq.RecurrentRegressor`, a Pipeline whose last step is one, or a
        :class:`~skseq.SequenceForecaster` with such an estimator.
    X : array-like
        As in ``estimator.predict``. In a Pipeline, a row of NaN with the next label
        has the window of the next prediction.

        Of a forecaster, rows of ``fit`` or ``update``, whose targets are transformed as
        in ``fit``, or rows that follow them. Each row is the last step of a forecast:
        with ``strategy="direct"``, its window ends ``horizon`` steps before it. So the
        row ``horizon`` steps after the last known row has the window of the next
        forecast, and no later row may be in X; with ``strategy="recursive"``, it is the
        row after the last known row.
    output : int, default=0
        Column of the predictions, if there are several: a step (of a direct forecaster,
        0 is the first), target or quantile. Of several targets of a direct forecaster,
        all steps of the first target come first.

    Returns
    -------
    relevance : :class:`~sklearn.utils.Bunch`
        With the following attributes.

        gradient : ndarray of float64 of shape (n_rows, time_steps, n_features)
            Of each prediction, in units of y per unit of the windows.
        mean_absolute : ndarray of float64 of shape (time_steps, n_features)
            Mean of the absolute gradients over rows.
        steps : ndarray of int of shape (time_steps,)
            Steps of a window, counted from its end: -1 is the last. With
            ``SequenceWindower(horizon=1)``, step -k of a row is the value k rows before
            it.
        feature_names : ndarray of object of shape (n_features,)
            Names of the columns; ``"feature 0"``, ``"feature 1"`` and so on where
            windows have no columns.

    Raises
    ------
    TypeError
        If the estimator does not end in a recurrent network of skseq.
    ValueError
        If there is no such output. If X is invalid, as in ``predict``.

    See Also
    --------
    permutation_relevance : How much a score falls if a step is permuted, for any
        network.

    Notes
    -----
    In a Pipeline, the windows are those that the network gets: if a step before it
    scales X, the units are those of the scaled values. For the units of X, leave out
    the scaler. To compare features, use one: a min-max scaler makes all ranges equal.

    ``predict`` fills a missing step with a known value of the same window and feature.
    So the gradient of a missing step is 0, and that of a known value includes the steps
    that were filled with it: it is the derivative of ``predict`` with respect to the
    known values.

    A series that was constant in ``fit``, while others varied, is predicted exactly as
    long as its window contains only this value. The gradient of such a window is 0.

    At a kink (of the absolute value in a window statistic, of the ReLU of a dense
    layer, or of the order of quantiles), the gradient is that of one side.

    The network of a forecaster with ``log`` predicts :math:`m + m \log(y / m)`, with
    the geometric mean m of the series in ``fit``, and with ``deseasonalize`` a value
    without its season. Both are in units of y.

    References
    ----------
    .. [1] K. Simonyan, A. Vedaldi and A. Zisserman, "Deep Inside Convolutional
       Networks: Visualising Image Classification Models and Saliency Maps", ICLR
       Workshop 2014.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.inspection import lag_relevance
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(4), LSTMRegressor(4, random_state=0))
    >>> relevance = lag_relevance(pipe.fit(X[:160], y[:160]), X[160:])
    >>> relevance.gradient.shape
    (42, 4, 6)
    """
    return relevance_of(FittedWindows.of(estimator, X), output)


def relevance_of(fitted, output):
    """Return what `lag_relevance` returns, for windows that are already cut."""
    fitted.check_recurrent("lag_relevance")
    n_outputs = fitted.model.architecture.n_outputs
    if not isinstance(output, Integral) or not 0 <= output < n_outputs:
        raise ValueError(
            f"output must be an integer from 0 to {n_outputs - 1}, because predictions "
            f"have {n_outputs} columns; got {output!r}."
        )
    gradient = prediction_gradient(fitted, int(output))
    return ArrayBunch(
        gradient=gradient,
        mean_absolute=np.abs(gradient).mean(axis=0),
        steps=fitted.steps,
        feature_names=fitted.feature_names,
    )
