"""Tables of backtest, of one or several models, with one target."""

import numpy as np

from skseq._estimator.plurals import counted
from skseq._estimator.warnings import warn_user
from skseq._validation.numbers import listed
from skseq.displays._target_values import choose_target

COLUMNS = "origin", "step", "time", "y", "prediction"

KEYS = "series", "origin", "step", "time", "y"
"""Columns that say which value a row predicts, and when."""


def as_backtest_table(tables, target):
    """Check tables of ``backtest`` and put the rows of one target into one frame.

    The tables are those that `BacktestDisplay.from_predictions` gets, or one frame with
    the column "model". The result has this column first; it is "forecast" if there is a
    single model.
    """
    import pandas as pd

    if isinstance(tables, dict):
        if not tables:
            raise ValueError(
                "tables must contain at least one table; got an empty dict. Pass "
                "{name: backtest(...)}."
            )
        tables = pd.concat(
            {name: check_columns(table) for name, table in tables.items()},
            names=["model"],
        )
    table = check_columns(tables)
    if "model" in table.index.names:
        table = table.assign(model=table.index.get_level_values("model"))
    elif "model" not in table.columns:
        table = table.assign(model="forecast")
    if "target" in table.columns:
        names = list(table["target"].unique())
        target = choose_target(target, names, "the table of backtest")
        table = table[table["target"] == target]
    others = [name for name in table.columns if name != "model"]
    return table[["model", *others]].reset_index(drop=True)


def check_columns(table):
    """Return a table; raise if it does not have the columns of ``backtest``."""
    columns = list(getattr(table, "columns", []))
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ValueError(
            "The table must have the columns of skseq.model_selection.backtest, but it "
            f"lacks {listed(missing, most=5)}. Pass what backtest returned."
        )
    if not len(table):
        raise ValueError("The table has no rows. Pass what backtest returned.")
    return table


def rows_by_model(table):
    """Return the rows of each model, by name, in the order in which models occur."""
    return {
        model: table[table["model"] == model].reset_index(drop=True)
        for model in table["model"].unique()
    }


def rows_to_compare(table):
    """Return the rows of each model that all models predict.

    So all models have the same origins and steps.
    """
    by_model = rows_by_model(table)
    check_same_rows(by_model)
    known = {name: rows["prediction"].notna() for name, rows in by_model.items()}
    is_known = np.logical_and.reduce(list(known.values()))
    if not is_known.any():
        raise ValueError(
            "No prediction is known (not NaN) in all tables, so there are no errors to "
            "compare. backtest has warned of the cause."
        )
    n_left_out = {name: int((k & ~is_known).sum()) for name, k in known.items()}
    if any(n_left_out.values()):
        fewest = min(n_left_out, key=n_left_out.get)
        n_unknown = int((~is_known).sum())
        warn_user(
            f"The errors of all models leave out {counted(n_unknown, 'row')} of "
            f"{len(is_known)}, because some models, such as {fewest!r}, predict NaN "
            "there. All models are compared on the same rows."
        )
    return {name: rows[is_known] for name, rows in by_model.items()}


def check_same_rows(tables):
    """Raise if the tables of several models do not predict the same values of y."""
    (first, keys), *others = (
        (name, table[[key for key in KEYS if key in table.columns]])
        for name, table in tables.items()
    )
    for name, other in others:
        if not keys.equals(other):
            columns = keys.columns.union(other.columns, sort=False)
            one, two = (part.reindex(columns=columns) for part in (keys, other))
            differing = [key for key in columns if not one[key].equals(two[key])]
            raise ValueError(
                f"The tables of {first!r} and {name!r} must have the same rows, so "
                "that their errors can be compared, but they differ in "
                f"{', '.join(differing)}. Backtest both on the same y with the same "
                "cv, and compare forecasters with forecasters: regressors predict one "
                "step ahead."
            )
