"""Real data sets that are part of statsmodels."""

import inspect
from importlib import import_module

import numpy as np
from sklearn.utils._param_validation import validate_params

from skseq.datasets._bunch import first_days, package

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
        The features, indexed by date, oldest row first. The target is one of them.
    target : Series of shape (n_rows,)
        The column to predict, with the same dates.
    frame : DataFrame of shape (n_rows, n_features)
        Features and target in one table: the same table as ``data``, because the target
        is one of the features.
    feature_names : list of str
        The columns of ``data``.
    target_names : list of str
        The name of the target.
    DESCR : str
        A description of the data: source, units, time span.

(data, target) : tuple if ``return_X_y`` is True

Raises
------
ImportError
    If statsmodels is not installed."""


def loader(load):
    """Check the parameters of a loader, and complete its docstring."""
    # With python -OO there are no docstrings.
    if load.__doc__:
        load.__doc__ = inspect.cleandoc(load.__doc__).replace(
            "{shared}", SHARED_SECTIONS
        )
    return validate_params(
        {"return_X_y": ["boolean"]}, prefer_skip_nested_validation=True
    )(load)


@loader
def load_us_macro(*, return_X_y=False):
    """Load the quarterly US unemployment rate with five other measures of the economy.

    202 quarters, 1959-04 to 2009-07 (each dated by its first day), six features, all in
    percent and, except for the bill rate, seasonally adjusted by the source:

    - ``unemployment`` (the target): unemployment rate, mean of the quarter;
    - ``gdp_growth``, ``consumption_growth``, ``investment_growth``: growth of real
      gross domestic product, real personal consumption and real gross private domestic
      investment over the previous quarter, at an annual rate (400 times the difference
      of logarithms);
    - ``inflation``: growth of the consumer price index, also at an annual rate;
    - ``bill_rate``: 3-month treasury bill rate, mean of the quarter.

    The first quarter of the source has no growth rates, so it is left out.

    Unemployment is a rate, so it hardly leaves the range of the training rows, and
    percentage errors are meaningful. It depends on output [2]_, so the other columns
    are informative. It changes slowly, so the last value is a naive forecast that is
    hard to beat.

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
    table = read_source("macrodata")
    table.index = first_days("1959-01-01", len(table), "QS-JAN")
    frame = table[["unemp", "infl", "tbilrate"]].set_axis(
        ["unemployment", "inflation", "bill_rate"], axis=1
    )
    levels = {"gdp": "realgdp", "consumption": "realcons", "investment": "realinv"}
    for position, (name, level) in enumerate(levels.items(), start=1):
        growth = 400 * np.log(table[level]).diff()
        frame.insert(position, f"{name}_growth", growth)
    # The first quarter has no growth rates, because nothing precedes it.
    return package(load_us_macro, frame.iloc[1:], "unemployment", return_X_y)


@loader
def load_sunspots(*, return_X_y=False):
    """Load the yearly mean number of sunspots since 1700.

    309 years, 1700 to 2008 (each dated by its first day), one feature: ``sunspots``,
    the mean number in the year. It rises and falls in cycles of 9 to 14 years that
    differ in height, so there is no seasonality of fixed length.

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
    table = read_source("sunspots")
    frame = table[["SUNACTIVITY"]].set_axis(["sunspots"], axis=1)
    frame.index = first_days("1700-01-01", len(frame), "YS")
    return package(load_sunspots, frame, "sunspots", return_X_y)


@loader
def load_co2(*, return_X_y=False):
    """Load weekly carbon dioxide concentrations at Mauna Loa, with gaps.

    2225 weeks, 1958-03-29 to 2001-12-29 (each dated by its Saturday), one feature:
    ``co2``, the mean concentration of the week in parts per million by volume. It rises
    steadily and has a yearly seasonality.

    In 59 of the 2284 weeks nothing was measured. These rows are left out, so the index
    has gaps and no ``freq``; ``frame.asfreq("W-SAT")`` adds these rows as NaN.

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
    frame = read_source("co2").dropna()
    return package(load_co2, frame, "co2", return_X_y)


@loader
def load_nile(*, return_X_y=False):
    """Load the yearly flow of the Nile at Aswan.

    100 years, 1871 to 1970 (each dated by its first day), one feature: ``volume``, the
    annual discharge in 1e8 cubic metres. The level drops about 1898. Apart from that,
    the series is mostly noise, so a good forecast is close to the mean.

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
    frame = read_source("nile")[["volume"]]
    frame.index = first_days("1871-01-01", len(frame), "YS")
    return package(load_nile, frame, "volume", return_X_y)


@loader
def load_elnino(*, return_X_y=False):
    """Load monthly sea surface temperatures off Peru and Ecuador.

    732 months, 1950-01 to 2010-12 (each dated by its first day), one feature:
    ``temperature``, the mean of the sea surface between 0 and 10 degrees south and 80
    and 90 degrees west, in degrees Celsius. It has a strong yearly seasonality, and El
    Nino raises it every few years. The source has one row per year and one column per
    month; here each month is a row.

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
    # stack() concatenates the twelve columns of each year.
    months = read_source("elnino").drop(columns="YEAR").stack()
    frame = months.to_frame("temperature")
    frame.index = first_days("1950-01-01", len(frame), "MS")
    return package(load_elnino, frame, "temperature", return_X_y)


@loader
def load_electrical_equipment(*, return_X_y=False):
    """Load the monthly turnover of the electrical equipment industry in the euro area.

    257 months, 1995-01 to 2016-05 (each dated by its first day), one feature:
    ``turnover``, the total turnover index of the 18 countries (fixed composition;
    adjusted for working days, not seasonally). It has a yearly seasonality, and its
    level rises, falls in 2009 and recovers.

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
    frame = read_source("elec_equip").set_axis(["turnover"], axis=1)
    frame.index = first_days("1995-01-01", len(frame), "MS")
    return package(load_electrical_equipment, frame, "turnover", return_X_y)


@loader
def load_german_rates(*, return_X_y=False):
    """Load the quarterly interest and inflation rates of Germany.

    107 quarters, 1972-04 to 1998-10 (each dated by its first day; West Germany until
    1990), two features:

    - ``inflation`` (the target): difference of the logarithm of the deflator of gross
      domestic product over the previous quarter, so 0.01 is about one percent a
      quarter; not seasonally adjusted, with a strong yearly seasonality;
    - ``interest``: nominal long-term interest rate; 0.08 is eight percent a year.

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
    table = read_source("interest_inflation")
    frame = table[["Dp", "R"]].set_axis(["inflation", "interest"], axis=1)
    frame.index = first_days("1972-04-01", len(frame), "QS-JAN")
    return package(load_german_rates, frame, "inflation", return_X_y)


def read_source(name):
    """Return a copy of a table of statsmodels, as a frame."""
    # Imported on use, because statsmodels is slow to import and optional.
    try:
        module = import_module(f"statsmodels.datasets.{name}")
    except ImportError as error:
        raise ImportError(
            f"The data set {name!r} is part of statsmodels, which cannot be imported. "
            'Install it: pip install "skseq[examples]".'
        ) from error
    return module.load_pandas().data
