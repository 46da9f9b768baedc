"""How X and y become one table: the targets first, then the other columns."""

from dataclasses import dataclass, field, replace

import numpy as np

from skseq._estimator.plurals import counted
from skseq._series.index import is_pandas, row_label, table_with_index
from skseq._validation.numbers import listed
from skseq._validation.positions import position_of, range_of_positions, suggestion
from skseq._validation.tables import column_names, has_text_names


@dataclass(frozen=True, eq=False)
class Layout:
    """Which columns of y and X the table has, and what they are called.

    Attributes
    ----------
    target_names : list or None
        Columns of y, or the name of a Series; None if y was an array.
    n_targets : int
    target_ndim : {1, 2}
        Number of dimensions of y.
    table_names : list of str or None
        Columns of the table; None if the table is an array.
    labels : list
        Names of the columns of X, or positions if they have no names. Empty without X.
    others : list of int
        Positions of the columns of X that are not targets.
    doubled : dict of int to int
        Columns of X that are a target: position in X -> number of the target.
    indexed : {"X", "y"}
        Which of them has the index, as messages should say.
    target_columns : pandas.Index or None
        Columns of y, with all their levels; None if y was no frame.
    future_positions : dict of int to int
        Columns known in advance: position in X -> position in the table.
    created_columns : list of str
        Names of columns known in advance that a step of the pipeline creates.
    """

    target_names: list | None
    n_targets: int
    target_ndim: int
    table_names: list | None
    labels: list
    others: list
    doubled: dict
    indexed: str
    target_columns: object = None
    future_positions: dict = field(default_factory=dict)
    created_columns: list = field(default_factory=list)

    @property
    def positions(self):
        """All columns of X, in order: position in X -> position in the table."""
        positions = {p: self.n_targets + n for n, p in enumerate(self.others)}
        return dict(sorted((positions | self.doubled).items()))

    @classmethod
    def of(cls, X, y, targets, labels):
        """Decide on the columns of the table.

        Parameters
        ----------
        X : frame, ndarray or None
        y : what ``fit`` was given as the target
        targets : ndarray of shape (n_rows,) or (n_rows, n_targets)
            The values of y.
        labels : list or None
            Names of the columns that X had before it was converted to an array.
        """
        values = targets.reshape(len(targets), -1)
        n_targets, target_names = values.shape[1], names_of(y)
        prefix = "" if labels else "x"
        labels = labels or list(range(0 if X is None else np.shape(X)[1]))
        doubled = match_targets(X, labels, target_names, values)
        others = [p for p in range(len(labels)) if p not in doubled]
        table_names = None
        if is_pandas(X) or is_pandas(y):
            of_targets = names_of_targets(target_names, n_targets)
            of_columns = [f"{prefix}{labels[p]}" for p in others]
            check_unique(of_targets, of_columns, target_names)
            table_names = [*of_targets, *of_columns]
        return cls(
            target_names,
            n_targets,
            targets.ndim,
            table_names,
            labels,
            others,
            doubled,
            table_with_index(X, y)[1],
            getattr(y, "columns", None) if is_pandas(y) else None,
        )

    def join(self, X, targets, index):
        """Put targets and the other columns of X into one table.

        Parameters
        ----------
        X : frame, ndarray or None
        targets : ndarray of shape (n_rows,) or (n_rows, n_targets)
        index : pandas.Index of length n_rows, or None

        Returns
        -------
        cells : DataFrame or ndarray of shape (n_rows, n_targets + n_others)
            Targets are float; the columns of a frame keep their dtypes.
        """
        targets = targets.reshape(len(targets), -1)
        if self.table_names is None:
            parts = [targets] if X is None else [targets, X[:, self.others]]
            return np.concatenate(parts, axis=1)
        import pandas as pd

        names = self.table_names
        cells = pd.DataFrame(targets, index=index, columns=names[: self.n_targets])
        if not self.others:
            return cells
        other = X.iloc[:, self.others] if is_pandas(X) else X[:, self.others]
        other = pd.DataFrame(other).set_axis(names[self.n_targets :], axis=1)
        return pd.concat([cells, other.set_axis(index, axis=0)], axis=1)

    def check_doubled(self, X, targets):
        """Raise if a column of X that was a target in ``fit`` now differs from it."""
        values = targets.reshape(len(targets), -1)
        for position, target in self.doubled.items():
            check_equals_target(X, self.labels[position], position, values[:, target])

    def with_future_columns(self, future_columns):
        """Find the columns known in advance.

        A name that is not in X counts as a column that a step creates.
        """
        positions, created, in_table = {}, [], self.positions
        for entry in [] if future_columns is None else list(future_columns):
            position = position_of(entry, self.labels)
            if position is None and isinstance(entry, str):
                created.append(entry)
                continue
            self._check_is_no_other_label(entry, position)
            if position is None or position in self.doubled:
                what = "is the target" if position in self.doubled else "is not in X"
                others = [self.labels[p] for p in self.others]
                raise ValueError(
                    "future_columns must be names or positions of columns of X that "
                    f"are known in advance, but {entry!r} {what}. X has "
                    f"{listed(others, most=20) or 'no other columns'}. "
                    f"{range_of_positions(self.labels)}Correct the list."
                )
            positions[position] = in_table[position]
        return replace(self, future_positions=positions, created_columns=created)

    def _check_is_no_other_label(self, entry, position):
        """Raise if an integer is the position of one column and the label of another.

        A column that is not known in advance could leak.
        """
        if position is None or isinstance(entry, str) or entry not in self.labels:
            return
        if self.labels[position] != entry:
            raise ValueError(
                f"In future_columns, {entry} is a position, that of column "
                f"{self.labels[position]!r}, but another column is called {entry}. "
                "Rename the columns, such as with X.columns.map(str), and list names."
            )

    def check_are_created(self, names):
        """Raise if a name in ``future_columns`` is no column that the windower gets.

        `names` are the names of these columns, or their numbers if they have none.
        """
        targets = self.names_of_targets
        others = [name for name in names if name not in targets]
        unknown = [name for name in self.created_columns if name not in others]
        if not unknown or not has_text_names(names):
            return
        what = "is not a column of X"
        if others != (self.table_names or [])[self.n_targets :]:
            what += ", and no step of the pipeline makes it"
        if unknown[0] in targets:
            what = "is the target, which is not known in advance"
        raise ValueError(
            f"future_columns lists {unknown[0]!r}, but this {what}. "
            f"{suggestion(unknown[0], others)}The columns are "
            f"{listed(others, most=20) or 'the target alone'}. Correct the list."
        )

    @property
    def names_of_targets(self):
        """Names of the targets in the table and in messages, as text."""
        return names_of_targets(self.target_names, self.n_targets)

    @property
    def future_columns(self):
        """Positions in the table of the columns known in advance."""
        return list(self.future_positions.values())

    @property
    def future_names(self):
        """Names of the columns of X that are known in advance."""
        return [self.labels[position] for position in self.future_positions]

    @property
    def unknown_ahead(self):
        """Columns of X that are neither targets nor known in advance."""
        return [self.labels[p] for p in self.others if p not in self.future_positions]


def names_of(y):
    """Return the columns of a frame, or the name of a Series in a list, or None."""
    if not is_pandas(y):
        return None
    return list(y.columns) if hasattr(y, "columns") else [y.name]


def names_of_targets(target_names, n_targets):
    """Name the targets in the table, by text as scikit-learn requires."""
    if target_names is None:
        target_names = [None] if n_targets == 1 else range(n_targets)
    return [
        name if isinstance(name, str) else "y" if name is None else f"y{name}"
        for name in target_names
    ]


def match_targets(X, labels, target_names, targets):
    """Match columns of X with targets, by name or, without names, by value.

    Returns
    -------
    doubled : dict of int to int
        Position in X -> number of the target.
    """
    doubled = {}
    has_names = target_names is not None and has_text_names(column_names(X))
    for target, values in enumerate(targets.T):
        if has_names and target_names[target] is not None:
            if target_names[target] in labels:
                position = labels.index(target_names[target])
                check_equals_target(X, labels[position], position, values)
                doubled[position] = target
        else:
            for position in range(len(labels)):
                if not _differ(column_values(X, position), values).any():
                    doubled[position] = target
    return doubled


def check_equals_target(X, label, position, values):
    """Raise if a column of X differs from the target that it is named after."""
    differs = np.flatnonzero(_differ(column_values(X, position), values))
    if len(differs):
        row = differs[0]
        raise ValueError(
            f"Column {label!r} of X is the target, so it must have the values of y, "
            f"but they differ in {counted(len(differs), 'row')}, the first in row "
            f"{row_label(X, row)}. Leave the column out of X, because the past of y is "
            "added automatically. If it is not the target, rename it."
        )


def _differ(column, target):
    """Return the rows in which a column differs from the target.

    They are compared in the coarser of their dtypes, because one of them may have been
    rounded, such as to float32.
    """
    with np.errstate(over="ignore"):  # a target too large for float32 differs
        if column.dtype.kind == "f" and column.dtype.itemsize < target.dtype.itemsize:
            target = target.astype(column.dtype)
        elif column.dtype.kind in "iuf":
            column = column.astype(target.dtype)
    return column != target


def column_values(X, position):
    """Return one column of a frame or array as an array."""
    return np.asarray(X.iloc[:, position] if is_pandas(X) else X[:, position])


def check_unique(of_targets, of_columns, target_names):
    """Raise if two columns of the table have the same name."""
    names = [*of_targets, *of_columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        remedy = "Rename the columns."
        if twice in of_targets and twice not in (target_names or []):
            remedy = (
                f"y has no name, so it is called {twice!r}, but X has a column of this "
                "name with other values. Give y a name, or rename the column."
            )
        raise ValueError(
            "The columns of X and y must have different names, but "
            f"{twice!r} occurs {names.count(twice)} times. {remedy}"
        )
