"""The scaler gives back what it was given: frames, arrays, windows."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scaler_cases import noise, walk
from sklearn import config_context
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler

from skseq._preprocessing.scaler import TargetAwareMinMaxScaler


class TestContainers:
    index = pd.date_range("2020-01-31", periods=60, freq="ME", tz="Europe/Berlin")

    @pytest.mark.parametrize(
        "index", [index, pd.RangeIndex(7, 67), pd.Index([f"r{i}" for i in range(60)])]
    )
    def test_pandas_keeps_index_and_columns(self, index):
        X = pd.DataFrame({"a": noise(), "b": range(60)}, index)
        scaler = TargetAwareMinMaxScaler()
        scaled = scaler.fit_transform(X)
        assert isinstance(scaled, pd.DataFrame)
        assert scaled.index.equals(index)
        np.testing.assert_array_equal(scaled, scaler.fit_transform(X.to_numpy()))
        restored = scaler.fit(X).inverse_transform(scaled)
        pd.testing.assert_frame_equal(restored, X.astype(float))

    def test_pandas_keeps_column_labels_that_are_no_strings(self):
        X = pd.DataFrame(np.ones((3, 2)), columns=pd.Index([10, 20], name="hour"))
        scaled = TargetAwareMinMaxScaler().fit_transform(X)
        pd.testing.assert_index_equal(scaled.columns, X.columns)

    def test_polars(self):
        X = pl.DataFrame({"a": noise(), "b": range(60)})
        scaler = TargetAwareMinMaxScaler()
        scaled = scaler.fit_transform(X, pl.Series(walk()))
        assert isinstance(scaled, pl.DataFrame)
        assert scaled.columns == ["a", "b"]
        restored = scaler.inverse_transform(scaled)
        assert isinstance(restored, pl.DataFrame)
        np.testing.assert_allclose(restored.to_numpy(), X.to_numpy(), rtol=1e-12)

    def test_every_container_gives_the_same_bits(self):
        X = np.column_stack([noise(), walk()])
        wanted = TargetAwareMinMaxScaler().fit_transform(X, walk())
        for other in (
            np.asfortranarray(X),
            X.tolist(),
            X.astype(object),
            pd.DataFrame(X, columns=["a", "b"]),
            pl.DataFrame(X, schema=["a", "b"]),
        ):
            got = TargetAwareMinMaxScaler().fit_transform(other, walk())
            np.testing.assert_array_equal(np.asarray(got, dtype=float), wanted)

    @pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16, int, bool])
    def test_dtype(self, dtype):
        X = np.array([[0, 1], [1, 0], [1, 1]], dtype=dtype)
        wanted = dtype if dtype is np.float32 else np.float64
        scaler = TargetAwareMinMaxScaler(clip=True).fit(X, X[:, 0])
        assert scaler.transform(X).dtype == wanted
        assert scaler.inverse_transform(X).dtype == wanted
        assert scaler.transform_target(X[:, 0]).dtype == wanted
        assert scaler.inverse_transform_target(X[:, 0]).dtype == wanted

    @pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, lambda data: data])
    @pytest.mark.parametrize(
        ("output", "kind"),
        [("default", np.ndarray), ("pandas", pd.DataFrame), ("polars", pl.DataFrame)],
    )
    def test_set_output(self, make, output, kind):
        data = {"a": noise(), "b": walk()}
        is_array = make(data) is data
        X = np.column_stack(list(data.values())) if is_array else make(data)
        scaler = TargetAwareMinMaxScaler().set_output(transform=output)
        scaled = clone(scaler).fit_transform(X)
        assert type(scaled) is kind
        if kind is not np.ndarray:
            assert list(scaled.columns) == (["x0", "x1"] if is_array else ["a", "b"])
        restored = scaler.fit(X).inverse_transform(scaler.transform(X))
        assert type(restored) is kind

    def test_set_output_none_changes_nothing(self):
        scaler = TargetAwareMinMaxScaler().set_output(transform="pandas")
        scaler.set_output(transform=None)
        assert isinstance(scaler.fit_transform([[1.0], [2.0]]), pd.DataFrame)

    def test_global_configuration(self):
        X = pd.DataFrame({"a": noise()})
        scaler = TargetAwareMinMaxScaler().fit(X)
        with config_context(transform_output="polars"):
            assert isinstance(scaler.transform(X), pl.DataFrame)
            arrays = clone(scaler).set_output(transform="default").fit(X)
            assert isinstance(arrays.transform(X), np.ndarray)

    @pytest.mark.parametrize("output", ["default", "pandas", "polars"])
    def test_pipeline_set_output(self, output):
        X = pd.DataFrame({"a": noise(), "b": walk()}, self.index)
        steps = MinMaxScaler((5, 9)), TargetAwareMinMaxScaler()
        scaled = make_pipeline(*steps).set_output(transform=output).fit_transform(X)
        kinds = {"default": np.ndarray, "pandas": pd.DataFrame, "polars": pl.DataFrame}
        assert type(scaled) is kinds[output]
        if output == "pandas":
            assert scaled.index.equals(self.index)

    @pytest.mark.parametrize("output", ["default", "pandas", "polars"])
    def test_windows_stay_an_array(self, output):
        windows = noise(24).reshape(4, 3, 2)
        scaler = TargetAwareMinMaxScaler().set_output(transform=output)
        assert type(scaler.fit_transform(windows)) is np.ndarray
        assert type(scaler.inverse_transform(windows)) is np.ndarray
        with config_context(transform_output=output):
            scaled = TargetAwareMinMaxScaler().fit(windows).transform(windows)
        assert type(scaled) is np.ndarray
        assert scaled.shape == windows.shape

    def test_scaled_values_without_names_raise_no_warning(self):
        X = pd.DataFrame({"a": noise(), "b": walk()})
        scaler = TargetAwareMinMaxScaler().fit(X)
        restored = scaler.inverse_transform(scaler.transform(X).to_numpy())
        np.testing.assert_allclose(restored, X, rtol=1e-12)
        assert scaler.feature_names_in_.tolist() == ["a", "b"]

    def test_feature_names_out(self):
        X = pd.DataFrame({"a": noise(), "b": walk()})
        names = TargetAwareMinMaxScaler().fit(X).get_feature_names_out()
        assert names.tolist() == ["a", "b"]
        windows = noise(24).reshape(4, 3, 2)
        names = TargetAwareMinMaxScaler().fit(windows).get_feature_names_out()
        assert names.tolist() == ["x0", "x1"]
