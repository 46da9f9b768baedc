"""The columns that are known in advance."""

from skseq._estimator.plurals import counted
from skseq._validation.numbers import listed
from skseq._validation.positions import position_of, range_of_positions, suggestion
from skseq._validation.tables import column_names


def positions_of_future_columns(windower, X):
    """List the positions of the columns of X that ``future_columns`` names."""
    given = windower.future_columns
    if given is None:
        return []
    if getattr(given, "ndim", 1) != 1:
        raise ValueError(
            "future_columns must be a list of names or positions; got "
            f"{given!r} with {counted(given.ndim, 'dimension')}. Pass a list, such as "
            "['month']."
        )
    labels = column_names(X) or list(range(windower.n_features_in_))
    columns = list(given)
    positions = [position_of(column, labels) for column in columns]
    if None in positions:
        unknown = columns[positions.index(None)]
        # A SequenceForecaster counts positions in X, and passes names if it can.
        is_name = isinstance(unknown, str)
        positions_here = "" if is_name else range_of_positions(labels)
        raise ValueError(
            "future_columns must be names or positions of the columns that "
            f"SequenceWindower gets, which are {listed(labels, most=20)}; got "
            f"{unknown!r}. {suggestion(unknown, labels)}{positions_here}If earlier "
            'steps of a Pipeline drop the names, call set_output(transform="pandas").'
        )
    return positions
