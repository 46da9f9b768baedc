"""What the scaler refuses, and how it says so."""

import numpy as np
import pandas as pd
import pytest
from scaler_cases import noise, walk

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler

TWO_TARGETS = np.column_stack([walk(4), noise(4)])
FRAME = pd.DataFrame({"a": [1.0, 2.0, np.nan, 5.0], "b": [0.0, 1.0, 2.0, 3.0]})


class TestErrors:
    @pytest.mark.parametrize(
        "bounds",
        [
            *[(1, 0), (1, 1), (0, np.nan), (0, np.inf), (-1.7e308, 1.7e308)],
            *[(), (0,), (0, 1, 2), ("0", "1")],
        ],
    )
    def test_feature_range(self, bounds):
        with pytest.raises(ValueError, match=r"pair \(low, high\).* got [\[(]"):
            TargetAwareMinMaxScaler(bounds).fit([[1.0], [2.0]])

    @pytest.mark.parametrize(
        "parameters",
        [{"feature_range": 1}, {"target_columns": "b"}, {"clip": "yes"}],
    )
    def test_parameters(self, parameters):
        with pytest.raises(ValueError, match=f"The '{next(iter(parameters))}' param"):
            TargetAwareMinMaxScaler(**parameters).fit(FRAME)

    @pytest.mark.parametrize(
        ("X", "y", "columns", "match"),
        [
            (FRAME, None, ["b"], r"fit got no y .*Call fit\(X, y\)"),
            (FRAME, None, {"b": 0}, "fit got no y"),
            (FRAME, walk(4), ["d", "b", "e"], "X, which has 'a', 'b'.*got 'd', 'e'"),
            (FRAME, walk(4), [2], "of X, .*got 2"),
            (FRAME, walk(4), [-3], "of X, .*got -3"),
            (FRAME, walk(4), [True], "must not be a bool; got .True."),
            (FRAME.to_numpy(), walk(4), ["b"], r"has 0, 1; got 'b'.*set_output"),
            (FRAME, TWO_TARGETS, {"b": "heat"}, "of y, which has 0, 1; got 'heat'"),
            (FRAME, TWO_TARGETS, {"b": 2}, "of y, .*got 2"),
            (FRAME, TWO_TARGETS, ["b"], r"2 \(0, 1\).* Map each column"),
        ],
    )
    def test_target_columns(self, X, y, columns, match):
        with pytest.raises(ValueError, match=match):
            TargetAwareMinMaxScaler(target_columns=columns).fit(X, y)

    @pytest.mark.parametrize(
        ("X", "y", "match"),
        [
            (FRAME.replace(2.0, np.inf), None, "infinity: row 1 .*column 'a'"),
            (
                FRAME.assign(c=np.nan),
                None,
                r"column of X must contain a number.*contain only NaN: 'c'",
            ),
            (np.full((2, 3, 1), np.nan), None, "contain only NaN: 0"),
            (FRAME.assign(c=[1e151, 0, 0, 0]), None, "X contains 1e.151.*column 'c'"),
            (
                FRAME,
                [1e151, 0, 0, 0],
                "y contains 1e.151, whose absolute value is above 1e.150: row 0",
            ),
            (FRAME, [1.0, 2.0, 3.0, np.nan], "Input y contains NaN"),
            (FRAME, [1.0, 2.0], "same number of rows: X has 4, y has 2"),
            (FRAME, pd.Series(walk(4), range(4, 8)), "must have the same index"),
            (np.array([[[np.inf]]]), None, "infinity"),
            (np.ma.masked_less(np.eye(2), 0.5), None, "masked"),
        ],
    )
    def test_data(self, X, y, match):
        with pytest.raises(ValueError, match=match):
            TargetAwareMinMaxScaler().fit(X, y)

    @pytest.mark.parametrize("method", ["transform", "inverse_transform"])
    @pytest.mark.parametrize(
        ("X", "match"),
        [
            (FRAME[["b", "a"]], "feature names should match"),
            (FRAME[["a"]], "feature names should match"),
            (FRAME.rename(columns={"a": "z"}), "feature names should match"),
            (np.ones((2, 3)), "3 features, but .* expecting 2"),
            (np.ones((2, 3, 2)), "was fitted on a table"),
            (np.ones(2), "1D array"),
            (FRAME.replace(2.0, np.inf), "infinity: row 1 .*column 'a'"),
        ],
    )
    @pytest.mark.filterwarnings("ignore:X does not have valid feature names")
    def test_other_than_the_fitted_table(self, method, X, match):
        scaler = TargetAwareMinMaxScaler().fit(FRAME)
        with pytest.raises(ValueError, match=match):
            getattr(scaler, method)(X)

    @pytest.mark.parametrize("method", ["transform", "inverse_transform"])
    @pytest.mark.parametrize(
        ("X", "match"),
        [
            (np.ones((2, 3)), r"windows \(3-D\), but X has 2"),
            (np.ones((2, 4, 3)), r"got \(4, 3\).*fitted on \(4, 2\)"),
            (np.ones((2, 3, 2)), r"got \(3, 2\).*fitted on \(4, 2\)"),
        ],
    )
    def test_other_than_the_fitted_windows(self, method, X, match):
        scaler = TargetAwareMinMaxScaler().fit(noise(24).reshape(3, 4, 2))
        with pytest.raises(ValueError, match=match):
            getattr(scaler, method)(X)

    @pytest.mark.parametrize("method", ["transform_target", "inverse_transform_target"])
    def test_targets(self, method):
        with pytest.raises(ValueError, match=r"fitted without y.* Call fit\(X"):
            getattr(TargetAwareMinMaxScaler().fit(FRAME), method)([1.0])
        scaler = TargetAwareMinMaxScaler().fit(FRAME, TWO_TARGETS)
        with pytest.raises(ValueError, match=r"same targets .* got 1 .* with 2"):
            getattr(scaler, method)([1.0])
        with pytest.raises(ValueError, match="y contains NaN"):
            getattr(scaler, method)([[1.0, np.nan]])
