"""The properties that nothing leaks, and the bugs that each must notice: the table."""

import re
from dataclasses import replace

# i is a row and h the horizon; the window of i ends at row i - h. "Reach" is the
# number of steps from a window's first step to its row.
TABLE = [
    # id, property, planted bugs that break it
    ("P01", "as many predictions as rows, all finite",
     ["warm_up_rows_dropped", "missing_steps_not_filled"]),
    ("P02", "rows from i on do not change the predictions before i + h",
     ["windows_one_row_late", "missing_steps_filled_over_the_table"]),
    ("P03", "rows before i do not change the predictions from i + reach on",
     ["network_keeps_its_state"]),
    ("P04", "a cell changes exactly the predictions whose window contains it",
     ["windows_too_short", "windows_too_long", "windows_one_row_early"]),
    ("P05", "rows after the fitted ones see them, as in one table",
     ["history_not_used"]),
    ("P06", "row by row, each with its past, gives what one call gives",
     ["batch_statistics", "network_keeps_its_state"]),
    ("P07", "predict changes nothing",
     ["history_follows_predict", "scaler_learns_in_transform"]),
    ("P08", "fit on the rows before i does not depend on later ones",
     ["features_scaled_before_the_split", "target_scaled_before_the_split"]),
    ("P09", "X, y and weights are neither changed nor stored, and may be read-only",
     ["features_scaled_in_place", "target_scaled_in_place",
      "weights_scaled_in_place", "history_is_a_view"]),
    ("P10", "lags planted on all steps of the window are found exactly",
     ["target_one_row_late", "windows_one_row_early", "windows_too_short",
      "missing_steps_filled_over_the_table", "future_columns_not_aligned"]),
    ("P11", "what is planted after the window's end is not found",
     ["windows_one_row_late"]),
    ("P12", "one series has no effect on another one",
     ["gaps_ignored", "history_joined_across_a_gap", "history_kept_by_the_class"]),
    ("P13", "predictions follow a change of the target's units",
     ["inverse_forgets_the_offset", "predictions_left_scaled"]),
    ("P14", "predictions do not depend on the features' units",
     ["one_range_for_all_columns"]),
    ("P15", "other rows put before change no prediction beyond their reach",
     ["network_keeps_its_state", "batch_statistics"]),
    ("P16", "rows put after change no earlier prediction",
     ["scaler_learns_in_transform", "batch_statistics"]),
    ("Q01", "the scaler of a fold has seen the rows trained on, and no others",
     ["scaler_learns_in_transform"]),
    ("Q02", "a fold gives what a fit by hand gives, in any order; so does a search",
     ["global_random_numbers"]),
    ("Q03", "test rows, features and target, change no weight of their fold",
     ["target_shifted_before_the_split", "folds_scaled_before_the_split"]),
    ("Q04", "the target's value at a row is in no window of that row",
     ["windows_one_row_late"]),
    ("Q05", "rows with incomplete windows are left out of fit",
     ["incomplete_windows_trained_on", "missing_steps_filled_over_the_table"]),
    ("Q06", "history goes only before rows that come after it",
     ["history_put_before_any_rows"]),
    ("Q07", "unsorted rows raise; those that a shuffled split left out are missing",
     ["unsorted_rows_sorted", "gaps_ignored"]),
    ("Q08", "across a gap steps are missing, or joined if gaps are ignored",
     ["gaps_ignored", "history_joined_across_a_gap"]),
    ("Q09", "early stopping looks at the latest usable windows of the fitted rows",
     ["validation_part_at_random", "stopped_on_the_test_rows"]),
    ("Q10", "the container of the numbers does not matter",
     ["memory_order_followed"]),
    ("Q11", "a shift of time or another time zone changes nothing",
     ["wall_time_of_the_zone"]),
    ("Q12", "the same seed gives the same weights, another seed others",
     ["global_random_numbers", "seed_ignored"]),
    ("Q13", "a pickled pipeline predicts the same",
     ["history_not_pickled"]),
    ("Q14", "score is R2 in the target's units",
     ["scored_in_scaled_units"]),
    ("Q15", "rows may be predicted in blocks of any size",
     ["batch_statistics", "rest_of_the_batches_lost"]),
]  # fmt: skip

WORDS = {name: words for name, words, _ in TABLE}
PLANTED = [(name, bug) for name, _, bugs in TABLE for bug in bugs]
CHECKS, BUGS = {}, {}


def property_(name):
    """Enter a check into `CHECKS`."""

    def enter(check):
        CHECKS[name] = check
        return check

    return enter


def bug(plant):
    """Enter a planted bug into `BUGS`: a function (subject, monkeypatch) -> subject."""
    BUGS[plant.__name__] = plant
    return plant


def bug_in(part):
    """Enter a faulty windower, scaler, regressor or experiment into `BUGS`."""

    def enter(faulty):
        def plant(subject, patch):
            if part == "experiment":
                return faulty(**vars(subject))
            made = faulty("tanh") if part == "regressor" else faulty
            return replace(subject, **{part: made})

        words = re.findall("[A-Z][a-z]*", faulty.__name__)
        BUGS["_".join(words).lower()] = plant
        return faulty

    return enter
