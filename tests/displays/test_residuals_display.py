"""ResidualsDisplay: residuals and their autocorrelation, as statsmodels computes it."""

import numpy as np
import pandas as pd
import pytest
from drawn_data import INDEXES, height_of, make_panel, make_values, times_of
from sklearn.linear_model import Ridge

from skseq.displays import ResidualsDisplay
from skseq.displays._autocorrelation import autocorrelation, white_noise_bound


def lags_drawn(display):
    """Return the lags and the heights of the bars."""
    ends = np.array(
        [segment[1] for segment in display.autocorrelation_bars_.get_segments()]
    )
    return ends.T


@pytest.mark.parametrize("kind", [*INDEXES, "array"])
def test_residuals_and_their_autocorrelation(kind):
    stattools = pytest.importorskip("statsmodels.tsa.stattools")
    y = make_values(kind)
    y_pred = np.cos(np.arange(60.0))
    display = ResidualsDisplay.from_predictions(y, y_pred, n_lags=20)
    np.testing.assert_array_equal(height_of(display.residuals_line_), y - y_pred)
    expected = stattools.acf(np.asarray(y - y_pred), nlags=20)[1:]
    np.testing.assert_allclose(display.autocorrelation_, expected)
    lags, heights = lags_drawn(display)
    np.testing.assert_array_equal(lags, np.arange(1, 21))
    np.testing.assert_allclose(heights, expected)
    assert len(display.ax_) == 2
    display.figure_.draw_without_rendering()


def test_lags_are_steps_of_time_if_rows_are_missing():
    y = make_values()
    gaps = y.drop(y.index[[7, 8, 30]])
    complete = (gaps - gaps.mean()).reindex(y.index).fillna(0.0).to_numpy()
    squares = (complete**2).sum()
    expected = [(complete[k:] * complete[:-k]).sum() / squares for k in range(1, 9)]
    np.testing.assert_allclose(autocorrelation(gaps, 8), expected)
    # A missing prediction is a missing row, too.
    y_pred = pd.Series(0.0, y.index)
    y_pred.iloc[[7, 8, 30]] = np.nan
    display = ResidualsDisplay.from_predictions(y, y_pred, n_lags=8)
    np.testing.assert_allclose(display.autocorrelation_, expected)
    assert len(height_of(display.residuals_line_)) == 57


def test_the_band_contains_about_95_percent_of_white_noise():
    rng = np.random.default_rng(0)
    n_rows, n_series = 400, 60
    bound = white_noise_bound(n_rows)
    found = [
        autocorrelation(pd.Series(rng.normal(size=n_rows)), 10) for _ in range(n_series)
    ]
    # The standard error of a rate of 95 % in 600 correlations is 0.9 %.
    assert np.mean(np.abs(found) < bound) == pytest.approx(0.95, abs=0.027)


def test_the_band_is_drawn_at_its_bounds():
    y = make_values()
    display = ResidualsDisplay.from_predictions(y, np.zeros(60), kind="autocorrelation")
    bound = 1.96 / np.sqrt(60)
    lower = display.band_.get_y()
    assert lower == pytest.approx(-bound, rel=1e-4)
    assert lower + display.band_.get_height() == pytest.approx(bound, rel=1e-4)
    assert display.residuals_line_ is None
    assert display.ax_.get_xlabel() == "lag (steps)"


def test_each_kind_alone():
    y = make_values()
    display = ResidualsDisplay.from_predictions(y, np.zeros(60), kind="time")
    assert list(times_of(display.residuals_line_)) == list(y.index)
    assert display.autocorrelation_ is None
    assert not isinstance(display.ax_, np.ndarray)


def test_two_panels_for_each_series():
    y = make_panel()
    display = ResidualsDisplay.from_predictions(y, y * 0, n_lags=3)
    assert len(display.ax_) == 6
    titles = [ax.get_title() for ax in display.ax_]
    assert titles == [f"shop {k}" for k in (0, 0, 1, 1, 2, 2)]
    for number in range(3):
        of_series = y[f"shop {number}"]
        drawn = height_of(display.residuals_line_[number])
        np.testing.assert_array_equal(drawn, of_series)
        np.testing.assert_allclose(
            display.autocorrelation_[number], autocorrelation(of_series, 3)
        )


def test_from_estimator():
    y = make_values()
    X = y.to_frame()
    ridge = Ridge(alpha=100).fit(X, y)
    display = ResidualsDisplay.from_estimator(ridge, X, y)
    np.testing.assert_allclose(display.residuals, y - ridge.predict(X))


def test_one_of_several_targets():
    y = pd.DataFrame({"a": make_values(), "b": make_values() ** 2})
    of_names = ResidualsDisplay.from_predictions(y, y * 0, target="b")
    of_places = ResidualsDisplay.from_predictions(y, y.to_numpy() * 0, target="b")
    for display in (of_names, of_places):
        np.testing.assert_array_equal(height_of(display.residuals_line_), y["b"])
    swapped = y[["b", "a"]]
    display = ResidualsDisplay.from_predictions(y, swapped, target="b")
    assert not height_of(display.residuals_line_).any()


@pytest.mark.parametrize(("n_rows", "expected"), [(60, 17), (20, 9), (5, 2), (3, 1)])
def test_the_number_of_lags(n_rows, expected):
    y = make_values(n=n_rows)
    display = ResidualsDisplay.from_predictions(y, y * 0)
    assert len(display.autocorrelation_) == expected


def test_residuals_that_are_all_equal_have_no_autocorrelation():
    y = make_values()
    display = ResidualsDisplay.from_predictions(y, y - 1.0, n_lags=3)
    display.residuals[:] = 1.0
    display.plot(n_lags=3)
    assert np.isnan(display.autocorrelation_).all()
    display.figure_.draw_without_rendering()


def test_errors_of_residuals():
    y = make_values()
    draw = ResidualsDisplay.from_predictions
    with pytest.raises(ValueError, match="kind must be one of 'both'.*got 'acf'"):
        draw(y, y, kind="acf")
    labels = [*y.index[:-1], y.index[-1] + pd.Timedelta("3D")]
    late = pd.Series(y.to_numpy(), labels)
    with pytest.raises(ValueError, match='lags.*cannot be counted.*MS.*kind="time"'):
        draw(late, late)
    draw(late, late, kind="time")
    for n_lags in (0, 60, 2.5, "all"):
        with pytest.raises(ValueError, match='n_lags must be "auto" or.*1 to 59'):
            draw(y, y, n_lags=n_lags)
    with pytest.raises(ValueError, match="at least 3 values.*got 2"):
        draw(y[:2], y[:2])
    short = make_panel(1)[:2]
    with pytest.raises(ValueError, match="residuals of series 'shop 0' must have"):
        draw(short, short)
