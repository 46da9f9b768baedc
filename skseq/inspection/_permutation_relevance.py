"""Permutation importance by step and feature of windows."""

from copy import copy
from itertools import product
from numbers import Integral

import numpy as np
from sklearn.metrics import check_scoring
from sklearn.utils import check_consistent_length, check_random_state

from skseq._forecasting.forecaster import SequenceForecaster
from skseq._series.index import check_same_index
from skseq._series.origin import with_origin
from skseq.inspection._array_bunch import ArrayBunch
from skseq.inspection._fitted_windows import FittedWindows


def permutation_relevance(
    estimator, X, y, *, scoring=None, n_repeats=5, random_state=None
):
    """Return how much a score falls if one step of one feature is permuted.

    This is a permutation feature importance for each step of the windows. The values of
    one step and feature are permuted among the windows, everything else stays the same,
    and the predictions are scored again, as in
    :func:`sklearn.inspection.permutation_importance` [1]_. A step that the network does
    not use has a relevance of 0; a step that only adds noise may have one below 0.

    Parameters
    ----------
    estimator : fitted regressor
        Any network of skseq, including :class:`~skseq.KerasSequenceRegressor`, or a
        Pipeline whose last step is one.
    X : array-like
        As in ``estimator.predict``; rows that were not in ``fit`` show what later
        predictions depend on.
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        True values.
    scoring : str or callable, default=None
        A scorer of scikit-learn: its name or a callable ``scorer(estimator, X, y)``,
        which gets the network and the windows. None is the method ``score`` of the
        network.
    n_repeats : int, default=5
        Number of permutations of each step and feature.
    random_state : int, RandomState instance or None, default=None
        Draws the permutations.

    Returns
    -------
    relevance : :class:`~sklearn.utils.Bunch`
        With the following attributes.

        importances_mean, importances_std : ndarray of shape (time_steps, n_features)
            Mean and standard deviation over the repeats.
        importances : ndarray of shape (time_steps, n_features, n_repeats)
            Score without permutation - score with it: above 0, the step is relevant.
        steps : ndarray of int of shape (time_steps,)
            Steps of a window, counted from its end: -1 is the last.
        feature_names : ndarray of object of shape (n_features,)
            Names of the columns; ``"feature 0"``, ``"feature 1"`` and so on where
            windows have no columns.

    Raises
    ------
    TypeError
        If the estimator does not end in a network of skseq, or is a SequenceForecaster.
    ValueError
        If ``n_repeats`` is not a positive integer, X and y differ in length, or X is
        invalid, as in ``predict``.

    See Also
    --------
    lag_relevance : The gradient with respect to each step, which needs no y.

    Notes
    -----
    Missing steps are filled as in ``predict`` before values are permuted.

    Neighbouring steps of a series are nearly equal. A window with one permuted step is
    therefore unlike all windows of ``fit``, and its other steps may contain the same
    information. The relevance shows what the network uses, not how well one could
    predict without it [2]_.

    References
    ----------
    .. [1] L. Breiman, "Random Forests", Machine Learning 45(1), 2001,
       pp. 5-32.
    .. [2] G. Hooker, L. Mentch and S. Zhou, "Unrestricted permutation forces
       extrapolation: variable importance requires at least one more model, or there is
       no free variable importance", Statistics and Computing 31, 2021, article 82.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.inspection import permutation_relevance
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(4), LSTMRegressor(4, random_state=0))
    >>> relevance = permutation_relevance(
    ...     pipe.fit(X[:160], y[:160]), X[160:], y[160:], random_state=0
    ... )
    >>> row, column = divmod(relevance.importances_mean.argmax(), 6)
    >>> int(relevance.steps[row]), relevance.feature_names[column]
    (-1, 'unemployment')
    """
    if not isinstance(n_repeats, Integral) or n_repeats < 1:
        raise ValueError(f"n_repeats must be a positive integer; got {n_repeats!r}.")
    if isinstance(estimator, SequenceForecaster):
        raise TypeError(
            "permutation_relevance takes no SequenceForecaster, whose network predicts "
            "transformed values of all steps instead of y. Use lag_relevance."
        )
    check_consistent_length(X, y)
    check_same_index(X, y)
    fitted = FittedWindows.of(estimator, X)
    regressor = reading_windows(fitted.regressor)
    scorer = check_scoring(regressor, scoring=scoring)
    windows = fitted.windows.filled(fitted.model.fill_values).cut()
    if fitted.origin is not None:  # it names the series, some of which may be constant
        windows = with_origin(windows, fitted.origin)
    best = scorer(regressor, windows, y)
    rng = check_random_state(random_state)
    n_rows, *shape = windows.shape
    importances = np.empty((*shape, int(n_repeats)))
    for step, feature in product(*map(range, shape)):
        values = windows[:, step, feature].copy()
        for repeat in range(int(n_repeats)):
            windows[:, step, feature] = values[rng.permutation(n_rows)]
            score = scorer(regressor, windows, y)
            importances[step, feature, repeat] = best - score
        windows[:, step, feature] = values
    return ArrayBunch(
        importances_mean=importances.mean(axis=2),
        importances_std=importances.std(axis=2),
        importances=importances,
        steps=fitted.steps,
        feature_names=fitted.feature_names,
    )


def reading_windows(regressor):
    """Return a copy of a fitted regressor that predicts from an array of windows.

    It shares all that ``fit`` has learned.
    """
    # A regressor that was fitted on a table takes only tables with the same names.
    reader = copy(regressor)
    reader.n_dims_in_ = 3
    vars(reader).pop("feature_names_in_", None)
    return reader
