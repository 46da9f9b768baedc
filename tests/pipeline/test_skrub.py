"""skrub's encoders before a windower: the same windows as columns made by hand."""

import numpy as np
import pandas as pd
import pytest
from pipelines import make_pipe
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skseq import SequenceForecaster

skrub = pytest.importorskip("skrub")


def encoder():
    return skrub.DatetimeEncoder(
        resolution="month", add_total_seconds=False, periodic_encoding=None
    )


def by_hand(index):
    months = {"date_year": index.year, "date_month": index.month}
    return pd.DataFrame(months, index, dtype=np.float32)


def test_a_table_vectorizer_keeps_rows_and_times(frames):
    dated, expected = (
        frames.X.join(columns)
        for columns in (frames.X.index.to_frame(name="date"), by_hand(frames.X.index))
    )
    vectorizer = skrub.TableVectorizer(datetime=encoder())
    pipe = make_pipeline(vectorizer, make_pipe())
    found = pipe.fit(dated[:60], frames.y_train).predict(dated[60:])
    # TableVectorizer rounds to float32, and so does the table to compare with.
    plain = expected.astype(np.float32)
    by_columns = make_pipe().fit(plain[:60], frames.y_train).predict(plain[60:])
    np.testing.assert_array_equal(found, by_columns)


def test_encoded_dates_of_the_future_are_known_in_advance(frames):
    dates = frames.X.index.to_frame(name="date")

    def fitted(step, future_columns):
        encode = make_column_transformer(
            (step, "date"),
            remainder="passthrough",
            verbose_feature_names_out=False,
        ).set_output(transform="pandas")
        pipe = make_pipeline(encode, make_pipe())
        forecaster = SequenceForecaster(pipe, horizon=2, future_columns=future_columns)
        return forecaster.fit(dates[:60], frames.y_train)

    calendar = FunctionTransformer(lambda table: by_hand(table.index))
    expected = fitted(calendar, ["date_year", "date_month"]).forecast()
    forecaster = fitted(encoder(), ["date"])
    found = forecaster.forecast(X_future=dates)
    pd.testing.assert_series_equal(found, expected)
    moved = dates.assign(date=dates["date"] + pd.DateOffset(months=5))
    assert not found.equals(forecaster.forecast(X_future=moved))
