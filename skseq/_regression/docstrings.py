"""Texts that the docstrings of several regressors share, written once and filled in."""

import inspect

RECURRENT_PARAMETERS = """\
units : int or sequence of int, default=32
    Size of the recurrent layer. A sequence stacks layers, from the first to the last.
dropout : float or sequence of float, default=0
    Dropout rate of the outputs of a layer. A number applies between stacked layers, and
    before the head if there is one layer; a sequence gives the rate after each layer.
recurrent_dropout : float or sequence of float, default=0
    Dropout rate of the state that each cell takes from the step before. The same units
    are dropped at all steps of a window.
bidirectional : bool, default=False
    Read every window in both directions. This is no look-ahead: the whole window lies
    in the past of its row.
dense_units : int or sequence of int, default=()
    Sizes of dense layers with ReLU activation between the last recurrent layer and the
    output.
{anchors}
n_members : int, default=1
    Number of networks to train, each from its own seed. Their mean is the prediction,
    which depends less on chance than that of one network. The native engine trains
    them together.
optimizer : str, keras.optimizers.Optimizer or its class, default="adam"
    An instance keeps its own settings and ignores the three parameters that follow; it
    is copied for every fit.
learning_rate : float or Keras learning-rate schedule, default=0.01
    Initial learning rate.
learning_rate_schedule : {"constant", "linear", "cosine", "exponential"}, \
        default="constant"
    How the learning rate falls over the ``epochs`` of a call of ``fit``: to zero
    linearly or along half a cosine wave, or exponentially to a hundredth. A warm start
    begins the schedule again; ``partial_fit`` always uses ``learning_rate``. Ignored if
    ``learning_rate`` is a Keras schedule.
global_clipnorm : float, default=None
    Largest norm of the gradient over all weights; larger gradients are scaled down.
{training}
engine : {"auto", "native", "keras"}, default="auto"
    What trains the networks. "keras" is ``keras.Model.fit`` through SciKeras and
    supports everything. "native" is NumPy: many times faster on small data, with the
    same results up to rounding (except for dropout, which is drawn differently). It
    supports the optimizers "adam", "adamw", "nadam", "rmsprop" and "sgd" and the losses
    "mse", "mae", "huber" and "log_cosh", given by name. "auto" uses the native engine
    wherever it can, unless a GPU is expected to be faster, and Keras otherwise.
{general}"""

ANCHORS = """\
normalization : {"auto", "instance"} or None, default="auto"
    "instance" standardizes the target's own past in each window by the mean and the
    standard deviation of that window, and reverses it in the prediction (reversible
    instance normalization [2]_), so that a trend beyond the range of ``fit`` is nothing
    new to the network. Other features are not changed. "auto" does this if a feature
    holds the target's own past and windows have at least 3 steps.
persistence : {"auto", "last"}, int or None, default="auto"
    The known value of the target that predictions count from, so that the network
    predicts a change: the "last" value in the window, or with an int the value of so
    many steps before the row, such as 12 for the same month of last year. None counts
    from the mean of the window, or without normalization from zero. "auto" is "last" if
    a feature holds the target's own past.
target_feature : "auto", int or list of int, default="auto"
    Position of the feature that holds the target's own past, one for each output.
    "auto" searches all features: one must equal y some steps earlier, scaled or not.
linear_weight : "auto" or float, default="auto"
    Weight of a linear forecast in the prediction, from 0 to 1; the network has the
    rest. The linear forecast is a ridge regression on the same normalized window. On
    short series it is more accurate than a network, and their mean is more accurate
    than either. "auto" is 0.75 if a feature holds the target's own past, else 0. With
    1 no network is trained. ``warm_start`` and ``partial_fit`` keep the linear forecast
    of the first fit."""

TRAINING = """\
loss : str, keras.losses.Loss or callable, default="mse"
    Computed on the scaled target. A callable takes ``(y_true, y_pred)``.
epochs : int, default=100
    Largest number of passes over the windows.
batch_size : int, default=32
    Number of windows in one step of the optimizer.
early_stopping : "auto" or bool, default="auto"
    Stop when the loss on held-out windows no longer falls, and keep the weights of the
    best epoch. "auto" does this if a feature holds the target's own past and there are
    at least 15 complete windows; ``partial_fit`` never does.
validation_fraction : float, default=0.2
    Fraction of the windows held out for early stopping: the latest
    ``ceil(validation_fraction * n_windows)``. The network is not trained on them; the
    linear forecast is.
n_iter_no_change : int, default=20
    Number of epochs without a lower validation loss after which training stops.
target_scaler : "minmax", transformer or None, default="minmax"
    Scales y before training and brings predictions back to y's units. "minmax" is a
    :class:`TargetAwareMinMaxScaler`; None trains on y as it is. Scaled targets should
    be about 1 in size: follow a logarithm by a scaler, in a pipeline."""

GENERAL = """\
dtype : {"float32", "float64"}, default="float32"
    Precision of the network. Everything is scaled before it is rounded to it.
warm_start : bool, default=False
    Let ``fit`` continue from the previous fit: weights, optimizer, target scale, fill
    values and batch plan are kept. Early stopping starts again and keeps the best epoch
    of the new ones.
random_state : int, RandomState instance or None, default=None
    Draws the initial weights, the batch plan and dropout.
verbose : bool or int, default=0
    0 prints nothing. The native engine prints a line each epoch; Keras prints a
    progress bar (1) or a line (2)."""

ATTRIBUTES = """\
model_ : keras.Model
    The fitted model, linear forecast included: complete scaled windows in, scaled y
    out. Built when first asked for; changing it does not change the estimator. Import
    ``skseq.layers`` before loading a saved one.
history_ : dict of str to list of float
    ``loss``, with early stopping ``val_loss``, and metrics, by epoch; for several
    members the mean over those still trained. NaN in epochs that did not record it.
n_iter_ : int
    Number of epochs trained.
best_epoch_ : int, or list of int for several members
    Position in ``history_`` of the epoch whose weights were kept. Only with early
    stopping; each member stops by itself.
target_scaler_ : fitted transformer or None
target_feature_ : ndarray of int of shape (`n_outputs_`,)
    The feature that holds each target's own past; -1 if none is used.
lag_ : ndarray of int of shape (`n_outputs_`,)
    Steps from the last step of a window to its row; 0 if no past is used.
linear_weight_ : ndarray of shape (`n_outputs_`,)
    Weight of the linear forecast in the prediction of each output.
fill_values_ : ndarray of shape (`n_features_in_`,)
    Mean of each feature over the complete windows of ``fit``; replaces a feature that
    is missing in a whole window.
engine_ : {"native", "keras"}
    What trained the networks, and predicts.
n_outputs_ : int
    Number of targets.
target_names_in_ : list
    Columns of y in their order; only if y is a frame.
n_features_in_ : int
n_time_steps_in_ : int
    Steps of the fitted windows; 1 for a table.
n_dims_in_ : {2, 3}
    Whether a table or windows were fitted.
feature_names_in_ : ndarray of shape (`n_features_in_`,)
    Only if X is a table with string column names."""

SHARED_TEXTS = {
    "recurrent_parameters": RECURRENT_PARAMETERS,
    "anchors": ANCHORS,
    "training": TRAINING,
    "general": GENERAL,
    "attributes": ATTRIBUTES,
}
"""In the order in which they are filled in: a text may refer to those after it."""


def with_shared_texts(cls):
    """Replace ``{name}`` in the docstring of a class by the text of that name."""
    if cls.__doc__:  # python -OO strips docstrings
        text = inspect.cleandoc(cls.__doc__)
        for name, shared in SHARED_TEXTS.items():
            text = text.replace(f"{{{name}}}", shared)
        cls.__doc__ = text
    return cls
