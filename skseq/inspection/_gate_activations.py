"""The gates and states of a recurrent layer."""

from numbers import Integral

from skseq._engine.native.activations import read_activations
from skseq.inspection._array_bunch import ArrayBunch
from skseq.inspection._fitted_windows import FittedWindows


def gate_activations(estimator, X, *, layer=0, member=0, direction="forward"):
    r"""Return gates and states of a recurrent layer at each step of each window.

    They are the numbers that ``predict`` computes, without dropout, from windows whose
    missing steps are filled, and which are normalized and cut into patches if the
    network does so. The names follow the equations of the cells. An LSTM [1]_, [2]_ has

    .. math::
        c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)

    with the input gate :math:`i`, the forget gate :math:`f`, the output gate :math:`o`,
    the candidate :math:`g`, the cell state :math:`c` and the hidden state :math:`h`. A
    GRU [3]_ has

    .. math:: h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t

    with the update gate :math:`z`, the candidate :math:`n`, and the reset gate
    :math:`r`, which controls how much the candidate depends on the previous hidden
    state. An update gate near 1 keeps the hidden state, as a forget gate near 1 keeps
    the cell state.

    Parameters
    ----------
    estimator : fitted regressor
        :class:`~skseq.LSTMRegressor`, :class:`~skseq.GRURegressor` or
        :class:`~skseq.RecurrentRegressor`, a Pipeline whose last step is one, or a
        :class:`~skseq.SequenceForecaster` with such an estimator.
    X : array-like
        As in ``estimator.predict``; for a forecaster, see :func:`lag_relevance`.
    layer : int, default=0
        Number of the recurrent layer. 0 reads the windows; -1 is the last, whose final
        hidden state is the input of the dense layers.
    member : int, default=0
        Number of the network, if there are several (``n_members``).
    direction : {"forward", "backward"}, default="forward"
        The backward direction exists in bidirectional networks. It reads a window from
        its last step to its first, so its final state is at index 0.

    Returns
    -------
    activations : :class:`~sklearn.utils.Bunch`
        Arrays of float64 of shape (n_rows, n_steps, n_units), with steps in time order.
        ``n_steps`` is the number of steps of a window, divided by the length of a
        patch. Gates are between 0 and 1, candidates and hidden states between -1 and 1.

        * LSTM: ``input_gate``, ``forget_gate``, ``output_gate``, ``candidate``,
          ``cell_state``, ``hidden_state``;
        * GRU: ``update_gate``, ``reset_gate``, ``candidate``, ``hidden_state``;
        * simple cell: ``hidden_state``.

    Raises
    ------
    TypeError
        If the estimator does not end in a recurrent network of skseq.
    ValueError
        If there is no such layer, member or direction, or if the linear forecast has a
        weight of 1, so that no network was trained. If X is invalid, as in ``predict``.

    Notes
    -----
    Both engines store the same weights. The activations are computed in float64, as
    predictions of the native engine are; a network of the Keras engine in float32
    differs from them by rounding.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural
       Computation 9(8), 1997, pp. 1735-1780.
    .. [2] F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to Forget: Continual
       Prediction with LSTM", Neural Computation 12(10), 2000, pp. 2451-2471.
    .. [3] K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder for
       Statistical Machine Translation", EMNLP 2014, pp. 1724-1734.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from skseq import LSTMRegressor, SequenceWindower
    >>> from skseq.datasets import load_us_macro
    >>> from skseq.inspection import gate_activations
    >>> X, y = load_us_macro(return_X_y=True)
    >>> pipe = make_pipeline(SequenceWindower(8), LSTMRegressor(4, random_state=0))
    >>> activations = gate_activations(pipe.fit(X[:160], y[:160]), X[160:])
    >>> activations
    ArrayBunch with
      input_gate    array of shape (42, 8, 4)
      forget_gate   array of shape (42, 8, 4)
      output_gate   array of shape (42, 8, 4)
      candidate     array of shape (42, 8, 4)
      cell_state    array of shape (42, 8, 4)
      hidden_state  array of shape (42, 8, 4)
    """
    return activations_of(FittedWindows.of(estimator, X), layer, member, direction)


def activations_of(fitted, layer, member, direction):
    """Return what `gate_activations` returns, for windows that are already cut."""
    fitted.check_recurrent("gate_activations")
    model = fitted.model
    architecture, states = model.architecture, model.states
    if not states:
        raise ValueError(
            "gate_activations needs a trained network, but the linear forecast has a "
            "weight of 1 and no network was trained. Fit with a linear_weight below 1."
        )
    layer = _check_number("layer", layer, len(architecture.layers), lowest=-1)
    member = _check_number("member", member, len(states), lowest=0)
    directions = architecture.layers[layer].directions
    if direction not in directions:
        raise ValueError(
            f"direction must be one of {list(directions)} for this network; got "
            f"{direction!r}. Fit with bidirectional=True for both directions."
        )
    windows = model.prepare(fitted.windows.filled(model.fill_values))
    found = read_activations(architecture, states[member], windows, layer, direction)
    return ArrayBunch(**found)


def _check_number(name, number, count, *, lowest):
    """Return a valid number, counted from 0; raise for any other."""
    if not isinstance(number, Integral) or not lowest <= number < count:
        raise ValueError(
            f"{name} must be an integer from {lowest} to {count - 1}, because this "
            f"estimator has {count}; got {number!r}."
        )
    return int(number) % count
