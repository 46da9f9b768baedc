"""A Bunch of arrays whose repr shows shapes, because the numbers would fill pages."""

from sklearn.utils import Bunch


class ArrayBunch(Bunch):
    """Named arrays, shown by their shapes."""

    def __repr__(self):
        width = max(map(len, self), default=0)
        lines = [f"  {name:{width}}  {_describe(self[name])}" for name in self]
        return "\n".join([f"{type(self).__name__} with", *lines])


def _describe(value):
    """Return the shape of an array, or the class of a value that is none."""
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else f"array of shape {shape}"
