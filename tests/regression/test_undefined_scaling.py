"""Target scalers that return NaN or infinity: the error names value and remedy."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, PowerTransformer, StandardScaler
from small_series import quick

from skseq import SequenceWindower, TargetAwareMinMaxScaler
from skseq._regression.targets.scaling import scale_targets, unscale_targets

pytestmark = [
    # Permanent: scikit-learn and NumPy warn of the NaN that is an error here.
    pytest.mark.filterwarnings("ignore:Some values in column 0 of the inverse"),
    pytest.mark.filterwarnings("ignore:(invalid value|divide by zero|overflow)"),
]

LOG = FunctionTransformer(np.log, np.exp, check_inverse=False)
ROOT = FunctionTransformer(np.sqrt, np.square, check_inverse=False)
BOUNDED = FunctionTransformer(
    lambda y: -np.expm1(-y / 50), lambda scaled: -50 * np.log1p(-scaled)
)


def bent(seed=6):
    """Make negative values that PowerTransformer maps to a bounded range."""
    return -np.exp(np.random.default_rng(seed).normal(size=300)[200:].cumsum() / 3)


UNDEFINED = {
    "logarithm of zero": (LOG, [1.0, 0.0, 2.0], r"1 of 3 .* first is 0, which .* -inf"),
    "negative": (LOG, [1.0, 2.5, -3.5, -1.0], r"2 of 4 .* is -3\.5, which became nan"),
    "root": (ROOT, [-4.0], r"1 of 1 finite value it .* is -4, which became nan"),
}


@pytest.mark.parametrize(("scaler", "y", "match"), UNDEFINED.values(), ids=UNDEFINED)
def test_values_that_cannot_be_scaled(scaler, y, match):
    match = rf"target_scaler\.transform must .*{match}.*not defined for.*Shift y first"
    with pytest.raises(ValueError, match=match) as caught:
        scale_targets(scaler, np.array(y).reshape(-1, 1))
    assert "rows and columns" not in str(caught.value)


OUTSIDE = {
    "power": (PowerTransformer().fit(bent().reshape(-1, 1)), [0.0, -1e9, 0.0]),
    "bounded": (BOUNDED, [0.5, 2.0, 0.0]),
    "exponential": (LOG, [1.0, 1e5, 2.0]),
}


@pytest.mark.parametrize(("scaler", "scaled"), OUTSIDE.values(), ids=OUTSIDE)
def test_numbers_that_no_target_belongs_to(scaler, scaled):
    match = (
        r"target_scaler\.inverse_transform must .*1 of 3 finite values.* first is "
        rf"{scaled[1]:.6g}, which became (nan|inf)".replace("+", r"\+")
        + r".*predictions.*bounded range.*defined for all numbers"
    )
    with pytest.raises(ValueError, match=match) as caught:
        unscale_targets(scaler, np.array(scaled).reshape(-1, 1))
    assert "rows and columns" not in str(caught.value)


def test_another_shape_has_its_own_advice():
    only = FunctionTransformer(lambda y: y[:1])
    with pytest.raises(
        ValueError, match="returned float64 of shape .*rows and columns"
    ):
        scale_targets(only, np.ones((3, 1)))


LOGIT = FunctionTransformer(
    lambda y: np.log(y / (100 - y)),
    lambda scaled: 100 / (1 + np.exp(-scaled)),
    check_inverse=False,
)
DOMAINS = {
    "log": (LOG, [0.0, -0.5, -40.0, -1000.0]),
    "root": (ROOT, [-0.5, -40.0, -1000.0]),
    "logit": (LOGIT, [0.0, 100.0, 101.0, 140.0, 1000.0, -0.5, -40.0, -1000.0]),
}


@pytest.mark.parametrize(
    ("scaler", "value"),
    [(scaler, value) for scaler, values in DOMAINS.values() for value in values],
)
@pytest.mark.parametrize("scaled", [False, True])
def test_the_error_names_a_value_of_the_data(scaler, value, scaled):
    y = 30 + 40 * np.random.default_rng(0).random(80)
    regressor = quick(target_scaler=scaler)
    steps = [TargetAwareMinMaxScaler()] if scaled else []
    pipe = make_pipeline(*steps, SequenceWindower(4), regressor)
    pipe.fit(y[:60, np.newaxis], y[:60])
    later = y[60:, np.newaxis].copy()
    later[[8, 12]] = value
    # The windows of 4 rows before the 20 rows contain 23 rows.
    match = rf"for 2 of 23 finite values .* the first is {value:g}, which became"
    with pytest.raises(ValueError, match=match):
        pipe.predict(later)


@pytest.mark.filterwarnings("ignore::skseq.exceptions.RangeWarning")
def test_a_prediction_outside_of_a_power():
    y = bent()
    X = np.column_stack([y, np.random.default_rng(0).normal(size=len(y))])
    far = X + 10 * np.abs(X)
    pipe = make_pipeline(SequenceWindower(4), quick(target_scaler=StandardScaler()))
    assert np.isfinite(pipe.fit(X, y).predict(far)).all()
    pipe[-1].set_params(target_scaler=PowerTransformer())
    with pytest.raises(ValueError, match="inverse_transform must .*predictions"):
        pipe.fit(X, y).predict(far)
