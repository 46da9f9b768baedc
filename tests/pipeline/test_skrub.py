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
    forecasts = []
    for step in (encoder(), FunctionTransformer(lambda table: by_hand(table.index))):
        encode = make_column_transformer(
            (step, "date"),
            remainder="passthrough",
            verbose_feature_names_out=False,
        ).set_output(transform="pandas")
        forecaster = SequenceForecaster(
            make_pipeline(encode, make_pipe()), horizon=2, future_columns=["date"]
        )
        forecaster.fit(dates[:60], frames.y_train)
        forecasts.append(forecaster.forecast(X_future=dates))
        moved = dates.assign(date=dates["date"] + pd.DateOffset(months=5))
        is_read = not forecasts[-1].equals(forecaster.forecast(X_future=moved))
        assert is_read or isinstance(step, FunctionTransformer)  # reads the index
    pd.testing.assert_series_equal(*forecasts)
