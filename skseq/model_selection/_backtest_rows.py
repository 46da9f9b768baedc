"""The rows of a backtest: features and targets, taken by position."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sklearn.utils import _safe_indexing

from skseq._series.axis import TimeAxis
from skseq._series.index import is_pandas, table_with_index
from skseq._validation.numbers import check_is_array, check_no_masks_or_dates
from skseq._validation.tables import as_frame
from skseq.model_selection._row_times import read_times


@dataclass(frozen=True, eq=False)
class BacktestRows:
    """Features, targets and times of all rows.

    Attributes
    ----------
    X : table-like of shape (n_rows, n_features) or None
    y : array-like of shape (n_rows,) or (n_rows, n_targets)
    times : TimeAxis
        With steps that all series share.
    """

    X: object
    y: object
    times: TimeAxis

    @classmethod
    def of(cls, X, y):
        """Check that there is a target, and read the times."""
        if y is None and len(np.shape(X)) == 1:
            X, y = None, X
        if y is None:
            raise ValueError(
                "backtest needs the target y, but y is None. Pass it: "
                "backtest(estimator, X, y), or backtest(estimator, y=y) without "
                "other columns."
            )
        check_is_array(y, "y")
        check_no_masks_or_dates(y, "y")
        if X is not None:
            check_is_array(X, "X")
            X = as_frame(X)
            # Others become arrays, in which dates would be numbers.
            if not is_pandas(X):
                check_no_masks_or_dates(X)
        if np.ndim(y) not in (1, 2):
            raise ValueError(
                "y must have shape (n_rows,) or (n_rows, n_targets); got shape "
                f"{np.shape(y)}."
            )
        if X is not None and np.shape(X)[0] != np.shape(y)[0]:
            raise ValueError(
                "X and y must have the same number of rows: X has "
                f"{np.shape(X)[0]}, y has {np.shape(y)[0]}. Pass the y that belongs "
                "to these rows."
            )
        return cls(X, y, read_times(X, y))

    @cached_property
    def targets(self):
        """Values of y, of shape (n_rows, n_targets)."""
        values = np.asarray(self.y)
        return values.reshape(len(values), -1)

    @cached_property
    def index(self):
        """Labels of the rows, also if they are no times; numbers without an index."""
        import pandas as pd

        if self.times.labels is not None:
            return self.times.index
        table, _ = table_with_index(self.X, self.y)
        return table.index if is_pandas(table) else pd.RangeIndex(len(self.targets))

    @property
    def time_labels(self):
        """The same labels, without the series."""
        return self.index.get_level_values(-1)

    @property
    def target_names(self):
        """Names of the columns of y, or their numbers."""
        return list(getattr(self.y, "columns", range(self.targets.shape[1])))

    def label_at(self, step):
        """Return the time of a step that has a row."""
        return self.time_labels[int((self.times.steps == step).argmax())]

    def arguments(self, rows):
        """Return some rows as arguments of ``fit`` and ``update``: X and y, or y."""
        tables = [self.y] if self.X is None else [self.X, self.y]
        return [_safe_indexing(table, rows) for table in tables]

    def with_target_as_X(self):
        """Return the same rows with the target as the only feature, if X is None."""
        if self.X is not None:
            return self
        X = as_frame(self.y)
        return replace(self, X=X if np.ndim(X) == 2 else np.reshape(X, (-1, 1)))

    def as_pandas(self):
        """Return the same rows as pandas objects, numbered if they have no index.

        Forecasts continue this index, so they can be matched to later rows.
        """
        import pandas as pd

        X, y, index = self.X, self.y, self.index
        if X is not None:
            names = getattr(X, "columns", None)
            X = X if is_pandas(X) else pd.DataFrame(np.asarray(X), columns=names)
            X = X.set_axis(index, axis=0)
        if not is_pandas(y):
            values = np.asarray(y)
            y = pd.Series(values) if values.ndim == 1 else pd.DataFrame(values)
        return replace(self, X=X, y=y.set_axis(index, axis=0))
