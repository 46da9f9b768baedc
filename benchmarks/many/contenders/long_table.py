"""The table of statsforecast and neuralforecast: a row for each series and time."""


def make_long_table(group):
    """Return the known values as a frame with the columns unique_id, ds and y."""
    table = group.train.rename("y").rename_axis(["unique_id", "ds"])
    return table.reset_index()


def make_series(table, column):
    """Return a column of such a table as a Series with the index (series, time)."""
    return table.set_index(["unique_id", "ds"])[column]
