"""What the recurrent regressors share: all of fitting and predicting but the cell."""

import weakref
from dataclasses import replace
from itertools import zip_longest
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context
from sklearn.callback import CallbackSupportMixin
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from skseq._engine import keras
from skseq._engine.batches import BatchPlan
from skseq._engine.blas import one_blas_thread
from skseq._engine.choice import ENGINES, choose_engine, load_engine
from skseq._engine.contract import (
    SEED_LIMIT,
    TrainingOptions,
    TrainingRun,
    TrainingState,
)
from skseq._engine.learning_rates import SCHEDULES
from skseq._engine.monitor import EpochMonitor
from skseq._engine.stopping import EarlyStopping
from skseq._estimator.parameters import check_no_bools
from skseq._estimator.rollback import unchanged_on_failure
from skseq._estimator.versions import VersionedPickle
from skseq._network.architecture import (
    CustomNetwork,
    check_same_architecture,
    make_architecture,
)
from skseq._network.initial_weights import draw_weights
from skseq._regression.linear import fit_linear
from skseq._regression.seen import warn_of_far_values, widened
from skseq._regression.skill import season_of, warn_of_better_rules
from skseq._regression.terms import learn_terms
from skseq._regression.training_data import (
    find_complete,
    round_windows,
    scale_examples,
    split_latest,
    still_constant,
    unscale_targets,
)
from skseq._series.index import check_same_index
from skseq._series.windowed_past import count_rows
from skseq._series.windows import Windows
from skseq._validation.targets import check_sample_weight, check_target
from skseq._validation.windows import check_windows, is_three_dimensional

SHARE = Interval(Real, 0, 1, closed="left")

WISHES = ("normalization", "persistence", "target_feature", "linear_share")
"""The parameters that say in which terms windows are read."""

KEPT = (
    "_architecture",
    "target_scaler_",
    "target_feature_",
    "lead_",
    "fill_values_",
    "linear_share_",
    "_constants",
    "_linear",
    "_pasts",
    "_wishes",
    "_states",
)
"""What training that goes on takes over from the first fit."""


_told_of_far_values = weakref.WeakSet()
"""Regressors that have warned already; kept outside so that predict changes none."""

MIN_TO_STOP = 15
"""Complete windows from which on some are spared for early stopping by default."""


def joined(before, after):
    """Put the losses of two stretches of training one behind the other.

    What only one of them recorded, such as ``val_loss``, is NaN in the other.
    """
    names = [*after, *(name for name in before if name not in after)]
    return {
        name: [
            *before.get(name, [np.nan] * len(before.get("loss", []))),
            *after.get(name, [np.nan] * len(after["loss"])),
        ]
        for name in names
    }


def mean_history(histories):
    """Average the losses of networks by epoch, over those that were still trained."""
    return {
        name: [
            float(np.mean([value for value in values if value is not None]))
            for values in zip_longest(*(history[name] for history in histories))
        ]
        for name in histories[0]
    }


class RecurrentBase(
    CallbackSupportMixin, RegressorMixin, VersionedPickle, BaseEstimator
):
    """What the recurrent regressors share: all but the choice of cell."""

    _parameter_constraints = {
        "units": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "dropout": [SHARE, "array-like"],
        "input_dropout": [SHARE, "array-like"],
        "recurrent_dropout": [SHARE, "array-like"],
        "bidirectional": ["boolean"],
        "dense_units": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "dense_activation": [StrOptions({"relu", "tanh", "sigmoid", "linear"})],
        "normalization": [StrOptions({"auto", "instance"}), None],
        "persistence": [
            StrOptions({"auto", "last"}),
            Interval(Integral, 1, None, closed="left"),
            None,
        ],
        "target_feature": [StrOptions({"auto"}), Integral, list, tuple],
        "linear_share": [StrOptions({"auto"}), Interval(Real, 0, 1, closed="both")],
        "n_members": [Interval(Integral, 1, None, closed="left")],
        "optimizer": [str, type, HasMethods(["apply_gradients"])],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), callable],
        "learning_rate_schedule": [StrOptions(set(SCHEDULES))],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "weight_decay": [Interval(Real, 0, None, closed="left"), None],
        "global_clipnorm": [Interval(Real, 0, None, closed="neither"), None],
        "loss": [str, callable],
        "epochs": [Interval(Integral, 1, None, closed="left")],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "target_scaler": [
            StrOptions({"minmax"}),
            HasMethods(["fit", "transform", "inverse_transform"]),
            None,
        ],
        "engine": [StrOptions({"auto", *ENGINES})],
        "keras_callbacks": [list, tuple, None],
        "network": [callable, None],
        "metrics": [list, tuple, None],
        "dtype": [StrOptions({"float32", "float64"})],
        "warm_start": ["boolean"],
        "skill_warning": ["boolean"],
        "range_warning": ["boolean"],
        "random_state": ["random_state"],
        "verbose": [Interval(Integral, 0, 2, closed="both")],
    }

    def __init__(
        self,
        units=32,
        *,
        dropout=0,
        input_dropout=0,
        recurrent_dropout=0,
        bidirectional=False,
        dense_units=(),
        dense_activation="relu",
        normalization="auto",
        persistence="auto",
        target_feature="auto",
        linear_share="auto",
        n_members=1,
        optimizer="adam",
        learning_rate=0.01,
        learning_rate_schedule="constant",
        momentum=0.0,
        weight_decay=None,
        global_clipnorm=None,
        loss="mse",
        epochs=100,
        batch_size=32,
        early_stopping="auto",
        validation_fraction=0.2,
        n_iter_no_change=20,
        target_scaler="minmax",
        engine="auto",
        keras_callbacks=None,
        network=None,
        metrics=None,
        dtype="float32",
        warm_start=False,
        skill_warning=True,
        range_warning=True,
        random_state=None,
        verbose=0,
    ):
        self.units = units
        self.dropout = dropout
        self.input_dropout = input_dropout
        self.recurrent_dropout = recurrent_dropout
        self.bidirectional = bidirectional
        self.dense_units = dense_units
        self.dense_activation = dense_activation
        self.normalization = normalization
        self.persistence = persistence
        self.target_feature = target_feature
        self.linear_share = linear_share
        self.n_members = n_members
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.learning_rate_schedule = learning_rate_schedule
        self.momentum = momentum
        self.weight_decay = weight_decay
        self.global_clipnorm = global_clipnorm
        self.loss = loss
        self.epochs = epochs
        self.batch_size = batch_size
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.target_scaler = target_scaler
        self.engine = engine
        self.keras_callbacks = keras_callbacks
        self.network = network
        self.metrics = metrics
        self.dtype = dtype
        self.warm_start = warm_start
        self.skill_warning = skill_warning
        self.range_warning = range_warning
        self.random_state = random_state
        self.verbose = verbose

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Train a network on the complete windows.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            Windows, NaN at missing steps; or a table, which counts as windows of one
            step and must not hold NaN.
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
            In its own units.
        sample_weight : array-like of shape (n_rows,), default=None
            Rows of weight 0 are left out.

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            If an input is illegal, no window is complete, or training diverges. The
            estimator is then as it was before.

        Warns
        -----
        UserWarning
            If more than half of the windows have missing steps and are left out.
        """
        goes_on = self.warm_start and hasattr(self, "_states")
        options = self._make_options()
        n_epochs = int(self.epochs)  # a small NumPy integer would overflow
        stops = self.early_stopping
        return self._fit(X, y, sample_weight, options, n_epochs, stops, goes_on=goes_on)

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Train for one epoch more.

        Target scale, fill values, optimizer and batch plan go on from the first call.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
        y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        sample_weight : array-like of shape (n_rows,), default=None

        Returns
        -------
        self : object

        Raises
        ------
        ValueError
            As for ``fit``; also with ``early_stopping=True``, which needs more than
            one epoch.
        """
        if self.early_stopping is True:
            raise ValueError(
                "partial_fit trains one epoch and cannot stop early. Set "
                "early_stopping=False, or use fit with warm_start=True."
            )
        goes_on = hasattr(self, "_states")
        # One epoch is too short for a schedule.
        options = replace(self._make_options(), learning_rate_schedule="constant")
        return self._fit(X, y, sample_weight, options, 1, False, goes_on=goes_on)

    def predict(self, X):
        """Predict one value, or one row of values, for every window.

        Parameters
        ----------
        X : array-like of shape (n_rows, time_steps, n_features) or (n_rows, n_features)
            A missing step takes the latest known earlier step of its own window,
            leading ones the earliest known step, a feature that is missing in the
            whole window its ``fill_values_``.

        Returns
        -------
        y : ndarray of float64 of shape (n_rows,) or (n_rows, n_outputs)
            In the units of the fitted y.
        """
        check_is_fitted(self)
        windows = Windows.of(check_windows(self, X, reset=False))
        is_told = not self.range_warning or self in _told_of_far_values
        if not is_told and warn_of_far_values(windows, *self._range):
            _told_of_far_values.add(self)
        windows = windows.filled(self.fill_values_)
        windows = round_windows(windows, self._architecture.dtype)
        columns = self._answer(vars(self), windows)
        columns = np.where(np.isnan(self._constants), columns, self._constants)
        return columns[:, 0] if self._n_dims_of_y == 1 else columns

    @staticmethod
    def _answer(learnt, windows):
        """Answer complete windows, by what was learnt, in y's units: one column each.

        Parameters
        ----------
        learnt : dict
            The attributes of an estimator fitted so far.
        windows : Windows
        """
        engine = load_engine(learnt["engine_"])
        answers = engine.predict(learnt["_architecture"], learnt["_states"], windows)
        mean = answers.mean(axis=0, dtype=np.float64)
        share = learnt["linear_share_"]
        if share:
            mean = (1 - share) * mean + share * learnt["_linear"].predict(windows)
        return unscale_targets(learnt["target_scaler_"], mean)

    @property
    def model_(self):
        """The fitted network as a plain ``keras.Model``, built when first asked for."""
        check_is_fitted(self)
        if "_model" not in vars(self):
            self._model = self._build_model()
        return self._model

    def _build_model(self):
        return keras.blend(
            keras.build_network(self._architecture, self._states),
            self._architecture,
            self._linear,
            self.linear_share_,
        )

    def to_scikeras(self):
        """Return the fitted network as a SciKeras regressor that answers in y's units.

        Returns
        -------
        regressor : scikeras.wrappers.KerasRegressor
            Fitted; takes complete windows. ``partial_fit`` goes on from here, at a
            constant learning rate and with several members as one network; ``fit``
            starts anew and then neither scales y nor knows of missing steps.
        """
        check_is_fitted(self)
        return keras.make_scikeras(
            self._build_model(),
            self._architecture,
            self._options,
            keras.TargetEncoder(
                self.target_scaler_, self._n_dims_of_y, self._constants
            ),
        )

    def _fit(self, X, y, sample_weight, options, n_epochs, stops, *, goes_on):
        """Check, train and, when all has gone well, take over what was learnt."""
        metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
        call = {"estimator": self, "X": X, "y": y, "metadata": metadata}
        with unchanged_on_failure(self):
            check_no_bools(self)
            context = self._init_callback_context(
                max_subtasks=n_epochs * int(self.n_members)
            )
            context.call_on_fit_task_begin(**call)
            windows, targets, weights = self._check(X, y, sample_weight, goes_on)
            learnt = self._learn_terms(windows, targets, weights, (X, y), goes_on)
            rows = weights > 0
            windows, targets, weights = windows[rows], targets[rows], weights[rows]
            examples = scale_examples(
                windows,
                targets,
                weights,
                scaler=learnt["target_scaler_"],
                dtype=learnt["_architecture"].dtype,
            )
            normalization = getattr(learnt["_architecture"], "normalization", None)
            if stops == "auto":
                stops = normalization is not None and len(examples) >= MIN_TO_STOP
            fraction = self.validation_fraction if stops else 0
            training, validation = split_latest(examples, fraction)
            if learnt["linear_share_"] and not goes_on:
                learnt["_linear"] = fit_linear(normalization, examples)
            learnt |= self._train(
                options, training, validation, learnt, n_epochs, context, call
            )
            if validation and self.skill_warning:
                self._warn_of_better_rules(learnt, training, validation)
            for outdated in ("_model", "best_epoch_"):
                vars(self).pop(outdated, None)
            vars(self).update(learnt)
            _told_of_far_values.discard(self)
            context.call_on_fit_task_end(**call, reconstruction_attributes=dict)
        return self

    def _check(self, X, y, sample_weight, goes_on):
        """Return Windows, targets (n, k) and weights (n,).

        Also sets what scikit-learn asks of a fitted estimator's input.
        """
        check_same_index(X, y)
        check_same_index(X, sample_weight, name="sample_weight")
        check_same_index(y, sample_weight, name="sample_weight", other="y")
        windows = Windows.of(check_windows(self, X, reset=not goes_on))
        targets = check_target(y, n_rows=len(windows), estimator=self)
        weights = check_sample_weight(sample_weight, windows.starts)
        n_dims_of_y, targets = targets.ndim, targets.reshape(len(targets), -1)
        if goes_on:
            self._refuse_other_targets(n_dims_of_y, targets)
            self._refuse_other_number_of_members()
        self.n_dims_in_ = 3 if is_three_dimensional(X) else 2
        self.n_time_steps_in_ = windows.time_steps
        self._n_dims_of_y = n_dims_of_y
        self.n_outputs_ = targets.shape[1]
        return windows, targets, weights

    def _refuse_other_targets(self, n_dims, targets):
        if (n_dims, targets.shape[1]) != (self._n_dims_of_y, self.n_outputs_):
            raise ValueError(
                f"y has {targets.shape[1]} target(s) in {n_dims} dimension(s), but "
                f"training goes on with {self.n_outputs_} in {self._n_dims_of_y}. Fit "
                "with warm_start=False to begin anew."
            )

    def _refuse_other_number_of_members(self):
        if self.n_members != len(self._states):
            raise ValueError(
                f"A warm start goes on with the {len(self._states)} network(s) of the "
                f"first fit, but n_members={self.n_members}. Set it back, or fit with "
                "warm_start=False."
            )

    def _learn_terms(self, windows, targets, weights, given, goes_on):
        """Return what stays as it is when training goes on later, as attributes.

        Parameters
        ----------
        windows : Windows
        targets : ndarray of shape (n_rows, n_outputs)
        weights : ndarray of shape (n_rows,)
        given : tuple
            X and y as they came, for their index.
        goes_on : bool
        """
        if goes_on:
            rows = weights > 0
            return self._keep_terms(windows[rows], targets[rows])
        wishes = self._read_wishes()
        terms = learn_terms(
            windows,
            targets,
            weights,
            None if self.network else count_rows(windows, *given),
            target_scaler=self.target_scaler,
            wishes=wishes,
        )
        normalization = terms.pop("normalization")
        return terms | {
            "_architecture": self._make_architecture(normalization),
            "_linear": None,
            "_wishes": wishes,
        }

    def _read_wishes(self):
        """Return the parameters that say in which terms windows are read, as they are.

        Lists become tuples: the user's may change later.
        """
        wishes = {name: getattr(self, name) for name in WISHES}
        return {
            name: tuple(wish) if isinstance(wish, list) else wish
            for name, wish in wishes.items()
        }

    def _keep_terms(self, windows, targets):
        """Return the terms of the first fit, unless the parameters ask for others."""
        for name, wish in self._read_wishes().items():
            if wish != self._wishes[name]:
                raise ValueError(
                    f"A warm start goes on with {name}={self._wishes[name]!r} of the "
                    f"first fit; got {wish!r}. Set it back, or fit with "
                    "warm_start=False."
                )
        kept = {name: vars(self)[name] for name in KEPT}
        normalization = getattr(self._architecture, "normalization", None)
        check_same_architecture(
            self._make_architecture(normalization), self._architecture
        )
        kept["_constants"] = still_constant(
            self._constants, targets, self.target_scaler_
        )
        if (
            self.linear_share_
            and np.isnan(kept["_constants"]).sum() > np.isnan(self._constants).sum()
        ):
            raise ValueError(
                "Training goes on with the linear forecast of the first fit, where a "
                "target was constant, but it varies now. Fit with warm_start=False to "
                "begin anew, or with linear_share=0 from the start."
            )
        kept["_range"] = widened(self._range, windows[find_complete(windows)])
        return kept

    def _warn_of_better_rules(self, learnt, training, validation):
        """Hold what was learnt against the naive rules, where it was not trained."""
        if learnt["linear_share_"]:
            normalization = learnt["_architecture"].normalization
            learnt = learnt | {"_linear": fit_linear(normalization, training)}
        scaler = learnt["target_scaler_"]
        warn_of_better_rules(
            self._answer(learnt, validation.windows),
            unscale_targets(scaler, validation.targets.astype(np.float64)),
            validation.weights,
            validation.windows,
            learnt["_pasts"],
            season=season_of(self.persistence),
        )

    def _make_architecture(self, normalization):
        """Turn the parameters and the shape of the data into an architecture."""
        shape = (self.n_time_steps_in_, self.n_features_in_)
        if self.network is not None:
            return CustomNetwork(self.network, shape, self.n_outputs_, self.dtype)
        return make_architecture(
            self.cell,
            self.units,
            self.dropout,
            recurrent_dropout=self.recurrent_dropout,
            bidirectional=self.bidirectional,
            dense_units=self.dense_units,
            window_shape=shape,
            n_outputs=self.n_outputs_,
            dtype=self.dtype,
            normalization=normalization,
        )

    def _train(self, options, training, validation, learnt, n_epochs, context, call):
        """Run the engine and return what it learnt, as attributes."""
        architecture = learnt["_architecture"]
        goes_on = "_states" in learnt
        states = learnt["_states"] if goes_on else self._first_states(architecture)
        name = choose_engine(
            self.engine_ if goes_on else self.engine,
            architecture,
            options,
            int(self.batch_size),
            warm_start=goes_on,
        )
        learnt = learnt | {"engine_": name, "_options": options}
        before = self.history_ if goes_on else {}

        def reconstruct(states, histories):
            history = mean_history(histories)
            return learnt | {
                "_states": states,
                "n_iter_": len(before.get("loss", [])) + len(history["loss"]),
                "history_": joined(before, history),
            }

        runs = []
        for state in states:
            stopping = EarlyStopping(self.n_iter_no_change) if validation else None
            monitor = EpochMonitor(stopping, context, call, reconstruct)
            plan = BatchPlan(len(training), int(self.batch_size), state.seed)
            runs.append(
                TrainingRun(options, state, plan, training, validation, monitor)
            )
        ends = load_engine(name).train(architecture, runs, n_epochs)
        news = reconstruct(ends, [run.monitor.history for run in runs])
        if validation:
            stoppings = [run.monitor.stopping for run in runs]
            pairs = list(zip(stoppings, ends, strict=True))
            news["_states"] = [stopping.best(end) for stopping, end in pairs]
            n_before = len(before.get("loss", []))
            best = [n_before + stopping.best_epoch for stopping in stoppings]
            news["best_epoch_"] = best[0] if self.n_members == 1 else best
        return news

    def _make_options(self):
        return TrainingOptions(
            self.optimizer,
            self.learning_rate,
            self.loss,
            learning_rate_schedule=self.learning_rate_schedule,
            global_clipnorm=self.global_clipnorm,
            metrics=None if self.metrics is None else list(self.metrics),
            callbacks=self.keras_callbacks,
            verbose=self.verbose,
        )

    def _first_states(self, architecture):
        rng = check_random_state(self.random_state)
        seeds = [rng.randint(SEED_LIMIT) for _ in range(self.n_members)]
        if isinstance(architecture, CustomNetwork):
            return [TrainingState(seed) for seed in seeds]
        with one_blas_thread():
            weights = [draw_weights(architecture, seed) for seed in seeds]
        return [
            TrainingState(s, weights=w) for s, w in zip(seeds, weights, strict=True)
        ]

    def __getstate__(self):
        """Leave out the Keras model: it is built again when asked for."""
        return {k: v for k, v in super().__getstate__().items() if k != "_model"}

    def __sklearn_tags__(self):
        """Say that windows and several targets are welcome."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.target_tags.multi_output = True
        return tags
