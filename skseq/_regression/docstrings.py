"""Docstring texts that several regressors share, written once and filled in."""

import inspect

RECURRENT_PARAMETERS = """\
units : int or sequence of int, default=32
    Number of units of the recurrent layer. A sequence stacks layers, first layer first.
dropout : float or sequence of float, default=0
    Dropout rate of layer outputs. One number applies between stacked layers, or after
    the layer if there is only one; a sequence gives the rate after each layer.
recurrent_dropout : float or sequence of float, default=0
    Dropout rate of the recurrent state, which a layer passes from step to step. The
    same units are dropped at all steps of a window.
bidirectional : bool, default=False
    If True, each layer processes the window in both directions. This does not look
    ahead: the window contains only values that are known when the prediction is made.
dense_units : int or sequence of int, default=()
    Numbers of units of the dense layers, with ReLU activation, between the last
    recurrent layer and the output layer.
{anchors}
patch_length : int, default=1
    Number of steps of a window that the network reads at once. Windows of shape
    (time_steps, n_features) are read as (time_steps / patch_length, patch_length *
    n_features), after they are normalized. With long windows this is faster and often
    more accurate: 24 reads hourly windows day by day. The number of steps in a window
    must be a multiple of it.
n_members : int, default=1
    Number of networks to train, each with its own seed. The prediction is the mean of
    their predictions, which depends less on the seed. The native engine trains them
    together.
optimizer : str, keras.optimizers.Optimizer or its class, default="adam"
    Optimizer. An object is copied for every fit and keeps its settings, so that the
    next three parameters are ignored.
learning_rate : float or Keras learning-rate schedule, default=0.01
    Initial learning rate.
learning_rate_schedule : {"constant", "linear", "cosine", "exponential"}, \
        default="constant"
    How the learning rate decreases over the ``epochs`` of one call of ``fit``: "linear"
    and "cosine" end at zero, "exponential" at a hundredth of ``learning_rate``. A warm
    start begins the schedule again; ``partial_fit`` always uses ``learning_rate``.
    Ignored if ``learning_rate`` is a Keras schedule.
global_clipnorm : float, default=None
    Maximum norm of the gradient over all weights; a larger gradient is scaled down to
    it. None does not clip.
{training}
engine : {"auto", "native", "keras"}, default="auto"
    What trains the networks. "keras" is ``keras.Model.fit``, called through SciKeras,
    and supports all parameters. "native" uses NumPy alone and is many times faster on
    small data; its results are those of Keras up to rounding, except for the random
    dropout masks. It supports the optimizers "adam", "adamw", "nadam", "rmsprop" and
    "sgd" and the losses "mse", "mae", "huber", "log_cosh" and "quantile", given by
    name. "auto" uses the native engine if it supports all parameters, unless a GPU is
    expected to be faster; otherwise it uses Keras.
{general}"""

ANCHORS = """\
normalization : {"auto", "instance"} or None, default="auto"
    "instance" standardizes the target's past in each window by its mean and standard
    deviation in that window, and reverses this in the prediction (reversible instance
    normalization [2]_). The network can then follow a trend beyond the range of the
    training data. Other features are not changed. None does not normalize. "auto" is
    "instance" if a feature contains the target's past and windows have at least 3
    steps, and otherwise None; without such a feature or with fewer steps, "instance"
    raises an error. "auto" is also None for a single series and other features than
    its past, if windows contain the row of the target (``horizon=0``), or if a linear
    forecast of the latest fifth of the rows then has less than 0.75 times the error.
persistence : {"auto", "last"}, int or None, default="auto"
    Known value of the target that the output of the network is added to, so that the
    network predicts a change: "last" is the last value in the window; an int is the
    value that many steps before the row, such as 12 for the same month of last year.
    None is the mean of the window, or zero without normalization. "auto" is "last" for
    each output whose past a feature holds, and None for the others.
target_feature : "auto", int or list of int, default="auto"
    Index of the feature that holds the target's past; a list has one for each output.
    "auto" searches all features for one that equals y some steps earlier, scaled or
    not.
linear_weight : "auto" or float, default="auto"
    Weight of a linear forecast in the prediction, from 0 to 1; that of the network is
    the rest. The linear forecast is a ridge regression on the same normalized window,
    with the bias at which ``loss`` is smallest. For a short single series without other
    features, the regression is averaged with simple exponential smoothing. On short
    series the linear forecast is often more accurate than a network, and their weighted
    mean is more accurate than either. With "auto", the weight is chosen on the windows
    that are held out for early stopping and averaged with 0.75, which counts as much as
    60 windows; without held-out windows it is 0.75. The weight is 0 for each output to
    which neither ``normalization`` nor ``persistence`` is applied, and for all outputs
    if ``loss`` is NaN or infinite for some predictions of the linear forecast; then a
    number above 0 is an error. With 1, no network is trained. ``warm_start`` and
    ``partial_fit`` keep the linear forecast of the first fit.
window_statistics : "auto" or bool, default="auto"
    Whether the network, but not the linear forecast, reads two more features of each
    target's past that is standardized, which are the same at all steps of a window: the
    logarithm of its standard deviation in the window, and that of its mean absolute
    change from step to step relative to this deviation. They show the network how noisy
    a window is and how large its changes are. "auto" is True if several series are
    fitted together, and False for a single one."""

TRAINING = """\
loss : str, keras.losses.Loss or callable, default="mse"
    Loss on the scaled target. A callable takes ``(y_true, y_pred)``, tensors of shape
    (n_windows, n_outputs), and should be defined for all numbers. "quantile" is the
    pinball loss.
quantile : float or sequence of float, default=None
    With ``loss="quantile"``, the quantile to predict, between 0 and 1: 0.9 is exceeded
    by a tenth of the values of y. An ascending sequence predicts several with one
    network; they never cross, since those of each output are sorted. ``predict`` then
    has a column for each: all quantiles of the first output of y, then all of the next.
epochs : int, default=100
    Maximum number of epochs, which are passes over the training windows.
batch_size : int, default=32
    Number of windows in a batch.
early_stopping : "auto" or bool, default="auto"
    If True, hold out the latest windows, stop when the loss on them no longer
    decreases, and restore the weights of the best epoch. "auto" does this if
    ``normalization`` or ``persistence`` is applied to an output and at least 15 windows
    are complete. ``partial_fit`` never stops early.
validation_fraction : float, default=0.2
    Fraction of the windows to hold out for early stopping: the latest
    ``ceil(validation_fraction * n_windows)``. The network is trained on them only by
    ``refit``; the linear forecast always is.
n_iter_no_change : int, default=20
    Number of consecutive epochs without a lower validation loss after which training
    stops.
refit : bool, default=False
    If True, and windows were held out for early stopping, train again on all windows,
    for as many epochs as were best (on average over the members), so that the network
    also learns from the latest windows. A fit then takes about twice as long.
    ``history_``, ``n_iter_`` and ``best_epoch_`` remain those of the first training.
    Cannot be combined with ``warm_start``.
max_windows : int, default=None
    Maximum number of windows to train on. If there are more, only every second (third,
    ...) window is used, counted back from the last, because neighbouring windows share
    most of their steps. None uses all.
target_scaler : "minmax", transformer or None, default="minmax"
    Scales y for training and transforms predictions back to the units of y. "minmax" is
    a :class:`TargetAwareMinMaxScaler`; None does not scale. A scaler that is not
    linear, such as a logarithm, is applied to the feature that holds the target's past
    as well. Scaled targets should be near the range from -1 to 1: after a logarithm,
    scale as well, with a Pipeline of both. With a bounded scaler, such as
    QuantileTransformer, predictions never leave the range of y in ``fit``.
series_weight : {"balanced"} or None, default="balanced"
    With an index of the levels (series, time), "balanced" divides the errors of each
    series in the loss by its mean absolute change from row to row, so that series with
    large values do not dominate the loss. With None, errors are not divided. A single
    series is not affected."""

GENERAL = """\
dtype : {"float32", "float64"}, default="float32"
    Precision of the network. Windows are rounded to it after they are normalized;
    ``fit`` warns if most changes from row to row are lost.
warm_start : bool, default=False
    If True, ``fit`` continues from the previous fit with its weights, optimizer state,
    target scaler, fill values and batch plan. Early stopping starts again and selects
    the best of the new epochs.
random_state : int, RandomState instance or None, default=None
    Seed of the initial weights, of the order of the windows in each epoch, and of
    dropout. Pass an int for the same results in every fit.
verbose : bool or int, default=0
    0 prints nothing. 1 shows the epoch, its losses and the seconds left, at most, in
    one line that is updated (Keras: a progress bar for each epoch); the losses of
    several members are averaged. 2 prints a line for each epoch of each member."""

ATTRIBUTES = """\
model_ : keras.Model
    The fitted model: it maps complete scaled windows to scaled predictions, and
    includes the linear forecast. It is built on first access; changing it does not
    change the estimator. Import ``skseq.layers`` before you load a saved one.
history_ : dict of str to list of float
    Loss of each epoch (``loss``), with early stopping ``val_loss``, and metrics. With
    several members, the mean over those still in training. NaN for epochs that did not
    record it.
n_iter_ : int
    Number of epochs trained.
best_epoch_ : int, or list of int with several members
    Index in ``history_`` of the epoch whose weights were restored. Only with early
    stopping; each member has its own.
target_scaler_ : fitted transformer or None
    The scaler of y.
target_feature_ : ndarray of int of shape (`n_outputs_`,)
    Index of the feature that contains the target's past, for each output; -1 if none is
    used.
lag_ : ndarray of int of shape (`n_outputs_`,)
    Steps from the last step of a window to its row; 0 if no past is used.
linear_weight_ : ndarray of shape (`n_outputs_`,)
    Weight of the linear forecast in the prediction of each output.
normalization_ : "instance" or None
    Whether windows are standardized.
window_statistics_ : bool
    Whether the network reads statistics of windows.
fill_values_ : ndarray of shape (`n_features_in_`,)
    Mean of each feature over the complete windows of ``fit``. It replaces a feature
    that is missing in an entire window.
engine_ : {"native", "keras"}
    The engine that trained the networks and predicts.
n_outputs_ : int
    Number of targets, which are the columns of y.
target_names_in_ : list
    Columns of y in their order; only if y is a frame.
n_features_in_ : int
    Number of features.
n_time_steps_in_ : int
    Number of steps in a window; 1 if ``fit`` was given a table.
n_dims_in_ : {2, 3}
    Number of dimensions of X in ``fit``: 2 for a table, 3 for windows.
feature_names_in_ : ndarray of shape (`n_features_in_`,)
    Column names, if X in ``fit`` was a table whose column names are all strings."""

SHARED_TEXTS = {
    "recurrent_parameters": RECURRENT_PARAMETERS,
    "anchors": ANCHORS,
    "training": TRAINING,
    "general": GENERAL,
    "attributes": ATTRIBUTES,
}
# The order matters: the first text contains the names of the three after it.


def with_shared_texts(cls):
    """Replace each ``{name}`` in the docstring of a class by its shared text."""
    if cls.__doc__:  # python -OO strips docstrings
        text = inspect.cleandoc(cls.__doc__)
        for name, shared in SHARED_TEXTS.items():
            text = text.replace(f"{{{name}}}", shared)
        cls.__doc__ = text
    return cls
