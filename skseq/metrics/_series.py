"""The series that the rows of a forecast belong to."""

from skseq._series.index import is_pandas, time_index
from skseq._series.series_index import read_index, read_series, rows_by_code


def rows_by_series(*tables):
    """Find the rows of each series in the first table with a two-level index.

    Return a dict from the name of a series to an ndarray of int, in the order in which
    series first occur; ``{None: slice(None)}`` if no table has a two-level index.
    """
    table = next((y for y in tables if is_pandas(y) and y.index.nlevels > 1), None)
    if table is None:
        return {None: slice(None)}
    if table.index.nlevels > 2:
        time_index(table, "y_true")  # raises
    codes, names = read_series(table.index, "y_true")
    return dict(zip(names, rows_by_code(codes, len(names)), strict=True))


def training_rows_by_series(y_train, names):
    """Find the rows of y_train that belong to each of the series in y_true.

    Return a dict from each name to an ndarray of int, or to a slice.
    """
    # Unsorted rows raise, because differences are meaningless unless rows are in time
    # order.
    is_panel = is_pandas(y_train) and y_train.index.nlevels == 2
    if None in names:
        if is_panel:
            raise ValueError(
                "y_train has a two-level index (series, time), but y_true has none, so "
                "it is unknown which series the rows of y_true belong to. Pass y_true "
                "with its index."
            )
        time_index(y_train, name="y_train")
        return {None: slice(None)}
    if not is_panel:
        raise ValueError(
            "y_true has a two-level index (series, time), so y_train must have one "
            "too, to scale the errors of each series by its own changes. Pass y_train "
            "with its index, as a pandas Series or DataFrame."
        )
    codes, _, train_names = read_index(y_train, "y_train")
    rows = dict(zip(train_names, rows_by_code(codes, len(train_names)), strict=True))
    missing = [name for name in names if name not in rows]
    if missing:
        raise ValueError(
            f"y_train must contain all series of y_true, but {len(missing)} of "
            f"{len(names)} are missing; the first is {missing[0]!r}. Add their "
            "training rows, or drop their rows from y_true and y_pred."
        )
    return {name: rows[name] for name in names}
