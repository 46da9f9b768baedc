"""A generated table: the monthly revenue of a company."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, validate_params

from skseq.datasets._bunch import first_days, package

SEASON_OF_SALES = (
    *(1.00, 0.93, 1.30, 1.02, 0.72, 1.03),
    *(0.98, 0.66, 1.06, 1.08, 0.82, 1.40),
)
"""Sales quantity of each month, January first, in multiples of a usual month."""


@validate_params(
    {
        "n_months": [Interval(Integral, 3, None, closed="left")],
        "start": [str],
        "growth": [Interval(Real, -1, None, closed="neither")],
        "noise": [Interval(Real, 0, None, closed="left")],
        "missing_rows": [Interval(Integral, 0, None, closed="left")],
        "missing_cells": [Interval(Integral, 0, None, closed="left")],
        "shutdowns": [Interval(Integral, 0, None, closed="left")],
        "random_state": ["random_state"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def make_monthly_revenue(
    n_months=72,
    *,
    start="2015-01",
    growth=0.08,
    noise=0.12,
    missing_rows=2,
    missing_cells=2,
    shutdowns=1,
    random_state=None,
    return_X_y=False,
):
    """Generate the monthly revenue of a company, with the flaws of real tables.

    Sales have an upward trend and peak every December. Some months have no row, some
    rows have an empty cell, and in some months nothing is sold. A month has at most one
    of these flaws; the first and the last month have none. ``frame.dropna()`` removes
    the rows with an empty cell.

    Parameters
    ----------
    n_months : int, default=72
        Number of months from the first to the last row, including months without a row.
    start : str, default="2015-01"
        A date in the first month.
    growth : float, default=0.08
        Yearly growth rate of the sales quantity; 0.08 is eight percent.
    noise : float, default=0.12
        Standard deviation of the logarithm of the sales quantity around trend and
        season.
    missing_rows : int, default=2
        Number of months without a row.
    missing_cells : int, default=2
        Number of rows with one empty (NaN) cell, in any column.
    shutdowns : int, default=1
        Number of months in which quantity, average cost and revenue are 0.
    random_state : int, RandomState instance or None, default=None
        Pass an int to get the same table in every call. None uses NumPy's global random
        state.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch
        Dictionary-like, with the attributes

        data : DataFrame of shape (n_months - missing_rows, 4)
            One row per month, dated by its first day, oldest row first:
            ``Revenue`` (money), ``Sales_quantity`` (pieces), ``Average_cost`` (money
            per piece), ``The_average_annual_payroll_of_the_region`` (money; the same
            value in all months of a year). Revenue differs from quantity times cost by
            a few percent at most.
        target : Series of shape (n_months - missing_rows,)
            The column ``Revenue``.
        frame : DataFrame of shape (n_months - missing_rows, 4)
            The same table as ``data``: the target is one of its columns.
        feature_names : list of str
            The columns of ``data``.
        target_names : list of str
            ``["Revenue"]``.
        DESCR : str
            A description of the table.

    (data, target) : tuple if ``return_X_y`` is True

    Raises
    ------
    ValueError
        If there are too few months for the flaws, or if ``start`` is not a date.

    Examples
    --------
    >>> from skseq.datasets import make_monthly_revenue
    >>> data = make_monthly_revenue(random_state=0)
    >>> data.frame.shape, len(data.frame.dropna())
    ((70, 4), 68)
    >>> data.target_names
    ['Revenue']
    """
    if missing_rows + missing_cells + shutdowns > n_months - 2:
        raise ValueError(
            f"n_months={n_months} is too few for missing_rows={missing_rows}, "
            f"missing_cells={missing_cells} and shutdowns={shutdowns}: their sum must "
            "be at most n_months - 2. Increase n_months, or decrease one of the others."
        )
    rng = check_random_state(random_state)
    frame = clean_table(
        first_days(first_month(start), n_months, "MS"), growth, noise, rng
    )
    # The first and the last month always have a row, so n_months is the time span.
    faulty_months = 1 + rng.permutation(n_months - 2)
    without_row, with_empty_cell, closed = np.split(
        faulty_months[: missing_rows + missing_cells + shutdowns],
        [missing_rows, missing_rows + missing_cells],
    )
    frame.iloc[closed, :3] = 0
    for row in with_empty_cell:
        frame.iloc[row, rng.randint(frame.shape[1])] = np.nan
    frame = frame.drop(index=frame.index[without_row])
    return package(make_monthly_revenue, frame, "Revenue", return_X_y)


def first_month(start):
    """Return the first day of the month that contains a date."""
    import pandas as pd

    date, reason = pd.NaT, ""  # pandas reads the empty text and 'NaT' as NaT
    try:
        date = pd.Timestamp(start)
    except ValueError as error:
        reason = f" ({error})"
    if date is pd.NaT:
        raise ValueError(
            f"start must be a date or a month; got {start!r}{reason}. Pass a text such "
            "as '2015-01'."
        )
    return date.tz_localize(None).normalize().replace(day=1)


def clean_table(dates, growth, noise, rng):
    """Return the table without flaws."""
    import pandas as pd

    years = np.arange(len(dates)) / 12
    surprise = rng.normal(scale=noise, size=len(dates))
    season = np.array(SEASON_OF_SALES)[dates.month - 1]
    quantity = np.round(15_000 * (1 + growth) ** years * season * np.exp(surprise))
    # Prices fall in months in which more is sold than expected.
    price_moves = rng.normal(scale=0.08, size=len(dates)) - 0.4 * surprise
    cost = 1_500 * 1.04**years * np.exp(price_moves)
    # Without discounts revenue would be the exact product of two other columns, and
    # there would be nothing to learn.
    discounts = rng.normal(scale=0.01, size=len(dates))
    year = dates.year - dates.year[0]
    payroll_steps = rng.normal(0.03, 0.05, size=year[-1] + 1)
    return pd.DataFrame(
        {
            "Revenue": np.round(quantity * cost * np.exp(discounts), 2),
            "Sales_quantity": quantity,
            "Average_cost": np.round(cost, 2),
            "The_average_annual_payroll_of_the_region": np.round(
                28_000_000 * np.exp(np.cumsum(payroll_steps))[year]
            ),
        },
        index=dates,
    )
