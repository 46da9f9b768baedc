"""Find the columns known in advance after the steps that precede the windower."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import issparse
from sklearn.base import OneToOneFeatureMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_selection import SelectorMixin
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq._estimator.warnings import warn_user
from skseq._forecasting.known.table import copied
from skseq._forecasting.pipeline.row_by_row import is_of_package
from skseq._forecasting.pipeline.windower_steps import (
    find_windowers,
    keep_frames,
    parts_of,
)
from skseq._preprocessing.windower import SequenceWindower
from skseq._series.index import is_pandas
from skseq._validation.numbers import listed

COLUMNWISE = (
    *("StandardScaler", "MinMaxScaler", "MaxAbsScaler", "RobustScaler", "Binarizer"),
    *("QuantileTransformer", "PowerTransformer", "OrdinalEncoder"),
    "TargetAwareMinMaxScaler",
)
"""Transformers that compute each output from the column at its position alone. Not all
with one output for each column do: Normalizer divides a row by its norm.
"""


@dataclass(frozen=True)
class ColumnNames:
    """The columns that a step gets and returns.

    Attributes
    ----------
    before, after : list of str, or range
        Numbers in arrays, where the same number does not mean the same column.
    """

    before: list | range
    after: list | range

    @property
    def has_names(self):
        """Whether columns can be recognized by their name."""
        return not isinstance(self.before, range) and not isinstance(self.after, range)


def columns_at_windower(estimator, cells, y, places):
    """Find the columns that are known in advance when the windower gets them.

    Earlier steps, such as encoders, may move or rename a column, split it into several,
    or mix it with others, whose values are not known in advance.

    Parameters
    ----------
    estimator : estimator
        Its steps are cloned before they are fitted.
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    y : array-like of shape (n_rows,) or (n_rows, n_outputs)
        Passed to the steps, as a Pipeline does.
    places : list of int
        Positions of the columns of the table that are known in advance.

    Returns
    -------
    columns : list of str or int
        Names, or positions if a step returns an array. Only those that are computed
        from columns known in advance and from nothing else.
    lost : list of int
        The places that are in none of these columns.
    names : list
        All columns that the windower gets.
    """
    names = _names_of(cells)
    sources = [frozenset([number]) for number in range(len(names))]
    steps = steps_before_windower(estimator)
    # Without a fit if it would show nothing: the usual pipeline only scales columns.
    if all(is_columnwise(s) and not runs_code_of_user(s) for s in steps):
        steps = []
    for step in steps:
        if is_passthrough(step):
            continue
        fitted = _fit(step, cells, y, as_frames=isinstance(estimator, Pipeline))
        made = fitted.transform(copied(cells))
        check_is_table(made, step)
        of_step = sources_of(fitted, ColumnNames(names, _names_of(made)))
        if runs_code_of_user(fitted):
            is_known = np.array([found <= {*places} for found in sources])
            for number in _dependent(fitted, cells, made, is_known):
                of_step[number] = frozenset(range(len(names)))
        sources = joined(of_step, sources)
        names, cells = _names_of(made), made
    known = [n for n, found in enumerate(sources) if found and found <= {*places}]
    seen = frozenset().union(*(sources[n] for n in known))
    return [names[n] for n in known], [p for p in places if p not in seen], [*names]


def check_is_table(made, step):
    """Raise if a step returns no table, such as a function without ``return``.

    Parameters
    ----------
    made : what the step returns
    step : transformer
    """
    if len(np.shape(made)) != 2:
        shape = f"{type(made).__name__} of shape {np.shape(made)}"
        got = "None" if made is None else shape
        raise ValueError(
            "Steps before the windower must return a table of shape (n_rows, "
            f"n_columns), but {step!r} returns {got}. A function must return the "
            "table; return a single column as a frame, such as table[['price']]."
        )


def warn_of_lost_columns(lost, names):
    """Warn if columns that should be known in advance are not known at the windower.

    Parameters
    ----------
    lost : list of str or int
    names : list
        All columns that the windower gets.
    """
    if lost:
        warn_user(
            f"future_columns lists {listed(lost, most=20)}, but no column that the "
            "windower gets is known to depend on future columns alone, so the forecast "
            "uses the values up to the last known row only. The windower gets "
            f"{listed(names, most=20)}. Pass frames and add those of these names that "
            "are known in advance to future_columns, or apply the step to future "
            "columns alone, in a ColumnTransformer."
        )


def steps_before_windower(estimator):
    """List the steps that rows go through before the first windower gets them."""
    if isinstance(estimator, SequenceWindower):
        return []
    if isinstance(estimator, Pipeline):
        parts = [step for _, step in estimator.steps]
        has_windower = [has_windower_inside(part) for part in parts]
        number = has_windower.index(True) if any(has_windower) else 0
        before = [inner for part in parts[:number] for inner in steps_inside(part)]
        return [*before, *steps_before_windower(parts[number])]
    inner = getattr(estimator, "get_params", dict)(deep=False).values()
    found = [part for part in inner if has_windower_inside(part)]
    return steps_before_windower(found[0]) if found else []


def steps_inside(part):
    """List the steps of a Pipeline, or the part itself."""
    if not isinstance(part, Pipeline):
        return [part]
    return [inner for _, step in part.steps for inner in steps_inside(step)]


def has_windower_inside(part):
    """Return whether a part of an estimator is a windower or contains one."""
    if isinstance(part, SequenceWindower):
        return True
    is_estimator = hasattr(part, "get_params") and not isinstance(part, type)
    return is_estimator and bool(find_windowers(part))


def is_passthrough(step):
    """Return whether a step of a Pipeline or ColumnTransformer changes nothing."""
    return step is None or (isinstance(step, str) and step == "passthrough")


def runs_code_of_user(step):
    """Return whether a step, or a part of it, may do anything with the columns."""
    for part in parts_of(step):
        is_function = isinstance(part, FunctionTransformer)
        if is_function and not (part.func is None or isinstance(part.func, np.ufunc)):
            return True
        if not is_of_package(part):
            return True
    return False


def is_columnwise(step):
    """Return whether output n of a step is said to be computed from column n alone."""
    if is_passthrough(step):
        return True
    if isinstance(step, FunctionTransformer):
        # A function of the user may declare this with feature_names_out.
        is_ufunc = isinstance(step.func, np.ufunc) and step.func.nin == 1
        return step.func is None or is_ufunc or step.feature_names_out == "one-to-one"
    if is_of_package(step):
        return type(step).__name__ in COLUMNWISE
    return isinstance(step, OneToOneFeatureMixin)


def _names_of(cells):
    return list(cells.columns) if is_pandas(cells) else range(np.shape(cells)[1])


def _fit(step, cells, y, *, as_frames):
    """Fit a clone of a step, as `fit` of the forecaster will do."""
    step = clone(step)
    if as_frames and is_pandas(cells):
        keep_frames(step)
    return step.fit(copied(cells), y)


def _dependent(step, cells, made, is_known):
    """Return the outputs that change with columns that are not known in advance.

    A function, or a function inside a ColumnTransformer, may return a column under the
    same name with other values. The columns found are certainly not known in advance;
    the others may be.

    Parameters
    ----------
    step : fitted transformer
    cells : DataFrame or ndarray of shape (n_rows, n_columns)
    made : DataFrame or ndarray of shape (n_rows, n_outputs)
        What the step returns for the cells.
    is_known : ndarray of bool of shape (n_columns,)
    """
    changed = copied(cells)
    for number in np.flatnonzero(~is_known):
        column = cells.iloc[::-1, number] if is_pandas(cells) else cells[::-1, number]
        if is_pandas(cells):
            changed.isetitem(number, column.set_axis(cells.index))
        else:
            changed[:, number] = column
    again = step.transform(changed)
    numbers = range(np.shape(made)[1])
    if np.shape(again) != np.shape(made):
        return numbers
    return [n for n in numbers if not _are_equal(made, again, n)]


def _are_equal(one, other, number):
    """Return whether a column holds the same values in two tables."""
    if is_pandas(one):
        return one.iloc[:, number].equals(other.iloc[:, number])
    one, other = (
        (part.toarray() if issparse(part) else np.asarray(part))[:, number]
        for part in (one, other)
    )
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def joined(of_step, sources):
    """Return from which columns of the table the outputs of a step are computed."""
    return [frozenset().union(*(sources[n] for n in one)) for one in of_step]


def sources_of(step, names):
    """Find from which columns each output of a step is computed.

    Parameters
    ----------
    step : fitted transformer, "passthrough" or None
    names : ColumnNames

    Returns
    -------
    sources : list of frozenset of int
        Numbers of columns that the step gets: all of them, if nothing else is known.
    """
    if is_columnwise(step):
        return _in_succession([1] * len(names.before), names)
    if isinstance(step, ColumnTransformer):
        return _sources_of_columns(step, names)
    if isinstance(step, Pipeline | FeatureUnion):
        return _sources_of_parts(step, names)
    if not is_of_package(step) or isinstance(step, FunctionTransformer):
        return _sources_by_name(names)
    return _sources_in_sklearn(step, names)


def _sources_in_sklearn(step, names):
    """Return the sources for a transformer of scikit-learn without parts."""
    if isinstance(step, SelectorMixin):
        return [frozenset([int(n)]) for n in step.get_support(indices=True)]
    if type(step).__name__ == "PolynomialFeatures":
        return [frozenset(np.flatnonzero(powers).tolist()) for powers in step.powers_]
    counts = _outputs_per_column(step, len(names.before), len(names.after))
    return _in_succession(counts, names)


def _in_succession(counts, names):
    """Return the sources of outputs that are in the order of the columns.

    Parameters
    ----------
    counts : array-like of int
        Number of outputs of each column; ignored unless they add up to all outputs.
    names : ColumnNames
    """
    if sum(counts) != len(names.after):
        return _any_of(names)
    numbers = np.repeat(np.arange(len(names.before)), counts)
    return [frozenset([int(n)]) for n in numbers]


def _outputs_per_column(step, n_before, n_after):
    """Return how many outputs a transformer of scikit-learn makes of each column.

    Returns
    -------
    counts : array-like of int of shape (n_before,)
        Empty if outputs may depend on several columns.
    """
    kind = type(step).__name__
    if kind == "SimpleImputer" and not step.add_indicator:
        return [1] * n_before  # it may drop a column, so that the counts do not fit
    if kind == "OneHotEncoder":
        return step._n_features_outs
    if kind == "SplineTransformer":
        return [n_after // n_before] * n_before
    if kind == "KBinsDiscretizer":
        return [1] * n_before if step.encode == "ordinal" else step.n_bins_
    return []


def _sources_by_name(names):
    """Return the sources for a function or class of the user.

    An output with the name of a column is this column, as after `X.assign(...)`. All
    others may depend on any column.
    """
    sources = _any_of(names)
    if not names.has_names:
        return sources
    numbers = {name: number for number, name in enumerate(names.before)}
    of_names = zip(names.after, sources, strict=True)
    return [
        frozenset([numbers[n]]) if n in numbers else any_of for n, any_of in of_names
    ]


def _sources_of_columns(step, names):
    """Return the sources for a ColumnTransformer."""
    sources = _any_of(names)
    for name, part, _ in step.transformers_:
        place = step.output_indices_[name]
        inputs = [int(n) for n in step._transformer_to_input_indices[name]]
        before, after = range(len(inputs)), names.after[place]
        if names.has_names:
            before = [names.before[n] for n in inputs]
            after = [label.removeprefix(f"{name}__") for label in after]
        elif not isinstance(after, range):
            after = range(len(after))
        if after:  # the others are dropped
            of_part = sources_of(part, ColumnNames(before, after))
            sources[place] = [frozenset(inputs[n] for n in one) for one in of_part]
    return sources


def _sources_of_parts(step, names):
    """Return the sources for a Pipeline or a FeatureUnion."""
    is_pipeline = isinstance(step, Pipeline)
    before = names.before
    sources = [frozenset([n]) for n in range(len(before))] if is_pipeline else []
    for _, part in step.steps if is_pipeline else step.transformer_list:
        made = _names_made(part, before)
        if made is None:
            return _any_of(names)
        of_part = sources_of(part, ColumnNames(before, made))
        if is_pipeline:
            sources, before = joined(of_part, sources), made
        else:
            sources += of_part
    return sources if len(sources) == len(names.after) else _any_of(names)


def _any_of(names):
    """Return sources by which each output may depend on every column."""
    return [frozenset(range(len(names.before)))] * len(names.after)


def _names_made(part, before):
    """Return the columns that a fitted part returns, or None if they are unknown."""
    if is_passthrough(part):
        return before
    if isinstance(part, str):  # "drop"
        return []
    try:
        if isinstance(before, range):
            return range(len(part.get_feature_names_out()))
        return list(part.get_feature_names_out(before))
    # Without the method, or with one that does not know the names.
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        return None
