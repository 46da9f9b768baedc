"""Texts that several docstrings share, written once and filled in."""

import inspect

PARAMETERS = """\
units : int or sequence of int, default=32
    Size of the recurrent layer; a sequence stacks layers, first to last.
dropout : float or sequence of float, default=0
    Share of a layer's outputs that training drops at random. A number goes between
    stacked layers, and before the head where there is one layer; a sequence gives the
    share after each layer.
input_dropout, recurrent_dropout : float or sequence of float, default=0
    Shares of what each layer's cells take in, from below and from the step before,
    that training drops, the same at all steps of a window.
bidirectional : bool, default=False
    Read every window in both directions. No future is seen: the window is the past.
dense_units : int or sequence of int, default=()
    Sizes of dense layers between the last recurrent layer and the output.
dense_activation : {"relu", "tanh", "sigmoid", "linear"}, default="relu"
    What each of these dense layers ends in.
normalization : {"auto", "instance"} or None, default="auto"
    "instance" lets the network read the target's own past in each window's own terms:
    without the mean and the deviation that it has there, which the answer gets back
    [2]_. A trend beyond the fitted range is then nothing new. Other features keep their
    level. "auto" does so where a feature holds the target's own past, for windows of 3
    steps or more.
persistence : {"auto", "last"}, int or None, default="auto"
    The known value of the target that answers count from, so that the network predicts
    a change: "last" in the window, or that of a season of so many steps before the row.
    None counts from the window's mean, or from zero without normalization. "auto" is
    "last" where a feature holds the target's own past.
target_feature : "auto", int or list of int, default="auto"
    Position of the feature that holds the target's own past, one for each output.
    "auto" looks at all: it must be y some steps before the row, scaled or not.
linear_share : "auto" or float, default="auto"
    Share of the answer that a linear forecast gives, of 0 to 1: ridge regression on the
    same normalized window, from the same known value, found in closed form. On short
    series it errs less than a network, and both together less than either. "auto" is
    0.75 where a feature holds the target's own past. What goes on (``warm_start``,
    ``partial_fit``) keeps the linear forecast of the first fit.
n_members : int, default=1
    Networks to train, each from a seed of its own. Predicted is the mean of their
    answers, taken before the target scaler is undone: it depends less on luck than one
    network does. The native engine trains them together.
optimizer : str, keras.optimizers.Optimizer or its class, default="adam"
    An instance keeps its own settings, whatever the five parameters that follow, and is
    copied for every fit.
learning_rate : float or Keras learning-rate schedule, default=0.01
    Of the first step.
learning_rate_schedule : {"constant", "linear", "cosine", "exponential"}, \
        default="constant"
    How the learning rate falls over the ``epochs`` of a call of ``fit``: to zero along
    a line or half a cosine wave, or to a hundredth by equal factors. A warm start
    begins it again, and ``partial_fit`` keeps to ``learning_rate``. Ignored where
    ``learning_rate`` is a Keras schedule.
momentum : float, default=0
    Of the optimizer "sgd".
weight_decay : float, default=None
    Share of the weights, times the learning rate, that every step takes off. None is
    the optimizer's own: 0.004 for "adamw", nothing for the others.
global_clipnorm : float, default=None
    Cut a step's gradient down to this norm, taken over all weights.
loss : str, keras.losses.Loss or callable, default="mse"
    Measured on the scaled target. A callable takes ``(y_true, y_pred)``.
epochs : int, default=100
    Passes over the windows, at most.
batch_size : int, default=32
    Windows in one step of the optimizer.
early_stopping : "auto" or bool, default="auto"
    Stop when the loss on the latest windows no longer falls, and keep the weights of
    the best epoch. "auto" does so where a feature holds the target's own past and there
    are 15 complete windows or more; never in ``partial_fit``.
validation_fraction : float, default=0.2
    Share of the windows set aside for early stopping: the latest
    ``ceil(validation_fraction * n_windows)``. The network is not trained on them; the
    linear forecast is, once the network has stopped.
n_iter_no_change : int, default=20
    Epochs without a better validation loss after which to stop.
target_scaler : "minmax", transformer or None, default="minmax"
    Scales y before training and brings predictions back. "minmax" is a
    :class:`TargetAwareMinMaxScaler`; None trains on y as it is. What is trained on
    should be about 1 in size: put a logarithm in a pipeline with a scaler.
engine : {"auto", "native", "keras"}, default="auto"
    What trains. "keras" is ``keras.Model.fit`` through SciKeras and can do all.
    "native" is NumPy, many times as fast on small data, and gives the same numbers up
    to rounding (but draws other dropout); it knows the optimizers "adam", "adamw",
    "nadam", "rmsprop" and "sgd" and the losses "mse", "mae", "huber" and "log_cosh" by
    name. "auto" takes native where it can do the job, unless a GPU is expected to do it
    faster, and Keras otherwise.
keras_callbacks : list of keras.callbacks.Callback, default=None
    Given to ``Model.fit``; each is copied for every fit.
network : callable, default=None
    ``network(window_shape, n_outputs)`` builds an own network, an uncompiled
    ``keras.Model`` of inputs and outputs that computes in ``dtype``, in place of the
    recurrent layers; ``window_shape`` is (time_steps, n_features).
metrics : list, default=None
    Keras metrics to record in ``history_`` beside the loss, on scaled targets.
dtype : {"float32", "float64"}, default="float32"
    Precision of the network. Everything is scaled before it is rounded to it.
warm_start : bool, default=False
    Let ``fit`` go on where the last one ended: weights, optimizer, target scale, fill
    values and batch plan are kept. Early stopping begins anew: the rows may be others,
    so each fit keeps the best of its own epochs.
skill_warning : bool, default=True
    Warn, by a :class:`~skseq.exceptions.SkillWarning`, if on the windows set aside for
    early stopping a naive rule predicts better, by more than chance. With fewer than
    5 of them, or without the target's own past, there is nothing to compare.
range_warning : bool, default=True
    Warn once, by a :class:`~skseq.exceptions.RangeWarning`, if windows to predict from
    go beyond the fitted range by more than three times its width.
random_state : int, RandomState instance or None, default=None
    Draws the initial weights, the batch plan and dropout.
verbose : {0, 1, 2}, default=0
    What is printed: nothing, or something every epoch: with Keras a bar (1) or a line
    (2), natively a line."""

ATTRIBUTES = """\
model_ : keras.Model
    All that is fitted, the linear forecast too: complete scaled windows in, scaled y
    out. Built when first asked for; later changes to it do not change the estimator. To
    load a saved one, import ``skseq.layers`` before.
history_ : dict of str to list of float
    ``loss``, with early stopping ``val_loss``, and the metrics, by epoch; of several
    members the mean over those still trained. NaN in epochs that did not record it.
n_iter_ : int
    Epochs trained.
best_epoch_ : int, or list of int for several members
    Position in ``history_`` of the epoch whose weights were kept. Only with early
    stopping; each member stops by itself.
target_scaler_ : fitted transformer or None
target_feature_ : ndarray of int of shape (`n_outputs_`,)
    The feature that holds each target's own past; -1 where none is made use of.
lag_ : ndarray of int of shape (`n_outputs_`,)
    Steps from the last step of the window to the row; 0 where no past is made use of.
linear_share_ : float
    Share of the answer that the linear forecast gives.
fill_values_ : ndarray of shape (`n_features_in_`,)
    Mean of each feature over the windows trained on; stands in for a feature that is
    missing in a whole window.
engine_ : {"native", "keras"}
    What trained, and predicts.
n_outputs_ : int
    Targets.
n_features_in_ : int
n_time_steps_in_ : int
    Steps of the fitted windows; 1 for a table.
n_dims_in_ : {2, 3}
    Whether a table or windows were fitted.
feature_names_in_ : ndarray of shape (`n_features_in_`,)
    Defined only when X is a table with string column names."""


def with_shared_texts(cls):
    """Fill ``{parameters}`` and ``{attributes}`` into the docstring of a class."""
    if cls.__doc__:  # python -OO strips docstrings
        text = inspect.cleandoc(cls.__doc__)
        text = text.replace("{parameters}", PARAMETERS)
        cls.__doc__ = text.replace("{attributes}", ATTRIBUTES)
    return cls
