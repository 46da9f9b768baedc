"""Only columns made of future columns alone are known in advance."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import STRATEGIES, LeastSquares, forecaster, months
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest, VarianceThreshold, f_regression
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MinMaxScaler,
    Normalizer,
    OneHotEncoder,
    PolynomialFeatures,
    SplineTransformer,
    StandardScaler,
)

from skseq import SequenceWindower, TargetAwareMinMaxScaler

N = 80


def table():
    rng = np.random.default_rng(0)
    y = pd.Series(rng.normal(size=N).cumsum() + 50, months(N), name="y")
    X = pd.DataFrame(
        {
            "promo": rng.integers(0, 3, N) * 1.0,
            "wind": rng.normal(size=N),
            "promo_old": rng.integers(0, 2, N) * 1.0,
        },
        y.index,
    )
    return X, y


class DivideByNorm(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):
    """A class of the user's own that mixes columns, and returns as many."""

    def fit(self, X, y=None):
        self.feature_names_in_ = np.array(X.columns)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X):
        return X.div(np.sqrt((X**2).sum(axis=1)), axis=0)


def assign(**columns):
    return FunctionTransformer(lambda X: X.assign(**columns))


def encode(step, columns=("promo",), name=None, **params):
    params = {"remainder": "passthrough"} | params
    return ColumnTransformer([(name or "encode", step, list(columns))], **params)


def one_hot(**params):
    return OneHotEncoder(sparse_output=False, **params)


def mean(X):
    return X["y"].rolling(3, min_periods=1).mean()


FUTURE = {
    "nothing": ("passthrough", ["promo"]),
    "scaler": (StandardScaler(), ["promo"]),
    "our scaler": (TargetAwareMinMaxScaler(), ["promo"]),
    "imputer": (SimpleImputer(), ["promo"]),
    "imputer of columns without missing values": (KNNImputer(), ["promo"]),
    "selection": (VarianceThreshold(), ["promo"]),
    "selection with y": (SelectKBest(f_regression, k=4), ["promo"]),
    "another name": (
        FunctionTransformer(lambda X: X.rename(columns=str.upper)),
        ["PROMO"],
    ),
    "double and lag": (
        assign(
            double=lambda X: X["promo"] * 2, lag=lambda X: X["promo"].shift(2).fillna(0)
        ),
        ["promo", "double", "lag"],
    ),
    "row number": (assign(row=lambda X: np.arange(len(X))), ["promo"]),
    "prefix of a name": (assign(promo_mean=mean), ["promo"]),
    "the same prefix": (assign(promo__mean=mean, promo_=mean), ["promo"]),
    "a prefix of scikit-learn": (assign(encode__promo=mean), ["promo"]),
    "one-hot": (
        encode(one_hot()),
        ["encode__promo_0.0", "encode__promo_1.0", "encode__promo_2.0"],
    ),
    "one-hot of two": (
        encode(one_hot(drop="first"), ["promo", "promo_old"]),
        ["encode__promo_1.0", "encode__promo_2.0"],
    ),
    "spline": (
        encode(SplineTransformer(3, degree=1), ["wind", "promo"]),
        ["encode__promo_sp_0", "encode__promo_sp_1", "encode__promo_sp_2"],
    ),
    "bins": (
        encode(KBinsDiscretizer(2, encode="onehot-dense", strategy="uniform")),
        ["encode__promo_0.0", "encode__promo_1.0"],
    ),
    "ordinal bins": (
        encode(KBinsDiscretizer(2, encode="ordinal", strategy="uniform")),
        ["encode__promo"],
    ),
    "polynomials": (
        PolynomialFeatures(2, include_bias=False),
        ["promo", "promo^2"],
    ),
    "step with the name of the column": (
        encode(StandardScaler(), ["promo", "wind"], "promo"),
        ["promo__promo"],
    ),
    "without prefixes": (
        encode(MinMaxScaler(), verbose_feature_names_out=False),
        ["promo"],
    ),
    "components of one column": (encode(PCA(1)), ["encode__pca0"]),
    "function of one column": (
        encode(
            FunctionTransformer(lambda X: X.assign(lag=X["promo"].shift(2).fillna(0)))
        ),
        ["encode__promo", "encode__lag"],
    ),
    "pipeline in columns": (
        encode(make_pipeline(one_hot(), StandardScaler()), ["wind", "promo"][1:]),
        ["encode__promo_0.0", "encode__promo_1.0", "encode__promo_2.0"],
    ),
    "two steps": (
        make_pipeline(encode(StandardScaler()), PolynomialFeatures(2)),
        ["encode__promo", "encode__promo^2"],
    ),
    "union": (
        FeatureUnion([("same", "passthrough"), ("scaled", StandardScaler())]),
        ["same__promo", "scaled__promo"],
    ),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", FUTURE)
def test_what_is_made_of_future_columns_alone_is_known(name, strategy):
    step, expected = FUTURE[name]
    X, y = table()
    pipe = make_pipeline(step, SequenceWindower(3), LeastSquares())
    fitted = forecaster(pipe, strategy=strategy, future_columns=["promo"]).fit(X, y)
    assert fitted.estimator_[-2].future_columns == expected
    check_no_window_depends_on_its_row(fitted, X, y)


def with_target(X):
    """Change a column by the target, under its name."""
    return X.assign(promo=X["promo"] + X["y"])


ONE_TO_ONE = FunctionTransformer(with_target, feature_names_out="one-to-one")
SAME_NAMES = {"verbose_feature_names_out": False}


LOST = {
    "divided by the norm of all columns": Normalizer(),
    "components of all columns": PCA(2),
    "a class that mixes columns": DivideByNorm(),
    "the name with other values": assign(promo=lambda X: X["promo"] + X["y"]),
    "columns dropped": encode("drop"),
    "mixed in columns": encode(PCA(2), ["promo", "wind"]),
    "mixed in one step of two": make_pipeline(
        encode(Normalizer(), ["promo", "y"]), StandardScaler()
    ),
    "mixed in a union": FeatureUnion([("norm", Normalizer())]),
    "a function said to be one-to-one": ONE_TO_ONE,
    "a function in columns": encode(
        FunctionTransformer(with_target), ["y", "promo"], **SAME_NAMES
    ),
    "a class in columns": encode(DivideByNorm(), ["promo", "wind"], **SAME_NAMES),
    "a function in a pipeline in columns": encode(
        make_pipeline(ONE_TO_ONE, StandardScaler()), ["y", "promo"]
    ),
    "a function in a union": FeatureUnion([("f", ONE_TO_ONE)]),
    "a class in a union in columns": encode(
        FeatureUnion([("norm", DivideByNorm())]), ["promo", "wind"]
    ),
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", LOST)
def test_columns_that_are_mixed_with_others_are_lost_with_a_warning(name, strategy):
    X, y = table()
    pipe = make_pipeline(LOST[name], SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, strategy=strategy, future_columns=["promo"])
    with pytest.warns(UserWarning, match="future_columns lists 'promo', but no column"):
        fitted = one.fit(X, y)
    assert fitted.estimator_[-2].future_columns is None
    check_no_window_depends_on_its_row(fitted, X, y)


@pytest.mark.parametrize("name", LOST)
def test_a_created_column_hides_no_lost_one(name):
    X, y = table()
    calendar = assign(sin=lambda X: np.sin(X.index.month))
    pipe = make_pipeline(LOST[name], calendar, SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, future_columns=["promo", "sin"])
    with pytest.warns(UserWarning, match="future_columns lists 'promo', but no column"):
        one.fit(X, y)
    assert one.estimator_[-2].future_columns == ["sin"]


def check_no_window_depends_on_its_row(fitted, X, y):
    """Check that the window of a row contains no value of it but those known before."""
    before = fitted.estimator_[:-1]
    cells = pd.concat([y, X], axis=1).reindex(months(N + 1)).ffill()
    window = np.asarray(before.transform(cells))[-1]
    cells.iloc[-1, [0, 2, 3]] = cells.iloc[0, [0, 2, 3]] + [3.0, 1.0, 0.0]
    np.testing.assert_allclose(np.asarray(before.transform(cells))[-1], window)


@pytest.mark.parametrize(
    ("target", "strategy"), [("promo", "direct"), ("wind", "recursive")]
)
def test_a_planted_leak_gains_nothing(target, strategy):
    X, y = table()
    leak = {f"{target}_now": lambda X: X["y"], f"{target}__y": mean}
    accuracy = []
    for step in (assign(), assign(**leak)):
        pipe = make_pipeline(step, SequenceWindower(3), LeastSquares())
        fitted = forecaster(pipe, strategy=strategy, future_columns=[target])
        fitted.fit(X, y)
        accuracy.append(np.abs(fitted.predict(X)[9:] - y[9:]).mean())
    assert accuracy[1] > 0.5 * accuracy[0] > 0.05


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_columns_of_arrays_are_followed_by_position(strategy):
    X, y = table()
    X, y = X.to_numpy(), y.to_numpy()
    # The table begins with y, so `promo` is column 1; here it moves.
    for columns, expected in (([1, 2], [0]), ([2, 3], [3]), ([0, 1, 2], [1])):
        encoder = make_column_transformer(
            (StandardScaler(), columns), remainder="passthrough"
        )
        pipe = make_pipeline(encoder, SequenceWindower(3), LeastSquares())
        fitted = forecaster(pipe, strategy=strategy, future_columns=[0]).fit(X, y)
        assert fitted.estimator_[1].future_columns == expected
    pipe = make_pipeline(PCA(4), SequenceWindower(3), LeastSquares())
    with pytest.warns(UserWarning, match="future_columns lists 0, but no column"):
        forecaster(pipe, strategy=strategy, future_columns=[0]).fit(X, y)


def test_a_function_of_an_array_is_not_known_to_be_one_to_one():
    X, y = table()

    def mixed(cells):
        return np.column_stack([cells[:, 0], cells[:, 0] * cells[:, 1]])

    function = FunctionTransformer(mixed, feature_names_out="one-to-one")
    pipe = make_pipeline(function, SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, future_columns=[0])
    with pytest.warns(UserWarning, match="future_columns lists 0, but no column"):
        one.fit(X.to_numpy()[:, :1], y.to_numpy())
    assert one.estimator_[1].future_columns is None


NOT_SHOWN = {
    "the mean of another column": assign(promo=lambda X: X["promo"] - X["y"].mean()),
    "noise": assign(promo=lambda X: X["promo"] + np.random.normal(size=len(X))),
    "a function that fails with other values": FunctionTransformer(
        lambda X: X if X["wind"].is_monotonic_increasing else None
    ),
}


@pytest.mark.parametrize("name", NOT_SHOWN)
def test_what_may_depend_on_other_columns_is_lost(name):
    X, y = table()
    X["wind"] = np.arange(len(X))
    pipe = make_pipeline(NOT_SHOWN[name], SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, future_columns=["promo"])
    with pytest.warns(UserWarning, match="future_columns lists 'promo', but no column"):
        one.fit(X, y)
    assert one.estimator_[-2].future_columns is None


@pytest.mark.parametrize("value", [0.0, 5, np.uint8(255), True, False, np.float32(0.1)])
def test_what_a_constant_column_changes_is_found(value):
    X, y = table()
    X["same"] = np.full(N, value)
    product = assign(product=lambda X: X["promo"] * X["same"], none=0)
    pipe = make_pipeline(product, StandardScaler(), SequenceWindower(3), LeastSquares())
    for columns, expected in (
        (["promo"], ["promo"]),
        (["same"], ["same"]),
        (["promo", "same"], ["promo", "same", "product"]),
    ):
        one = forecaster(pipe, future_columns=columns).fit(X, y)
        assert one.estimator_[-2].future_columns == expected


@pytest.mark.parametrize("value", ["a", 1.0, True])
def test_an_encoder_that_rejects_other_values_is_no_obstacle(value):
    X, y = table()
    encoder = encode(one_hot(), ["same"], **SAME_NAMES)
    pipe = make_pipeline(encoder, SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, future_columns=["promo"]).fit(X.assign(same=value), y)
    assert one.estimator_[-2].future_columns == ["promo"]


@pytest.mark.parametrize("n_rows", [8, 20])
@pytest.mark.parametrize("row", [0, 3, 7])
def test_a_single_other_value_shows_what_depends_on_it(row, n_rows):
    X, y = table()
    X, y = X[:n_rows].assign(wind=np.arange(n_rows) == row), y[:n_rows]
    step = assign(both=lambda X: X["promo"] + X["wind"])
    pipe = make_pipeline(step, SequenceWindower(2), LeastSquares())
    one = forecaster(pipe, future_columns=["promo"]).fit(X, y)
    assert one.estimator_[-2].future_columns == ["promo"]


def test_columns_of_a_sparse_table_are_followed():
    X, y = table()
    columns = make_column_transformer((OneHotEncoder(), [1]), sparse_threshold=1)
    dense = FunctionTransformer(lambda X: X.toarray(), accept_sparse=True)
    pipe = make_pipeline(columns, dense, SequenceWindower(3), LeastSquares())
    one = forecaster(pipe, future_columns=[0]).fit(X.to_numpy(), y.to_numpy())
    assert one.estimator_[-2].future_columns == [0, 1, 2]
