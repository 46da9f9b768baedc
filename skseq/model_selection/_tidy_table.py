"""The predictions of all folds as one table, one row per value."""

import numpy as np


def tidy_table(rows, predictions):
    """Put the predictions of all folds into one frame; see `backtest`."""
    import pandas as pd

    times, n_targets = rows.times, rows.targets.shape[1]
    taken = np.concatenate([part.rows for part in predictions])
    fold = np.repeat(np.arange(len(predictions)), [len(p.rows) for p in predictions])
    origin_rows = rows_of_steps(times, np.concatenate([p.origins for p in predictions]))
    values = np.concatenate([part.values for part in predictions])
    order = np.lexsort([times.steps[taken], times.series[taken], fold])
    taken, origin_rows, values = taken[order], origin_rows[order], values[order]
    # Counted from the row that the table names as origin, because there may be no row
    # at the origin itself.
    steps = times.steps[taken] - times.steps[origin_rows]

    by_row = {}
    if times.names is not None:
        by_row["series"] = times.names.take(times.series[taken])
    by_row["origin"] = rows.time_labels.take(origin_rows)
    by_row["step"] = steps
    by_row["time"] = rows.time_labels.take(taken)
    table = pd.DataFrame({name: pd.Series(part) for name, part in by_row.items()})
    table = table.loc[table.index.repeat(n_targets)].reset_index(drop=True)
    if n_targets > 1:
        names = pd.Series(rows.target_names * len(taken), dtype=object)
        table["target"] = names.infer_objects()
    elif isinstance(name := getattr(rows.y, "name", rows.target_names[0]), str):
        table.attrs["target"] = name  # displays label the axis with it
    table["y"] = rows.targets[taken].ravel()
    for number, name in enumerate(predictions[0].columns):
        table[name] = values[:, :, number].ravel()
    return table


def rows_of_steps(times, steps):
    """Return a row at each step, or at the last earlier step that has a row."""
    occurring, first_rows = np.unique(times.steps, return_index=True)
    return first_rows[np.searchsorted(occurring, steps, side="right") - 1]
