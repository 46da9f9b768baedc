"""SearchHeatmapDisplay: each cell is the mean score of its two values."""

import numpy as np
import pytest
from drawn_data import labels_in, make_values
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import make_pipeline

from skseq import NaiveRegressor, SequenceWindower
from skseq.displays import SearchHeatmapDisplay
from skseq.model_selection import ForecastSplit

STEPS, STRATEGY = "sequencewindower__time_steps", "naiveregressor__strategy"
GRID = {STEPS: [2, 4, 8], STRATEGY: ["mean", "last"]}
MAE = "neg_mean_absolute_error"


def make_search(grid=GRID, kind=GridSearchCV, scoring=MAE, **options):
    pipe = make_pipeline(SequenceWindower(), NaiveRegressor(season_length=4))
    cv = ForecastSplit(2, horizon=3, time_steps=8)
    y = make_values()
    return kind(pipe, grid, cv=cv, scoring=scoring, **options).fit(y.to_frame(), y)


def draw(search, x=STEPS, y=STRATEGY, **options):
    return SearchHeatmapDisplay.from_estimator(search, x=x, y=y, **options)


def test_cells_are_scores():
    search = make_search()
    display = draw(search)
    assert display.x_values == [2, 4, 8]
    assert display.y_values == ["last", "mean"]
    results = search.cv_results_
    for params, score in zip(
        results["params"], results["mean_test_score"], strict=True
    ):
        cell = (
            display.y_values.index(params[STRATEGY]),
            display.x_values.index(params[STEPS]),
        )
        assert display.scores[cell] == -score
    np.testing.assert_array_equal(display.image_.get_array(), display.scores)
    line, column = display.best
    assert display.y_values[line] == search.best_params_[STRATEGY]
    assert display.scores[display.best] == display.scores.min() == -search.best_score_
    assert display.best_marker_.get_xy() == (column - 0.5, line - 0.5)
    assert display.score_name == display.colorbar_.ax.get_ylabel()
    assert display.score_name == "mean absolute error"
    assert [t.get_text() for t in display.ax_.get_xticklabels()] == ["2", "4", "8"]
    assert [t.get_text() for t in display.ax_.get_yticklabels()] == ["last", "mean"]
    display.figure_.draw_without_rendering()


def test_numbers_are_in_their_cells_and_can_be_left_out():
    display = draw(make_search(), values_format=".2f")
    assert len(display.texts_) == 6
    for text in display.texts_:
        column, line = text.get_position()
        assert text.get_text() == f"{display.scores[line, column]:.2f}"
    display.plot(values_format=None, colorbar=False)
    assert display.texts_ == []
    assert display.colorbar_ is None


@pytest.mark.parametrize(
    ("scores", "best", "texts"),
    [
        ([14.94, 15.02, 30.2], 0, ["14.9", "15.0", "30.2"]),
        ([0.00031, -0.5, 0.912], 2, ["0.000", "\N{MINUS SIGN}0.500", "0.912"]),
        ([0.0, 2.0, 100.0], 0, ["0.00", "2.00", "100.00"]),
        ([1234.5, 99.0, np.nan], 0, ["1,234", "99"]),
        ([1e-9, 1.0, 2.0], 0, ["1e\N{MINUS SIGN}09", "1", "2"]),
        ([3.0, 3.14159, 2.5], None, ["3.00", "3.14", "2.50"]),
        ([10_274_471.0, 12_345_678.0, 9e5], 2, ["10.274", "12.346", "0.900"]),
        ([2.5e9, 3e9, 4e9], 0, ["2.50", "3.00", "4.00"]),
        ([2.5e-5, 3e-5, 4e-5], 0, ["25.0", "30.0", "40.0"]),
        ([np.nan, np.nan, np.nan], None, []),
    ],
)
def test_scores_have_the_same_number_of_decimals(scores, best, texts):
    options = {"x_values": [1, 2, 3], "y_values": [1], "x": "a", "y": "b"}
    at = None if best is None else (0, best)
    display = SearchHeatmapDisplay(scores=np.array([scores]), best=at, **options).plot()
    assert [text.get_text() for text in display.texts_] == texts


@pytest.mark.parametrize(
    ("scale", "label"), [(1e6, " (in 1e6)"), (1e-5, " (in 1e-6)"), (1e3, "")]
)
def test_cells_and_colour_bar_show_the_same_numbers(scale, label):
    scores = scale * np.array([[5.0, 6.0, 7.0]])
    options = {"x_values": [1, 2, 3], "y_values": [1], "x": "a", "y": "b"}
    display = SearchHeatmapDisplay(scores=scores, score_name="error", **options).plot()
    display.figure_.draw_without_rendering()
    bar = display.colorbar_.ax
    assert bar.get_ylabel() == f"error{label}"
    ticks, cells = numbers_in(bar.get_yticklabels()), numbers_in(display.texts_)
    assert min(ticks) <= cells[0] < cells[2] <= max(ticks)
    assert not label or not bar.yaxis.get_offset_text().get_visible()
    # Where no colour bar can name the power of ten, cells do.
    display.plot(colorbar=False)
    np.testing.assert_allclose(numbers_in(display.texts_), scores[0])
    display.plot(im_kwargs={"norm": "log"})
    assert display.colorbar_.ax.get_ylabel() == "error"


def numbers_in(texts):
    plain = str.maketrans({",": "", "\N{MINUS SIGN}": "-"})
    return [float(text.get_text().translate(plain)) for text in texts]


@pytest.mark.sample(2)
@pytest.mark.parametrize("largest", [9.0, 1e12])
@pytest.mark.parametrize("shape", [(1, 3), (3, 9), (1, 40), (40, 1)])
def test_numbers_are_inside_of_their_cells_or_left_out(shape, largest):
    scores = -np.linspace(1, largest, np.prod(shape)).reshape(shape)
    options = {"x_values": [*range(shape[1])], "y_values": [*range(shape[0])]}
    display = SearchHeatmapDisplay(scores=scores, x="a", y="b", **options).plot()
    display.figure_.draw_without_rendering()
    cell = display.ax_.bbox.size / shape[::-1]
    sizes = [text.get_window_extent().size for text in display.texts_]
    assert all((size <= cell).all() for size in sizes)
    expected = {3: [3], 27: [0, 27], 40: [0]}
    assert len(sizes) in expected[scores.size]


def test_scores_keep_their_sign_unless_they_are_negated_errors():
    search = make_search()
    assert (draw(search, negate_score=False).scores < 0).all()
    assert draw(search, negate_score=False).score_name == "neg mean absolute error"
    r2 = make_search(scoring="r2")
    scores = r2.cv_results_["mean_test_score"]
    assert draw(r2).scores.max() == scores.max()
    assert draw(r2).score_name == "r2"


def test_of_several_metrics_one_is_chosen():
    scoring = {"mae": MAE, "r2": "r2"}
    search = make_search(scoring=scoring, refit="mae")
    display = draw(search, metric="mae")
    assert display.scores.min() == -search.cv_results_["mean_test_mae"].max()
    assert display.score_name == "mean absolute error"
    with pytest.raises(ValueError, match="got 'score'. Choose from 'mae', 'r2'"):
        draw(search)


def test_cells_show_the_best_over_other_parameters():
    grid = GRID | {"naiveregressor__season_length": [1, 2], STRATEGY: ["seasonal"]}
    search = make_search(grid)
    of_grid = search.cv_results_["mean_test_score"].reshape(2, 3)
    display = draw(search, y="naiveregressor__season_length")
    np.testing.assert_array_equal(display.scores, -of_grid)
    display = draw(search)
    np.testing.assert_array_equal(display.scores, -of_grid.max(axis=0, keepdims=True))


def test_cells_that_were_not_searched_are_empty():
    search = make_search(kind=RandomizedSearchCV, n_iter=4, random_state=0)
    display = draw(search)
    assert np.isnan(display.scores).sum() == 2
    assert len(display.texts_) == 4
    pairs = make_search([{STEPS: [2, 4]}, {STRATEGY: ["mean"], STEPS: [8]}])
    display = draw(pairs)
    assert display.y_values == ["-", "mean"]
    assert np.isnan(display.scores).tolist() == [
        [False, False, True],
        [True, True, False],
    ]


@pytest.mark.filterwarnings("ignore:Scoring failed", "ignore:One or more of the test")
def test_failed_fits_are_named_and_the_best_pair_is_in_the_legend():
    def fails_for_last(estimator, X, y):
        if estimator[-1].strategy == "last":
            raise ValueError("no score")
        return -np.abs(estimator.predict(X) - y).mean()

    search = make_search(scoring=fails_for_last)
    display = draw(search)
    is_last = [strategy == "last" for strategy in display.y_values]
    assert display.failed.any(axis=1).tolist() == is_last
    failed = [t.get_position() for t in display.texts_ if t.get_text() == "failed"]
    line = display.y_values.index("last")
    assert failed == [(column, line) for column in range(3)]
    assert labels_in(display.figure_) == ["best"]
    pairs = make_search([{STEPS: [2, 4]}, {STRATEGY: ["mean"], STEPS: [8]}])
    assert not draw(pairs).failed.any()  # pairs that were not searched


def test_values_that_cannot_be_sorted_are_in_the_order_of_the_search():
    display = draw(
        make_search(
            GRID | {STRATEGY: ["mean"], "sequencewindower__history": ["auto", None]}
        ),
        y="sequencewindower__history",
    )
    assert display.y_values == ["auto", None]
    assert display.scores.shape == (2, 3)


def test_errors_of_searches():
    search = make_search()
    with pytest.raises(
        TypeError, match="needs a fitted search.*Pipeline has no cv_res"
    ):
        draw(search.best_estimator_)
    with pytest.raises(
        ValueError, match="y must be a parameter.*got 'units'.*time_ste"
    ):
        draw(search, y="units")
    with pytest.raises(ValueError, match="two parameters, but both are 'sequence"):
        draw(search, y=STEPS)
