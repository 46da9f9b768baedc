r"""
===========================================
A recurrent network against two naive rules
===========================================

A stack of two LSTM layers and a GRU layer forecasts a series one step ahead, from the
last rows of its table. It is the last step of an ordinary scikit-learn ``Pipeline``,
and it is held against two rules that cost nothing: repeat the last value, or that of
one season ago.

Without arguments this script forecasts the US unemployment rate. Point it at a table of
your own, one row a day, week, month, quarter or year::

    python examples/plot_reference_experiment.py --csv sales.csv --date Period \
        --date-format %d.%m.%Y --target Revenue --features Quantity Price

``--help`` lists all that can be set.
"""

import argparse

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

# %%
# The table
# ---------
# The dates become the index: the windower reads from it which rows follow each other,
# and which are missing. The target stays among the features: a window ends one row
# before the row to predict, so this column is the target's own past.


def read_table(options):
    """Return a table by date, the target among its columns, and the target's name."""
    if options.csv is None:
        target = "unemployment (percent)"
        return load_us_macro().frame.rename(columns={"unemployment": target}), target
    table = pd.read_csv(options.csv)
    target = options.target
    named = {options.date, target, *(options.features or [])}
    if unknown := sorted(named - set(table.columns)):
        raise SystemExit(f"{options.csv} has no {unknown}, only {list(table.columns)}")
    dates = read_dates(table.pop(options.date), options.date_format)
    features = options.features or table.select_dtypes("number").columns.drop(target)
    columns = list(dict.fromkeys([target, *features]))
    return table.set_index(dates)[columns].sort_index(), target


def read_dates(texts, date_format):
    """Read dates; without a format, in the order of day and month that is regular."""
    if date_format is None:
        for day_first in (False, True):
            dates = pd.DatetimeIndex(pd.to_datetime(texts, dayfirst=day_first))
            known = dates.dropna().unique().sort_values()
            if len(known) > 2 and pd.infer_freq(known):
                return dates
    return pd.DatetimeIndex(pd.to_datetime(texts, format=date_format))


def drop_missing(table):
    """Drop the rows that lack their date or a value; they become gaps in the index."""
    known = table[table.index.notna()].dropna()
    print(f"{len(known)} rows, {known.index[0]:%Y-%m-%d} to {known.index[-1]:%Y-%m-%d}")
    print(f"{len(table) - len(known)} rows with missing cells were dropped")
    return known


# %%
# The network
# -----------
# Scale, cut windows, learn. Nothing in it is new to scikit-learn, so the whole can be
# cloned, searched and saved.


def reference_network(time_steps, epochs, random_state):
    """Build the pipeline of the experiment: LSTM 100, LSTM 100, GRU 50, one output."""
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
    """Predict one value a row; NaN where the row's window has a missing step."""
    complete = pipe["window"].complete_windows(pipe["scale"].transform(X))
    return pd.Series(pipe.predict(X), index=X.index, name="network").where(complete)


# %%
# The rules to beat
# -----------------
# Both go by date. A window of one season ends one step before its row: its last step is
# the last value, its first step the value of one season ago. Where a month is missing
# from the table the rule has no value either, instead of one from another month.

SEASONS = {
    pd.offsets.MonthBegin: 12,
    pd.offsets.MonthEnd: 12,
    pd.offsets.QuarterBegin: 4,
    pd.offsets.QuarterEnd: 4,
    pd.offsets.Week: 52,
    pd.offsets.Day: 7,
    pd.offsets.Hour: 24,
}


def naive_rules(y, season):
    """Give the value one step before each row and, if there is a season, one season."""
    windows = SequenceWindower(time_steps=season).fit_transform(y.to_frame())
    rules = pd.DataFrame({"last value": windows[:, -1, 0]}, index=y.index)
    if season > 1:
        rules["last season"] = windows[:, 0, 0]
    return rules


# %%
# The comparison
# --------------
# A fair table scores all on the same rows: those with a complete window for the
# network and a value from each rule. It shows one fit of many possible ones: try
# another ``--random-state`` before you trust a small difference.


def score(y, predictions):
    """Measure every column of predictions on the rows where all of them have a value.

    RMSE and MAE are in the unit of y. MAPE is NaN where y holds a 0.
    """
    rows = predictions.notna().all(axis=1)
    if not rows.any():
        raise ValueError("No row to score: take fewer time steps or a shorter season.")
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
    """Write a number with three digits that count, and thousands apart."""
    size = int(np.floor(np.log10(abs(number)))) if number else 0
    return f"{number:,.{max(0, 2 - size)}f}"


def print_scores(part, scores, n_rows):
    """Print the measures of one part of the table."""
    print(f"\n{part}: {n_rows} rows, {n_rows - scores['rows'].iloc[0]} left out")
    formats = {"RMSE": readable, "MAE": readable}
    formats |= {"MAPE": "{:.1%}".format, "R2": "{:.2f}".format}
    print(scores.to_string(formatters=formats, na_rep="-", col_space=8))


def verdict(scores):
    """Say whether the network was worth its cost, from its test scores."""
    rules = scores["RMSE"].drop("network")
    rule, ratio = rules.idxmin(), scores.loc["network", "RMSE"] / rules.min()
    where = f"On the {scores.loc['network', 'rows']} test rows"
    if ratio < 1:
        return (
            f"{where} the network has the lowest RMSE, {1 - ratio:.0%} below that of\n"
            f"the best rule ({rule})."
        )
    return (
        f"{where} the rule '{rule}' has the lowest RMSE; the network's is\n"
        f"{ratio - 1:.0%} higher, so it is not worth its cost here. Try fewer units or "
        "time steps,\nearly_stopping=True or, if the level trends, the change from row "
        "to row as target."
    )


# %%
# The next step
# -------------
# A forecast is the prediction of one row more: the next date, with features that nobody
# knows yet. The network is trained again for it, on all rows.


def forecast(pipe, X, y):
    """Fit on all rows and predict the next one, as a Series of one date."""
    pipe = clone(pipe).fit(X, y)
    date = next_date(X.index, pipe["window"].freq_)
    next_row = pd.DataFrame(np.nan, index=[date], columns=X.columns)
    return pd.Series(pipe.predict(next_row), index=next_row.index)


def next_date(dates, step):
    """Return the date one step after the last; without a step, the next weekday."""
    return dates[-1] + (pd.offsets.BDay() if step is None else step)


# %%
# The picture
# -----------


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


# %%
# The experiment
# --------------


def parse_arguments(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description="Forecast a column one step ahead.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--csv", help="a table with a header; without it, US macroeconomic data")
    add("--date", default="date", help="column of dates")
    add("--date-format", help="such as %%d.%%m.%%Y; without it, guessed")
    add("--target", help="column to forecast")
    add("--features", nargs="*", help="columns; without it, all numeric ones")
    add("--season", type=int, help="rows in a season; without it, from the dates")
    add("--time-steps", type=int, default=12, help="rows in a window")
    add("--epochs", type=int, default=150, help="passes over the training rows")
    add("--random-state", type=int, default=0, help="seed of the network")
    add("--output", default="reference_experiment.png", help="the picture")
    options = parser.parse_args(arguments)
    if options.csv and not options.target:
        parser.error("--csv needs --target, the column to forecast")
    return options


def main(arguments=None):
    """Run the experiment: table, network, scores, forecast, picture."""
    options = parse_arguments(arguments)
    table, target = read_table(options)
    X = drop_missing(table)
    y = X[target]
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.2, shuffle=False
    )
    pipe = reference_network(options.time_steps, options.epochs, options.random_state)
    pipe.fit(X_train, y_train)
    train, test = predict_rows(pipe, X_train), predict_rows(pipe, X_test)

    rules = naive_rules(y, options.season or SEASONS.get(type(pipe["window"].freq_), 1))
    print(f"\n{target}, one step ahead:")
    for part, predicted in {"train": train, "test": test}.items():
        scores = score(y, predicted.to_frame().join(rules))
        print_scores(part, scores, len(predicted))
    print(f"\n{verdict(scores)}")
    n_outside = int((~y_test.between(y_train.min(), y_train.max())).sum())
    print(f"{n_outside} test values lie outside the range of the training values.")

    ahead = forecast(pipe, X, y)
    print(f"\nForecast for {ahead.index[0]:%Y-%m-%d}: {readable(ahead.iloc[0])}")
    draw(y, train, test, ahead).savefig(options.output, dpi=150)
    print(f"Picture: {options.output}")


if __name__ == "__main__":
    main()
