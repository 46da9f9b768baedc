"""Series to try things on: real ones that ship with statsmodels, and a made-up table.

Nothing here needs a network. The loaders read tables inside the installed statsmodels
(``pip install "skseq[examples]"``) and leave their values as they are; a row that the
source does not know is left out, never filled.

All functions return a :class:`~sklearn.utils.Bunch`, or ``(X, y)`` with
``return_X_y=True``. The table of features holds the target's own column too: with the
default ``horizon=1`` of :class:`~skseq.SequenceWindower` a window ends one row before
the row to predict, so this column is the target's past. Drop it before using
``horizon=0``.
"""

import inspect
from importlib import import_module
from numbers import Integral, Real

import numpy as np
from sklearn.utils import Bunch, check_random_state
from sklearn.utils._param_validation import Interval, validate_params

SHARED_SECTIONS = """\
Parameters
----------
return_X_y : bool, default=False
    If True, return ``(data, target)`` instead of a Bunch.

Returns
-------
data : Bunch
    Dictionary-like, with the attributes

    data : DataFrame of shape (n_rows, n_features)
        The features by date, oldest first, the target's own column among them.
    target : Series of shape (n_rows,)
        What to predict, on the same dates.
    frame : DataFrame of shape (n_rows, n_features)
        Features and target in one table. The target is a column of the features, so
        this is the same table as ``data``.
    feature_names : list of str
        The columns of ``data``.
    target_names : list of str
        The one column to predict.
    DESCR : str
        What the numbers are: source, units, span.

(data, target) : tuple if ``return_X_y`` is True

Raises
------
ImportError
    If statsmodels is not installed."""

SEASON_OF_SALES = (
    *(1.00, 0.93, 1.30, 1.02, 0.72, 1.03),
    *(0.98, 0.66, 1.06, 1.08, 0.82, 1.40),
)
"""Sales quantity of each month, January first, as a multiple of a usual month."""


def _loader(load):
    """Check the parameters of a loader and fill in what all docstrings share."""
    if load.__doc__:
        load.__doc__ = inspect.cleandoc(load.__doc__).replace(
            "{shared}", SHARED_SECTIONS
        )
    return validate_params(
        {"return_X_y": ["boolean"]}, prefer_skip_nested_validation=True
    )(load)


@_loader
def load_us_macro(*, return_X_y=False):
    """Load the quarterly US unemployment rate with five other measures of the economy.

    202 quarters, 1959-04 to 2009-07 (each dated by its first day), six features, all in
    percent and, but for the bill rate, seasonally adjusted at the source:

    - ``unemployment`` (the target): unemployment rate, mean of the quarter;
    - ``gdp_growth``, ``consumption_growth``, ``investment_growth``: growth of real
      gross domestic product, real personal consumption and real gross private domestic
      investment over the previous quarter, at an annual rate (400 times the difference
      of logarithms);
    - ``inflation``: growth of the consumer price index at an annual rate, likewise;
    - ``bill_rate``: 3-month treasury bill rate, mean of the quarter.

    The source's first quarter has no growth rates and is left out.

    Why unemployment: it is a rate, so it stays in a range that a network has seen and
    percentage errors mean something; it moves with output [2]_, so the other columns
    have something to say; and it moves slowly, so the last value is a rule that
    is hard to beat. A level such as gross domestic product leaves the training range as
    time goes on, where a network on min-max scaled levels cannot follow.

    {shared}

    References
    ----------
    .. [1] Federal Reserve Bank of St. Louis (FRED) and US Bureau of Labor Statistics,
       accessed December 2009; compiled as ``statsmodels.datasets.macrodata``. Public
       domain.
    .. [2] Okun, A. M. (1962). Potential GNP: its measurement and significance.
       Proceedings of the Business and Economic Statistics Section, American
       Statistical Association, 98-104.

    Examples
    --------
    >>> from skseq.datasets import load_us_macro
    >>> X, y = load_us_macro(return_X_y=True)
    >>> X.shape, y.name, X.index.freqstr
    ((202, 6), 'unemployment', 'QS-JAN')
    >>> y["2009-07-01"].item()
    9.6
    """
    table = _read("macrodata")
    table.index = _dates("1959-01-01", len(table), "QS-JAN")
    frame = table[["unemp", "infl", "tbilrate"]].set_axis(
        ["unemployment", "inflation", "bill_rate"], axis=1
    )
    levels = {"gdp": "realgdp", "consumption": "realcons", "investment": "realinv"}
    for position, (name, level) in enumerate(levels.items(), start=1):
        growth = 400 * np.log(table[level]).diff()
        frame.insert(position, f"{name}_growth", growth)
    return _give(load_us_macro, frame.iloc[1:], "unemployment", return_X_y)


@_loader
def load_sunspots(*, return_X_y=False):
    """Load the yearly mean number of sunspots since 1700.

    309 years, 1700 to 2008 (each dated by its first day), one feature: ``sunspots``,
    the mean number in the year. It rises and falls in cycles of 9 to 14 years that
    differ in height: a season without a fixed length.

    {shared}

    References
    ----------
    .. [1] US National Geophysical Data Center, yearly sunspot numbers; compiled as
       ``statsmodels.datasets.sunspots``. Public domain.

    Examples
    --------
    >>> from skseq.datasets import load_sunspots
    >>> X, y = load_sunspots(return_X_y=True)
    >>> X.shape, y.max().item()
    ((309, 1), 190.2)
    """
    table = _read("sunspots")
    frame = table[["SUNACTIVITY"]].set_axis(["sunspots"], axis=1)
    frame.index = _dates("1700-01-01", len(frame), "YS")
    return _give(load_sunspots, frame, "sunspots", return_X_y)


@_loader
def load_co2(*, return_X_y=False):
    """Load weekly carbon dioxide in the air above Mauna Loa, with its gaps.

    2225 weeks, 1958-03-29 to 2001-12-29 (each dated by its Saturday), one feature:
    ``co2``, the mean concentration of the week in parts per million by volume. A steady
    rise with a yearly season.

    In 59 of the 2284 weeks nothing was measured. These rows are left out, so the index
    has gaps and no ``freq``; ``frame.asfreq("W-SAT")`` shows them as NaN.

    {shared}

    References
    ----------
    .. [1] Keeling, C. D. and Whorf, T. P. (2004). Atmospheric CO2 concentrations
       derived from flask air samples at sites in the SIO network. Carbon Dioxide
       Information Analysis Center, Oak Ridge National Laboratory; compiled as
       ``statsmodels.datasets.co2``. Public domain.

    Examples
    --------
    >>> from skseq.datasets import load_co2
    >>> data = load_co2()
    >>> len(data.frame), len(data.frame.asfreq("W-SAT"))
    (2225, 2284)
    """
    frame = _read("co2").dropna()
    return _give(load_co2, frame, "co2", return_X_y)


@_loader
def load_nile(*, return_X_y=False):
    """Load the yearly flow of the Nile at Aswan.

    100 years, 1871 to 1970 (each dated by its first day), one feature: ``volume``, the
    discharge of the year in 1e8 cubic metres. The level drops about 1898; otherwise
    there is little to predict, which makes it a test of a network's modesty.

    {shared}

    References
    ----------
    .. [1] Cobb, G. W. (1978). The problem of the Nile: conditional solution to a
       changepoint problem. Biometrika 65 (2), 243-251; compiled as
       ``statsmodels.datasets.nile``. Public domain.

    Examples
    --------
    >>> from skseq.datasets import load_nile
    >>> data = load_nile()
    >>> data.data.shape, data.target_names
    ((100, 1), ['volume'])
    """
    frame = _read("nile")[["volume"]]
    frame.index = _dates("1871-01-01", len(frame), "YS")
    return _give(load_nile, frame, "volume", return_X_y)


@_loader
def load_elnino(*, return_X_y=False):
    """Load monthly temperatures of the sea off Peru and Ecuador.

    732 months, 1950-01 to 2010-12 (each dated by its first day), one feature:
    ``temperature``, the mean of the sea's surface between 0 and 10 degrees south and 80
    and 90 degrees west, in degrees Celsius. A strong yearly season, disturbed every few
    years by an El Nino. The source has one row a year and one column a month; here the
    months follow each other.

    {shared}

    References
    ----------
    .. [1] US National Oceanic and Atmospheric Administration, ERSST.V3B, region Nino
       1+2; compiled as ``statsmodels.datasets.elnino``. Public domain.

    Examples
    --------
    >>> from skseq.datasets import load_elnino
    >>> X, y = load_elnino(return_X_y=True)
    >>> X.shape, X.index.freqstr
    ((732, 1), 'MS')
    >>> y["1997-12"].item()
    27.08
    """
    months = _read("elnino").drop(columns="YEAR").stack()
    frame = months.to_frame("temperature")
    frame.index = _dates("1950-01-01", len(frame), "MS")
    return _give(load_elnino, frame, "temperature", return_X_y)


@_loader
def load_electrical_equipment(*, return_X_y=False):
    """Load the monthly turnover of the electrical equipment industry, euro area.

    257 months, 1995-01 to 2016-05 (each dated by its first day), one feature:
    ``turnover``, the total turnover index of the 18 countries (fixed composition;
    working days adjusted, seasons not). A yearly season on a level that rises, falls in
    2009 and recovers.

    {shared}

    References
    ----------
    .. [1] Statistical Office of the European Communities (Eurostat), series
       STS.M.I7.W.TOVT.NS0016.4.000; compiled as ``statsmodels.datasets.elec_equip``.
       Public domain.

    Examples
    --------
    >>> from skseq.datasets import load_electrical_equipment
    >>> X, y = load_electrical_equipment(return_X_y=True)
    >>> X.shape, X.index.freqstr, y.iloc[0].item()
    ((257, 1), 'MS', 66.19)
    """
    frame = _read("elec_equip").set_axis(["turnover"], axis=1)
    frame.index = _dates("1995-01-01", len(frame), "MS")
    return _give(load_electrical_equipment, frame, "turnover", return_X_y)


@_loader
def load_german_rates(*, return_X_y=False):
    """Load the quarterly interest and inflation rate of Germany.

    107 quarters, 1972-04 to 1998-10 (each dated by its first day; West Germany until
    1990), two features:

    - ``inflation`` (the target): difference of the logarithm of the deflator of gross
      domestic product over the previous quarter, so 0.01 is about one percent a
      quarter; not seasonally adjusted, with a strong yearly season;
    - ``interest``: nominal long-term interest rate, 0.08 being eight percent a year.

    {shared}

    References
    ----------
    .. [1] Luetkepohl, H. (2005). New Introduction to Multiple Time Series Analysis.
       Springer, data set E6; compiled as
       ``statsmodels.datasets.interest_inflation``.

    Examples
    --------
    >>> from skseq.datasets import load_german_rates
    >>> X, y = load_german_rates(return_X_y=True)
    >>> list(X), len(y)
    (['inflation', 'interest'], 107)
    """
    table = _read("interest_inflation")
    frame = table[["Dp", "R"]].set_axis(["inflation", "interest"], axis=1)
    frame.index = _dates("1972-04-01", len(frame), "QS-JAN")
    return _give(load_german_rates, frame, "inflation", return_X_y)


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
    """Make up the monthly revenue table of a company, with the quirks of real ones.

    The table grows by a trend, peaks every December, and is not clean: some months have
    no row, some rows an empty cell, and in some months nothing was sold. Each of these
    happens to other months, never to the first or the last one, so the span is known.
    Clean it as you would your own: ``frame.dropna()``.

    Parameters
    ----------
    n_months : int, default=72
        Months from the first to the last row, those without a row included.
    start : str, default="2015-01"
        The first month.
    growth : float, default=0.08
        Growth of the sales quantity in a year, 0.08 being eight percent.
    noise : float, default=0.12
        Standard deviation of the logarithm of the sales quantity around its trend and
        season.
    missing_rows : int, default=2
        Number of months without a row.
    missing_cells : int, default=2
        Number of rows with one empty (NaN) cell, in any column.
    shutdowns : int, default=1
        Number of months without sales: quantity, average cost and revenue are 0.
    random_state : int, RandomState instance or None, default=None
        Pass an int for the same table at every call. None draws from NumPy's global
        generator.
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    data : Bunch
        Dictionary-like, with the attributes

        data : DataFrame of shape (n_months - missing_rows, 4)
            The table by month (each dated by its first day), oldest first:
            ``Revenue`` (money), ``Sales_quantity`` (pieces), ``Average_cost`` (money a
            piece), ``The_average_annual_payroll_of_the_region`` (money; one value a
            year). Revenue is within a few percent of quantity times cost.
        target : Series of shape (n_months - missing_rows,)
            The column ``Revenue``.
        frame : DataFrame of shape (n_months - missing_rows, 4)
            The same table as ``data``: the target is one of its columns.
        feature_names : list of str
            The columns of ``data``.
        target_names : list of str
            ``["Revenue"]``.
        DESCR : str
            What the table is.

    (data, target) : tuple if ``return_X_y`` is True

    Raises
    ------
    ValueError
        If the table has too few months for the quirks asked for, or if ``start`` is no
        month.

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
            f"missing_cells={missing_cells} and shutdowns={shutdowns}: their sum may "
            "be at most n_months - 2. Ask for more months, or for fewer quirks."
        )
    rng = check_random_state(random_state)
    frame = _business(_dates(start, n_months, "MS"), growth, noise, rng)
    odd_months = 1 + rng.permutation(n_months - 2)
    without_row, with_hole, closed = np.split(
        odd_months[: missing_rows + missing_cells + shutdowns],
        [missing_rows, missing_rows + missing_cells],
    )
    frame.iloc[closed, :3] = 0
    for row in with_hole:
        frame.iloc[row, rng.randint(frame.shape[1])] = np.nan
    frame = frame.drop(index=frame.index[without_row])
    return _give(make_monthly_revenue, frame, "Revenue", return_X_y)


def _business(dates, growth, noise, rng):
    """Make the full table, before anything goes missing."""
    import pandas as pd

    years = np.arange(len(dates)) / 12
    surprise = rng.normal(scale=noise, size=len(dates))
    season = np.array(SEASON_OF_SALES)[dates.month - 1]
    quantity = np.round(15_000 * (1 + growth) ** years * season * np.exp(surprise))
    price_moves = rng.normal(scale=0.08, size=len(dates)) - 0.4 * surprise
    cost = 1_500 * 1.04**years * np.exp(price_moves)
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


def _read(name):
    """Read a table that ships with statsmodels, as a frame of its own."""
    try:
        module = import_module(f"statsmodels.datasets.{name}")
    except ImportError as error:
        raise ImportError(
            "This series ships with statsmodels, which cannot be imported. "
            'Install it: pip install "skseq[examples]".'
        ) from error
    return module.load_pandas().data


def _give(function, frame, target, return_X_y):
    """Return what a loader was asked for; its docstring describes the series."""
    frame.index.name = "date"
    X, y = frame, frame[target].copy()
    if return_X_y:
        return X, y
    return Bunch(
        data=X,
        target=y,
        frame=frame.copy(),
        feature_names=list(X.columns),
        target_names=[target],
        DESCR=_description(function),
    )


def _description(function):
    """Cut a docstring down to what it says of the numbers and where they come from."""
    text = inspect.getdoc(function) or ""
    about = text.partition("Parameters\n")[0]
    sources = text.partition("References\n")[2].partition("Examples\n")[0]
    if not sources:
        return about.strip()
    return f"{about}References\n{sources}".strip()


def _dates(start, n_rows, freq):
    """Date the rows of an unbroken series by the first day of each step."""
    import pandas as pd

    return pd.date_range(start, periods=n_rows, freq=freq)
