r"""Forecast a column of a table one step ahead, and compare with naive forecasts.

Without arguments the program forecasts the US unemployment rate. It also reads your own
table, with one row per day, week, month, quarter or year::

    python examples/demo/forecast_table.py --csv sales.csv --date Period \
        --target Revenue --features Quantity Price

It prints the errors on training and test rows and the forecast of the next step, and
saves a plot. ``--help`` lists all options.
"""

import argparse
import csv
from contextlib import suppress

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import EngFormatter
from sklearn.base import clone
from sklearn.metrics import (
    mean_absolute_error,
    mean_absolute_percentage_error,
    r2_score,
    root_mean_squared_error,
)
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline

from skseq import RecurrentRegressor, SequenceWindower, TargetAwareMinMaxScaler
from skseq.datasets import load_us_macro

# ISO 8601 reads dates that begin with a year of four digits.
DATE_FORMATS = [
    "ISO8601",
    *(f"%m{mark}%d{mark}%Y" for mark in "/.-"),
    *(f"%d{mark}%m{mark}%Y" for mark in "/.-"),
    *(f"%m{mark}%Y" for mark in "/.-"),
    *(f"%y{mark}%m" for mark in "/.-"),
    *(f"%m{mark}%y" for mark in "/.-"),
]


def read_table(options):
    """Return a table by date, the target among its columns, and the target's name."""
    if options.csv is None:
        target = "unemployment (percent)"
        return load_us_macro().frame.rename(columns={"unemployment": target}), target
    # With sep=None, pandas detects which character separates the columns.
    how = {"sep": None, "engine": "python", "decimal": options.decimal}
    names = list(pd.read_csv(options.csv, nrows=0, **how))
    date, target = options.date or names[0], options.target
    if target is None:
        raise SystemExit(f"--csv needs --target, the column to forecast: {names}.")
    if unknown := sorted({date, target, *(options.features or [])} - set(names)):
        raise SystemExit(f"{options.csv} has no column {unknown}, only {names}.")
    # Read dates as text, because pandas would turn dates such as 2019 into numbers.
    table = pd.read_csv(options.csv, dtype={date: str}, **how)
    table = table.set_index(read_dates(table[date], options.date_format)).sort_index()
    features = options.features or table.select_dtypes("number")
    table = table[list(dict.fromkeys([target, *features]))]
    for name in table.columns.difference(table.select_dtypes("number").columns):
        texts = table[name][pd.to_numeric(table[name], "coerce").isna()].dropna()
        example = [*texts, *table[name]][0]
        raise SystemExit(
            f"Column {name!r} must contain numbers, but it has {example!r}."
        )
    return table, target


def read_dates(texts, date_format):
    """Convert texts to dates, by the given format or by the one that fits best.

    Dates such as 02/01/2019 can be read in two ways. The best format is the one with
    fewer gaps between the dates. Without a format, times of day are read without their
    offset from UTC, which changes during the year: the day is the local one.
    """
    if texts.isna().all():
        raise SystemExit("No row has a date.")
    if not date_format:
        # pandas reads years of two digits, but not those of one, such as 1-01.
        texts = texts.str.replace(r"^(\d)(?=\D\d\d$)", r"0\1", regex=True)
        texts = texts.str.replace(r"(:[\d.]+) ?(Z|[+-][\d:]+)$", r"\1", regex=True)
    read = []
    for one_format in [date_format] if date_format else DATE_FORMATS:
        # A format that cannot read all texts is wrong.
        with suppress(ValueError):
            read.append(pd.DatetimeIndex(pd.to_datetime(texts, format=one_format)))
    read.sort(key=rate_of_rows)
    is_ambiguous = len(read) > 1 and rate_of_rows(read[-2]) == rate_of_rows(read[-1])
    if not read or is_ambiguous:
        problem = "can be read in two ways" if is_ambiguous else "cannot all be read"
        raise SystemExit(
            f"The dates, such as {texts.dropna().iloc[0]!r}, {problem}. Give their "
            "format, such as --date-format %d.%m.%y"
        )
    return read[-1]


def rate_of_rows(dates):
    """Return the fraction of the steps, from first date to last, that have a row."""
    dates = dates.dropna()
    if dates.day.nunique() == 1 or dates.is_month_end.all():
        numbers = 12 * dates.year + dates.month
    else:
        numbers = dates.asi8
    steps = np.diff(np.unique(numbers))
    # The greatest common divisor of all steps is the shortest step that explains them.
    return len(steps) / (steps.sum() / np.gcd.reduce(steps)) if len(steps) else 0.0


def drop_missing(table):
    """Drop the rows without a date or with a missing value, which leaves gaps."""
    known = table[table.index.notna()].dropna()
    if known.empty:
        raise SystemExit("No row has a date and a value in every column.")
    print(f"{len(known)} rows, {known.index[0]:%Y-%m-%d} to {known.index[-1]:%Y-%m-%d}")
    print(f"{len(table) - len(known)} rows with missing cells were dropped")
    return known


def make_pipeline(time_steps, epochs, random_state):
    """Return a pipeline that ends in two LSTM layers and a GRU layer."""
    network = RecurrentRegressor(
        cell=("lstm", "lstm", "gru"),
        units=(100, 100, 50),
        dropout=0.2,
        learning_rate=0.001,
        epochs=epochs,
        batch_size=32,
        random_state=random_state,
    )
    return Pipeline(
        [
            ("scale", TargetAwareMinMaxScaler()),
            ("window", SequenceWindower(time_steps=time_steps)),
            ("rnn", network),
        ]
    )


def predict_rows(pipe, X):
    """Predict each row; NaN where the window of a row has a missing step."""
    complete = pipe["window"].complete_windows(pipe["scale"].transform(X))
    return pd.Series(pipe.predict(X), index=X.index, name="network").where(complete)


SEASON_LENGTHS = {
    "MS": 12,
    "ME": 12,
    "QS": 4,
    "QE": 4,
    "W": 52,
    "D": 7,
    "B": 5,
    "h": 24,
}


def season_length_of(freq):
    """Return the usual number of steps in a season; 1 where there is none."""
    # The frequency of weeks that end on Saturday is W-SAT, that of quarters QS-JAN.
    return SEASON_LENGTHS.get(freq.freqstr.partition("-")[0], 1)


def naive_forecasts(y, season_length):
    """Return the value one step before each row, and one season before if there is one.

    Where that step is missing from the table, the naive forecast is missing too.
    """
    # In a window of one season, the last step is the last value and the first step is
    # the value of last season.
    windows = SequenceWindower(time_steps=season_length).fit_transform(y.to_frame())
    forecasts = pd.DataFrame({"last value": windows[:, -1, 0]}, index=y.index)
    if season_length > 1:
        forecasts["last season"] = windows[:, 0, 0]
    return forecasts


def score(y, predictions):
    """Return the errors of each column, on the rows where all columns have a value.

    RMSE and MAE are in the unit of y. MAPE is NaN if y contains 0.
    """
    rows = predictions.notna().all(axis=1)
    if not rows.any():
        raise SystemExit("No row can be scored. Lower --time-steps or --season-length.")
    y = y[predictions.index][rows]
    lines = {
        name: {
            "rows": len(y),
            "RMSE": root_mean_squared_error(y, predicted),
            "MAE": mean_absolute_error(y, predicted),
            "MAPE": mean_absolute_percentage_error(y, predicted) if y.all() else np.nan,
            "R2": r2_score(y, predicted),
        }
        for name, predicted in predictions[rows].items()
    }
    return pd.DataFrame.from_dict(lines, orient="index").astype({"rows": int})


def readable(number):
    """Format a number with three significant digits and thousands separators."""
    size = int(np.floor(np.log10(abs(number)))) if number else 0
    return f"{number:,.{max(0, 2 - size)}f}"


def print_scores(part, scores, n_rows):
    """Print the errors on one part of the table."""
    n_left_out = n_rows - scores["rows"].iloc[0]
    why = " (incomplete windows)" if n_left_out else ""
    print(f"\n{part}: {n_rows} rows, {n_left_out} left out{why}")
    formats = {"RMSE": readable, "MAE": readable}
    formats |= {"MAPE": "{:.1%}".format, "R2": "{:.2f}".format}
    print(scores.to_string(formatters=formats, na_rep="-", col_space=8))


def compare(scores):
    """Return a sentence that says whether the network or a naive forecast is better."""
    naive = scores["RMSE"].drop("network")
    best, ratio = naive.idxmin(), scores.loc["network", "RMSE"] / naive.min()
    rows = f"On the {scores.loc['network', 'rows']} test rows"
    if ratio < 1:
        return (
            f"{rows} the network is the most accurate: its RMSE is {1 - ratio:.0%}\n"
            f"below that of the best naive forecast ({best})."
        )
    return (
        f"{rows} the naive forecast '{best}' is the most accurate: the RMSE of the\n"
        f"network is {ratio - 1:.0%} higher. Try fewer units, fewer time steps or more "
        "training rows."
    )


def forecast(pipe, X, y):
    """Fit on all rows and predict the next one; return a Series with its date."""
    pipe = clone(pipe).fit(X, y)
    next_date = X.index[-1] + pipe["window"].freq_
    next_row = pd.DataFrame(np.nan, index=[next_date], columns=X.columns)
    return pd.Series(pipe.predict(next_row), index=next_row.index)


def draw(y, train, test, ahead):
    """Draw actual and predicted values by date, the split, and the next forecast."""
    figure, ax = plt.subplots(figsize=(10, 5), layout="constrained")
    ax.plot(y.index, y, ".-", color="0.4", lw=1, ms=3, label="actual")
    for part, name, color in [(train, "train", "C0"), (test, "test", "C3")]:
        ax.plot(part.index, part, ".-", color=color, ms=4, label=f"network, {name}")
    ax.axvline(test.index[0], color="0.6", ls="--", lw=1, label="first test row")
    ax.plot(ahead.index, ahead, "*", color="C1", ms=12, label="forecast")
    locator = AutoDateLocator()
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    if y.abs().max() >= 10_000:
        ax.yaxis.set_major_formatter(EngFormatter())
    ax.set_ylabel(y.name)
    ax.grid(color="0.92")
    ax.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside upper center", ncols=5, frameon=False)
    return figure


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Forecast a column one step ahead.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--csv", help="a table with a header; by default US macroeconomic data")
    add("--decimal", default=".", help="decimal point of the numbers")
    add("--date", help="column of dates; by default the first")
    add("--date-format", help="such as %%d.%%m.%%Y; by default it is detected")
    add("--target", help="column to forecast")
    add("--features", nargs="*", help="columns; by default all numeric columns")
    add("--season-length", type=int, help="rows in a season; by default from the dates")
    add("--time-steps", type=int, default=12, help="rows in a window")
    add("--epochs", type=int, default=150, help="passes over the training rows")
    add("--random-state", type=int, default=0, help="seed of the network")
    add("--output", default="reference_experiment.png", help="the file of the plot")
    return parser.parse_args(arguments)


def run(options):
    """Read the table, fit, print errors and forecast, and save the plot."""
    table, target = read_table(options)
    X = drop_missing(table)
    y = X[target]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.2, shuffle=False
    )
    pipe = make_pipeline(options.time_steps, options.epochs, options.random_state)
    pipe.fit(X_train, y_train)
    freq = pipe["window"].freq_
    if freq is None:
        raise SystemExit("The dates of the training rows have no regular frequency.")
    train, test = predict_rows(pipe, X_train), predict_rows(pipe, X_test)

    naive = naive_forecasts(y, options.season_length or season_length_of(freq))
    print(f"\n{target}, one step ahead:")
    for part, predicted in {"train": train, "test": test}.items():
        scores = score(y, predicted.to_frame().join(naive))
        print_scores(part, scores, len(predicted))
    print(f"\n{compare(scores)}")
    n_outside = int((~y_test.between(y_train.min(), y_train.max())).sum())
    print(f"{n_outside} test values are outside the range of the training values.")

    ahead = forecast(pipe, X, y)
    print(f"\nForecast for {ahead.index[0]:%Y-%m-%d}: {readable(ahead.iloc[0])}")
    draw(y, train, test, ahead).savefig(options.output, dpi=150)
    print(f"Picture: {options.output}")


def main(arguments=None):
    """Run the program; an error in the table or the options is reported in one line."""
    options = parse_arguments(arguments)
    try:
        run(options)
    except (OSError, ValueError, csv.Error) as error:
        raise SystemExit(" ".join(str(error).split())) from error


if __name__ == "__main__":
    main()
