"""An integer in ``future_columns``: the position of one column, a label of another."""

import numpy as np
import pandas as pd
import pytest
from series_to_forecast import forecaster, linear_pipe, months, walk


@pytest.mark.parametrize("labels", [(1, 2, 3), (0, 2, 1), (5, 6, 7)])
@pytest.mark.parametrize("entry", [0, 1, np.int64(2), -1])
def test_only_an_integer_that_means_two_columns_is_an_error(labels, entry):
    X = pd.DataFrame(walk(120).to_numpy().reshape(40, 3), months(40), columns=labels)
    y = walk(40)
    one = forecaster(linear_pipe(), future_columns=[entry])
    if entry in labels and labels[entry] != entry:
        with pytest.raises(ValueError, match=rf"is called {entry}\. Rename"):
            one.fit(X, y)
    else:
        one.fit(X, y)
    one.fit(X.to_numpy(), y)
