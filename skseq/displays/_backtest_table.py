"""Tables of backtest, of one or several models, with one target."""

from skseq._validation.numbers import listed
from skseq.displays._target_values import check_target_name

COLUMNS = "origin", "step", "time", "y", "prediction"

KEYS = "series", "origin", "step", "time"
"""Columns that say which value a row predicts, and when."""


def as_backtest_table(tables, target=None):
    """Check tables of ``backtest`` and put them into one frame.

    Parameters
    ----------
    tables : DataFrame or dict of str to DataFrame
        For several models: a dict by their names, or one frame with the names in the
        column or index level "model", as ``pd.concat(tables, names=["model"])`` makes
        it.
    target : str, int or None
        The target to take if there are several.

    Returns
    -------
    table : DataFrame
        With the column "model" first, which is "forecast" if there is a single model.

    Raises
    ------
    ValueError
        If a column is missing, there is no row, or `target` is needed or unknown.
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
        if target is None and len(names) == 1:
            target = names[0]
        check_target_name(target, names, "the table of backtest")
        table = table[table["target"] == target].drop(columns="target")
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


def models_of(table):
    """List the names of the models, in the order in which they first occur."""
    return list(table["model"].unique())


def rows_of_model(table, model):
    """Return the rows of one model."""
    return table[table["model"] == model].reset_index(drop=True)


def check_same_rows(tables):
    """Raise if the tables of several models do not predict the same values.

    Parameters
    ----------
    tables : dict of str to DataFrame
    """
    (first, keys), *others = (
        (name, table[[key for key in KEYS if key in table.columns]])
        for name, table in tables.items()
    )
    for name, other in others:
        if not keys.equals(other):
            raise ValueError(
                f"The tables of {first!r} and {name!r} must have the same rows, so "
                "that their errors can be compared, but they differ in "
                f"{', '.join(keys.columns)}. Backtest both with the same cv, and "
                "compare forecasters with forecasters: regressors predict one step "
                "ahead."
            )
