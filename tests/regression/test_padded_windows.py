"""Windows made by hand with missing steps: the remedies exist without a windower."""

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import LSTMRegressor, NaiveRegressor, SequenceWindower
from skseq._regression.rows.incomplete_windows import BY_HAND, PADDED_REMEDY
from skseq.exceptions import IncompleteWindowWarning

NETWORK = LSTMRegressor(2, epochs=1, random_state=0)
N_WINDOWS = 60
SHAPES = pytest.mark.parametrize("shape", [(5, 1), (12, 2), (3, 1)], ids=str)


def sequences(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(N_WINDOWS, *shape)), rng.normal(size=N_WINDOWS)


def pad(X, n_most):
    """Set up to n_most first steps of each window to NaN, but not in falling order."""
    n_padded = np.tile([1, n_most, 1, 1], N_WINDOWS)[: len(X)]
    is_padded = np.arange(X.shape[1]) < n_padded[:, np.newaxis]
    return np.where(is_padded[:, :, np.newaxis], np.nan, X)


def message_of(call):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    (text,) = [
        str(one.message) for one in caught if one.category is IncompleteWindowWarning
    ]
    return text


@SHAPES
def test_padding_of_all_windows_is_named(shape):
    X, y = sequences(shape)
    with pytest.raises(ValueError, match="^All 60 windows have missing steps") as error:
        clone(NETWORK).fit(pad(X, shape[0] - 1), y)
    assert str(error.value).endswith(PADDED_REMEDY)
    with pytest.raises(ValueError, match="all 60 windows have missing ste") as error:
        NaiveRegressor().fit(pad(X, shape[0] - 1), y)
    assert PADDED_REMEDY in str(error.value)
    assert "before the first row" not in str(error.value)


@SHAPES
def test_padding_in_predict_is_named(shape):
    X, y = sequences(shape)
    fitted = clone(NETWORK).fit(X, y)
    text = message_of(lambda: fitted.predict(pad(X, shape[0] - 1)))
    assert text.endswith(PADDED_REMEDY)
    filled = np.nan_to_num(pad(X, shape[0] - 1))
    marked = np.concatenate([filled, filled[:, :, :1] == 0], axis=2)
    with warnings.catch_warnings():
        warnings.simplefilter("error", IncompleteWindowWarning)
        clone(NETWORK).fit(marked, y).predict(marked)


@SHAPES
def test_gaps_in_windows_made_by_hand_are_to_be_filled(shape):
    X, y = sequences(shape)
    gaps = X.copy()
    gaps[::3, 1, 0] = np.nan
    assert BY_HAND in message_of(lambda: clone(NETWORK).fit(gaps, y))
    fitted = clone(NETWORK).fit(X, y)
    text = message_of(lambda: fitted.predict(gaps))
    assert BY_HAND in text
    assert "To complete those of a SequenceWindower, pass all rows since fit" in text
    gaps[:, 1, 0] = np.nan
    with pytest.raises(ValueError, match=BY_HAND):
        clone(NETWORK).fit(gaps, y)


@pytest.mark.parametrize("n_known", [1, 3, 6])
def test_first_rows_are_not_padded(n_known):
    table = np.random.default_rng(0).normal(size=(20, 1))
    copied = FunctionTransformer(np.array)
    pipe = make_pipeline(SequenceWindower(6), copied, clone(NETWORK))
    is_known = (np.arange(20) < n_known).astype(float)
    with pytest.raises(ValueError, match="in the SequenceWindower") as error:
        pipe.fit(table, table[:, 0], lstmregressor__sample_weight=is_known)
    assert "padded" not in str(error.value)


def test_a_gap_behind_a_step_that_copies_is_not_padded():
    table = np.random.default_rng(0).normal(size=(80, 1))
    pipe = make_pipeline(
        SequenceWindower(4, history=None), FunctionTransformer(np.array), clone(NETWORK)
    ).fit(table[:60], table[:60, 0])
    text = message_of(lambda: pipe.predict(table[60:]))
    assert "To complete those of a SequenceWindower" in text
