"""What all network regressors share: scikit-learn's API around a FittedModel."""

import inspect
from copy import copy
from dataclasses import replace
from numbers import Integral, Real

import numpy as np
from sklearn.base import _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._engine import keras
from skseq._estimator.draft import drafted_fit, fitted_attributes
from skseq._estimator.parameters import CheckedParameters
from skseq._estimator.versions import VersionedPickle
from skseq._regression.checks.feature_range import warn_about_other_range
from skseq._regression.fitting import fit_model
from skseq._regression.past.constant_series import warn_about_constant_series
from skseq._regression.rows.fit_rows import FitRows
from skseq._regression.rows.incomplete_windows import warn_about_incomplete
from skseq._regression.rows.other_windower import warn_about_other_windower
from skseq._regression.rows.time_order import warn_about_order
from skseq._regression.rows.visible_features import check_target_not_in_windows
from skseq._regression.scoring import QuantileScoreMixin
from skseq._regression.targets.quantiles import check_quantile
from skseq._regression.training.networks import FitCall
from skseq._series.origin import columns_of, origin_of
from skseq._series.window_array import as_windows
from skseq._validation.windows import check_windows

# The constructors only store parameters; fit checks them by these rules.
COUNT = Interval(Integral, 1, None, closed="left")
FRACTION = Interval(Real, 0, 1, closed="neither")


def fitted_attribute(read, doc):
    """Make a read-only attribute of an estimator that is read from its FittedModel."""

    def getter(self):
        check_is_fitted(self)
        return read(self._fitted_model)

    return property(getter, doc=doc)


class SequenceRegressor(
    CallbackSupportMixin, QuantileScoreMixin, VersionedPickle, CheckedParameters
):
    """Base class of the regressors that train a network on windows.

    A subclass has at least the parameters below and describes its network in
    `_make_architecture`. All that ``fit`` learns is one FittedModel, ``_fitted_model``.
    """

    _parameter_constraints = {
        "normalization": [StrOptions({"auto", "instance"}), None],
        "persistence": [StrOptions({"auto", "last"}), COUNT, None],
        "target_feature": [StrOptions({"auto"}), Integral, list, tuple],
        "linear_weight": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="both")],
        "window_statistics": ["boolean", StrOptions({"auto"})],
        "optimizer": [str, type, HasMethods(["apply_gradients"])],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), callable],
        "loss": [str, callable],
        # `check_quantile` checks the numbers in a list.
        "quantile": [FRACTION, list, tuple, np.ndarray, None],
        "epochs": [COUNT],
        "batch_size": [COUNT],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [FRACTION],
        "n_iter_no_change": [COUNT],
        "refit": ["boolean"],
        "max_windows": [COUNT, None],
        "target_scaler": [
            StrOptions({"minmax"}),
            HasMethods(["fit", "transform", "inverse_transform"]),
            None,
        ],
        "series_weight": [StrOptions({"balanced"}), None],
        "dtype": [StrOptions({"float32", "float64"})],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    # Subclasses with parameters of these names replace them.
    n_members = 1
    engine = "keras"

    def _make_architecture(self, window_shape, n_outputs, normalization):
        """Return the Architecture or CustomNetwork that the parameters describe."""
        raise NotImplementedError

    def _training_options(self):
        """Return the parameters that say how to train, as TrainingOptions."""
        raise NotImplementedError

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Train on the windows without missing steps.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            Windows, NaN at missing steps; or a table, which is read as windows of one
            step and must not contain NaN. Oldest row first.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            Targets, not scaled.
        sample_weight : array-like of shape (n_rows,), default=None
            Weight of each row in the loss. Rows of weight 0 are left out.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If a parameter or an input is invalid, no window is complete, or training
            diverges. The estimator is then as it was before the call.

        Warns
        -----
        IncompleteWindowWarning
            If windows are left out, except those that reach before the first row.
        LaggedTargetWarning
            If a feature nearly contains the target's past, or windows not cut by a
            SequenceWindower contain the target or are not in time order.
        SkillWarning
            If a naive forecast is more accurate on the windows held out for early
            stopping; without the target's past, on the windows of training. If the loss
            is not smallest where predictions equal the targets.
        UserWarning
            If ``target_scaler`` cannot be inverted, most changes are lost in float32,
            or a warm start may continue on another scale of X.
        """
        previous = vars(self).get("_fitted_model") if self.warm_start else None
        call = self._training_options(), int(self.epochs), self.early_stopping
        return self._fit(X, y, sample_weight, previous, *call)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Train for one more epoch.

        The first call fits the target scaler, the fill values and the linear forecast;
        later calls keep them and continue with weights, optimizer and batch plan. The
        learning rate is ``learning_rate``: one epoch is too short for a schedule.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            As in ``fit``.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            As in ``fit``.
        sample_weight : array-like of shape (n_rows,), default=None
            As in ``fit``.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            As in ``fit``, and if ``early_stopping=True``, which needs many epochs.
        """
        if self.early_stopping is True:
            raise ValueError(
                "partial_fit trains for one epoch and cannot stop early. Set "
                "early_stopping=False, or use fit with warm_start=True."
            )
        previous = vars(self).get("_fitted_model")
        options = replace(self._training_options(), learning_rate_schedule="constant")
        return self._fit(X, y, sample_weight, previous, options, 1, False)

    def predict(self, X):
        """Predict one value, or one row of values, for every window.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            Windows or a table, as in ``fit``. A missing step is filled with the latest
            known value before it in its window; at the start of a window, with the
            first known value. A feature that is missing in an entire window is filled
            with its value in ``fill_values_``.

        Returns
        -------
        y_pred : ndarray of float64 of shape (n_rows,) or (n_rows, n_outputs)
            Predictions in the units of y, in the shape of y. With a list of quantiles,
            of shape (n_rows, n_outputs * n_quantiles): all quantiles of the first
            output in ascending order, then all of the second.

        Warns
        -----
        IncompleteWindowWarning
            If windows have missing steps that earlier rows could fill.
        RangeWarning
            If a column is far outside its range in ``fit``, or ``target_scaler`` is
            bounded and the target's past leaves its range; once for each fit.
        FitFailedWarning
            If the windows come from a windower that was fitted on other rows.
        """
        model, windows = self._read_to_predict(X)
        axis = getattr(origin_of(X), "axis", None)
        return model.predict(windows, axis).reshape(-1, *model.prediction_shape)

    def _read_to_predict(self, X):
        """Check the input of ``predict``; return the model and the windows of X."""
        check_is_fitted(self)
        origin = origin_of(X)
        windows = as_windows(check_windows(self, X, reset=False))
        model = self._fitted_model  # read once: a fit in a thread may replace it
        warn_about_other_windower(model.windower_fit_id, origin)
        past = [lagged.feature for lagged in model.lagged_targets if lagged]
        incomplete = ~windows.are_complete()
        warn_about_incomplete(windows, origin, model.first_windows, past, incomplete)
        warn_about_other_range(model, windows, columns_of(self, origin))
        return model, windows

    def _fit(self, X, y, sample_weight, previous, options, n_epochs, early_stopping):
        """Check the input, train, and set the fitted attributes if nothing failed."""
        # The second training is one task, because its number of epochs is not known.
        n_tasks = n_epochs * int(self.n_members) + bool(self.refit)
        with drafted_fit(self, X, y, sample_weight, max_subtasks=n_tasks) as (
            draft,
            report,
        ):
            check_quantile(self.loss, self.quantile)
            if previous is not None:
                vars(draft).update(fitted_attributes(self))
            rows = FitRows.of(
                draft,
                X,
                y,
                sample_weight,
                reset=previous is None,
                max_windows=self.max_windows,
            )
            if not rows.is_ordered:
                warn_about_order(rows)
            if rows.origin is None or not rows.origin.is_checked:
                check_target_not_in_windows(draft, rows)
            call = FitCall(
                options,
                n_epochs,
                early_stopping,
                report,
                lambda model: fitted_attributes(draft) | {"_fitted_model": model},
            )
            draft._fitted_model = fit_model(self, rows, previous, call)
        return self

    target_scaler_ = fitted_attribute(
        lambda model: model.target_scaler, "The fitted target scaler, or None."
    )
    fill_values_ = fitted_attribute(
        lambda model: model.fill_values, "Mean of each feature in complete windows."
    )
    linear_weight_ = fitted_attribute(
        lambda model: model.linear_weights[:: model.architecture.n_quantiles],
        "Weight of the linear forecast.",
    )
    normalization_ = fitted_attribute(
        lambda model: model.normalization,
        "How windows are normalized, or None.",
    )
    window_statistics_ = fitted_attribute(
        lambda model: model.architecture.n_statistics > 0,
        "Whether the networks read statistics of windows.",
    )
    target_feature_ = fitted_attribute(
        lambda model: model.read_anchors("feature", default=-1),
        "Index of the feature that contains each target's past, or -1.",
    )
    lag_ = fitted_attribute(
        lambda model: model.read_anchors("lag", default=0),
        "Steps from the last step of a window to the row that it predicts, or 0.",
    )
    history_ = fitted_attribute(lambda model: model.history, "Losses of each epoch.")
    n_iter_ = fitted_attribute(
        lambda model: len(model.history["loss"]), "Number of epochs trained."
    )
    n_outputs_ = fitted_attribute(lambda model: model.n_targets, "Number of targets.")
    engine_ = fitted_attribute(
        lambda model: model.engine, "The engine that trained the networks and predicts."
    )

    @property
    def best_epoch_(self):
        """Index in ``history_`` of the epoch whose weights were restored."""
        check_is_fitted(self)
        best = self._fitted_model.best_epochs
        if best is None:
            raise AttributeError(
                "best_epoch_ exists only after a fit with early stopping. Set "
                "early_stopping=True and fit again."
            )
        return best[0] if len(best) == 1 else list(best)

    @property
    def model_(self):
        """The fitted model as a plain ``keras.Model``, built on first access."""
        check_is_fitted(self)
        model, cached = self._fitted_model, vars(self).get("_fitted_keras_model")
        # Stored with its FittedModel, so that a refit makes the old one invalid.
        if cached is None or cached[0] is not model:
            warn_about_constant_series(model, "model_")
            cached = model, model.to_keras()
            self._fitted_keras_model = cached
        return cached[1]

    def to_scikeras(self):
        """Return the fitted network as a SciKeras regressor.

        Returns
        -------
        regressor : scikeras.wrappers.KerasRegressor
            Fitted regressor that takes complete windows and predicts in the units of y.
            Its ``partial_fit`` continues training at a constant learning rate, with
            several members as one network; Keras rounds its windows to
            ``keras.config.floatx()``. Its ``fit`` starts again, without scaling y or
            filling missing steps.

        Warns
        -----
        UserWarning
            If a series was constant in ``fit``, which only ``predict`` knows.
        """
        check_is_fitted(self)
        model = self._fitted_model
        warn_about_constant_series(model, "the SciKeras regressor")
        shapes = model.target_shape, model.prediction_shape
        encoder = keras.TargetEncoder(model.target_scaler, *shapes, model.constants)
        network = model.to_keras(), model.architecture, model.options
        exported = keras.make_scikeras(*network, encoder)
        if model.rescaled:
            exported.feature_encoder_ = FunctionTransformer(model.prepare_array)
        return exported

    def _get_fitted_attr_html(self, doc_link=""):
        """Leave out ``model_``, which would load TensorFlow."""
        shown = copy(self)
        shown._hides_model = True
        return super(SequenceRegressor, shown)._get_fitted_attr_html(doc_link)

    def __dir__(self):
        """List the available attributes, without building the model of ``model_``."""
        names = object.__dir__(self)  # that of scikit-learn reads every attribute
        has_model = "_fitted_model" in vars(self) and "_hides_model" not in vars(self)
        return [
            name
            for name in names
            if (has_model if name == "model_" else hasattr(self, name))
        ]

    def __getstate__(self):
        """Leave out the Keras model, which is built again on access."""
        state = super().__getstate__()
        return {k: v for k, v in state.items() if k != "_fitted_keras_model"}

    def __sklearn_tags__(self):
        """Accept windows and several targets."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.target_tags.multi_output = True
        return tags


# Python's errors about arguments name the class of a method, which is private here.
for _method in (SequenceRegressor.fit, SequenceRegressor.partial_fit):
    inspect.unwrap(_method).__qualname__ = _method.__name__
