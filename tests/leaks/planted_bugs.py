"""Bugs that people write, planted into the parts or into the experiment."""

from dataclasses import replace

import numpy as np
import pandas as pd
from leak_subjects import Subject
from leak_table import bug, bug_in
from reference_regressor import ReferenceRegressor
from sklearn.base import clone
from sklearn.metrics import r2_score

from skseq import SequenceWindower, TargetAwareMinMaxScaler
from skseq._engine import native
from skseq._engine.contract import TrainingData
from skseq._preprocessing import scaler as _scaling
from skseq._preprocessing import windower as _windowing
from skseq._preprocessing.history import RowsWithHistory
from skseq._series import windows as _windows
from skseq._series.axis import TimeAxis
from skseq._series.windows import Windows

# In windows


def plant_cut(patch, cut):
    """Replace the function that cuts windows."""
    patch.setattr(_windowing, "cut_windows", cut)


cut_windows, insert_missing_steps = (
    _windowing.cut_windows,
    _windowing.insert_missing_steps,
)


def one_step_earlier(steps):
    return np.vstack([np.full_like(steps[:1], np.nan), steps])


@bug
def windows_one_row_late(subject, patch):
    def cut(steps, *, horizon, **options):
        return cut_windows(steps, horizon=horizon - 1, **options)[1:]

    plant_cut(patch, cut)
    return subject


@bug
def windows_one_row_early(subject, patch):
    plant_cut(patch, lambda steps, **o: cut_windows(one_step_earlier(steps)[:-1], **o))
    return subject


@bug
def windows_too_short(subject, patch):
    plant_cut(patch, lambda steps, **options: cut_windows(steps, **options)[:, 1:])
    return subject


@bug
def windows_too_long(subject, patch):
    def cut(steps, *, time_steps, **options):
        steps = one_step_earlier(steps)
        return cut_windows(steps, time_steps=time_steps + 1, **options)

    plant_cut(patch, cut)
    return subject


@bug
def future_columns_not_aligned(subject, patch):
    plant_cut(patch, lambda steps, **o: cut_windows(steps, **o | {"future": []}))
    return subject


@bug
def missing_steps_filled_over_the_table(subject, patch):
    def fill(*args, **options):
        return pd.DataFrame(insert_missing_steps(*args, **options)).bfill().to_numpy()

    patch.setattr(_windowing, "insert_missing_steps", fill)
    return subject


@bug
def missing_steps_not_filled(subject, patch):
    patch.setattr(_windows, "fill_each", lambda windows, _: windows)
    return subject


@bug
def gaps_ignored(subject, patch):
    class Joined(TimeAxis):
        @classmethod
        def of(cls, X, y=None, *, gaps="auto", **options):
            return super().of(X, y, gaps="ignore", **options)

    patch.setattr(_windowing, "TimeAxis", Joined)
    return subject


# In the windower


@bug_in("windower")
class WarmUpRowsDropped(SequenceWindower):
    def transform(self, X):
        windows = super().transform(X)
        return windows[Windows.of(windows).are_complete()]


@bug_in("windower")
class HistoryNotUsed(SequenceWindower):
    def transform(self, X):
        return clone(self).set_params(history=None).fit_transform(X)


def windows_at(windower, known, positions):
    """Cut the windows of rows that lie at any positions, behind the history."""
    axis = TimeAxis(np.zeros(len(known), dtype=int), positions)
    n_before = len(windower.last_rows_)
    are_fitted = np.zeros(len(known) - n_before, dtype=bool)
    return windower._windows_of_call(
        RowsWithHistory(known, axis, n_before, np.array([True]), are_fitted, are_fitted)
    )


@bug_in("windower")
class HistoryPutBeforeAnyRows(SequenceWindower):
    def transform(self, X):
        known = np.concatenate([self.last_rows_, np.asarray(X)])
        return windows_at(self, known, np.arange(len(known)))


@bug_in("windower")
class HistoryJoinedAcrossAGap(SequenceWindower):
    def transform(self, X):
        n_before = len(self.last_rows_)
        called = TimeAxis.of(X).steps
        positions = np.concatenate([np.arange(n_before), n_before + called])
        known = np.concatenate([self.last_rows_, np.asarray(X)])
        return windows_at(self, known, positions)


@bug_in("windower")
class HistoryKeptByTheClass(SequenceWindower):
    def fit_transform(self, X, y=None):
        windows = super().fit_transform(X, y)
        type(self)._fitted_rows = vars(self).pop("_fitted_rows")
        return windows


@bug_in("windower")
class HistoryFollowsPredict(SequenceWindower):
    def transform(self, X):
        windows = super().transform(X)
        n_last = len(self.last_rows_)
        self._fitted_rows = replace(
            self._fitted_rows,
            last_rows=np.asarray(X)[-n_last:],
            last_labels=getattr(X, "index", [])[-n_last:],
        )
        return windows


@bug_in("windower")
class HistoryIsAView(SequenceWindower):
    def fit_transform(self, X, y=None):
        windows = super().fit_transform(X, y)
        view = np.asarray(X)[len(X) - len(self.last_rows_) :]
        self._fitted_rows = replace(self._fitted_rows, last_rows=view)
        return windows


@bug_in("windower")
class HistoryNotPickled(SequenceWindower):
    def __getstate__(self):
        state = super().__getstate__()
        fitted = self._fitted_rows
        emptied = {"last_rows": fitted.last_rows[:0], "last_series": np.array([], int)}
        if fitted.last_labels is not None:
            emptied["last_labels"] = fitted.last_labels[:0]
        return state | {"_fitted_rows": replace(fitted, **emptied)}


@bug_in("windower")
class UnsortedRowsSorted(SequenceWindower):
    def fit_transform(self, X, y=None):
        return super().fit_transform(X.sort_index())

    def transform(self, X):
        return super().transform(X.sort_index())


@bug_in("windower")
class WallTimeOfTheZone(SequenceWindower):
    def fit_transform(self, X, y=None):
        return super().fit_transform(X.tz_localize(None))

    def transform(self, X):
        return super().transform(X.tz_localize(None))


# In the scaler


@bug_in("scaler")
class ScalerLearnsInTransform(TargetAwareMinMaxScaler):
    def transform(self, X):
        self.fit(X)
        return super().transform(X)


@bug_in("scaler")
class FeaturesScaledInPlace(TargetAwareMinMaxScaler):
    def transform(self, X):
        X[:] = super().transform(X)
        return X


@bug
def one_range_for_all_columns(subject, patch):
    find_ranges = _scaling.find_ranges

    def find(*args, **options):
        ranges = find_ranges(*args, **options)
        low, high = ranges.low.min(), ranges.high.max()
        return replace(ranges, low=ranges.low * 0 + low, high=ranges.high * 0 + high)

    patch.setattr(_scaling, "find_ranges", find)
    return subject


@bug
def memory_order_followed(subject, patch):
    check_table = _scaling.check_table

    def check(*args, **options):
        array = check_table(*args, **options)
        return array.ravel(order="K").reshape(array.shape)

    patch.setattr(_scaling, "check_table", check)
    return subject


# In the regressor


@bug_in("regressor")
class NetworkKeepsItsState(ReferenceRegressor):
    def predict(self, X):
        predictions = super().predict(X)
        for row in range(1, len(predictions)):
            predictions[row] += 0.1 * predictions[row - 1]
        return predictions


@bug_in("regressor")
class BatchStatistics(ReferenceRegressor):
    def _features(self, windows):
        return super()._features(windows - windows.mean(axis=0))


@bug_in("regressor")
class TargetScaledInPlace(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        y -= y.min()
        return super().fit(X, y, sample_weight)


@bug_in("regressor")
class WeightsScaledInPlace(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        if sample_weight is not None:
            sample_weight /= sample_weight.mean()
        return super().fit(X, y, sample_weight)


@bug_in("regressor")
class TargetOneRowLate(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        return super().fit(X, np.roll(y, 1), sample_weight)


@bug_in("regressor")
class IncompleteWindowsTrainedOn(ReferenceRegressor):
    def fit(self, X, y, sample_weight=None):
        filled = Windows.of(X).filled(np.nanmean(X, axis=(0, 1))).cut()
        return super().fit(filled, y, sample_weight)


@bug_in("regressor")
class InverseForgetsTheOffset(ReferenceRegressor):
    def _unscale(self, scaled):
        return scaled / self.target_scaler_.scale_


@bug_in("regressor")
class PredictionsLeftScaled(ReferenceRegressor):
    def _unscale(self, scaled):
        return scaled


@bug_in("regressor")
class GlobalRandomNumbers(ReferenceRegressor):
    def _draw(self, n_inputs):
        projection, offset = super()._draw(n_inputs)
        return np.random.normal(size=projection.shape), offset


@bug_in("regressor")
class SeedIgnored(ReferenceRegressor):
    def _draw(self, n_inputs):
        unseeded = clone(self).set_params(random_state=0)
        return ReferenceRegressor._draw(unseeded, n_inputs)


@bug_in("regressor")
class ScoredInScaledUnits(ReferenceRegressor):
    def score(self, X, y, sample_weight=None):
        scaled = self.target_scaler_.transform(np.reshape(y, (-1, 1)))
        return r2_score(scaled, self.predict(X))


@bug_in("regressor")
class RestOfTheBatchesLost(ReferenceRegressor):
    def predict(self, X):
        n_whole = max(len(X) // 8 * 8, 1)
        return super().predict(X[:n_whole])


@bug
def validation_part_at_random(subject, patch):
    train = native.train

    def shuffled(architecture, runs, n_epochs):
        (run,) = runs
        training, validation = run.training, run.validation
        starts = [part.windows.starts for part in (training, validation)]
        both = TrainingData(
            replace(training.windows, starts=np.concatenate(starts)),
            np.concatenate([training.targets, validation.targets]),
            np.concatenate([training.weights, validation.weights]),
        )
        order = np.random.default_rng(0).permutation(len(both))
        now, later = order[: len(training)], order[len(training) :]
        run = replace(run, training=both[now], validation=both[later])
        return train(architecture, [run], n_epochs)

    patch.setattr(native, "train", shuffled)
    return subject


# In the experiment


@bug_in("experiment")
class FeaturesScaledBeforeTheSplit(Subject):
    def fit(self, case, X, y, stop, **params):
        pipe = self.pipeline(case, **params)
        scaled = pipe[0].fit(case.wrap(X), case.wrap(y)).transform(case.wrap(X))
        pipe[1:].fit(scaled[:stop], case.wrap(y)[:stop])
        return pipe


@bug_in("experiment")
class TargetScaledBeforeTheSplit(Subject):
    def fit(self, case, X, y, stop, **params):
        scaled = (y - y.min()) / np.ptp(y)
        params["regress__target_scaler"] = False
        return super().fit(case, X, scaled, stop, **params)


@bug_in("experiment")
class FoldsScaledBeforeTheSplit(Subject):
    def folds(self, case, X, y, folds, **options):
        scaled = self.scaler().fit_transform(X)
        return super().folds(case, scaled, y, folds, **options)


@bug_in("experiment")
class TargetShiftedBeforeTheSplit(Subject):
    def folds(self, case, X, y, folds, **options):
        ahead = np.roll(y, -case.horizon)
        return super().folds(case, X, ahead, folds, **options)


@bug_in("experiment")
class StoppedOnTheTestRows(Subject):
    def fit(self, case, X, y, stop, **params):
        fraction = (case.n_rows - stop) / (case.n_rows - case.warm_up)
        params["regress__validation_fraction"] = fraction
        return super().fit(case, X, y, case.n_rows, **params)
