"""Give a table the container of another: a frame of pandas or polars, or an array."""

from sklearn.utils._set_output import _get_container_adapter

from skseq._series.index import is_pandas


def in_chosen_container(transformer, X, array):
    """Convert what was computed from X to the container chosen by ``set_output``."""
    adapter = _get_container_adapter("transform", transformer)
    if adapter is None or array.ndim == 3:
        return in_container_of(transformer, X, array)
    return adapter.create_container(array, X, transformer.get_feature_names_out)


def in_container_of(transformer, X, array):
    """Convert an array to a frame like X, if X is one and the user chose no arrays."""
    chosen = getattr(transformer, "_sklearn_output_config", {}).get("transform")
    if chosen == "default":
        return array
    if is_pandas(X):
        import pandas as pd

        frame = pd.DataFrame(array, index=X.index, columns=X.columns)
        # The constructor of a subclass may take other arguments; pandas' own
        # `_constructor` does not.
        is_subclass = type(X) is not pd.DataFrame
        return X._constructor(frame) if is_subclass else frame
    if type(X).__module__.partition(".")[0] == "polars":
        return type(X)(array, schema=X.columns, orient="row")
    return array
