"""X_future whose rows are numbered from 0 again, as after reset_index."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceForecaster, SequenceWindower

N_KNOWN = 40
RNG = np.random.default_rng(0)
PRICES = pd.DataFrame({"price": RNG.normal(size=100), "size": RNG.normal(size=100)})
Y = pd.Series(RNG.normal(size=N_KNOWN).cumsum(), name="sales")


def several(table):
    names = ["shop", "step"]
    return pd.concat({"a": table, "b": table + 1}, names=names)


KINDS = {"one": lambda table: table, "many": several}
KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def fitted(kind, strategy="direct"):
    steps = SequenceWindower(4), NaiveRegressor("mean")
    columns = ["price", "size"]
    one = SequenceForecaster(
        make_pipeline(*steps), horizon=3, strategy=strategy, future_columns=columns
    )
    return one.fit(kind(PRICES[:N_KNOWN]), kind(Y))


def renumbered(start):
    return PRICES[start:].reset_index(drop=True)


@KIND
@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_rows_that_carry_the_labels_by_chance_are_told(kind, strategy):
    one = fitted(kind, strategy)
    with pytest.warns(UserWarning, match="starts again from 0.*'price' of row"):
        one.forecast(X_future=kind(renumbered(N_KNOWN)))


@pytest.mark.sample(2)
@KIND
@pytest.mark.parametrize("columns", [["price", "size"], ["size", "price"]])
@pytest.mark.parametrize("start", [0, 1, N_KNOWN - 3, N_KNOWN])
def test_rows_with_their_own_labels_are_not_told(kind, start, columns):
    found = fitted(kind).forecast(X_future=kind(PRICES[start:])[columns])
    assert len(found)


@KIND
@pytest.mark.parametrize("n_rows", [3, N_KNOWN, N_KNOWN + 2])
def test_too_few_rows_say_that_the_numbers_start_again(kind, n_rows):
    match = r"it lacks \d rows?,.*starts again from 0.*first label must be 40"
    with pytest.raises(ValueError, match=match):
        fitted(kind).forecast(X_future=kind(renumbered(N_KNOWN)[:n_rows]))


def test_other_missing_rows_do_not():
    with pytest.raises(ValueError, match="even if fewer are forecast\\.$"):
        fitted(KINDS["one"]).forecast(X_future=PRICES[N_KNOWN : N_KNOWN + 2])
