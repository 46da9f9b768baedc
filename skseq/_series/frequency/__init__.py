"""The frequency of an index: declared or inferred, and able to continue the index."""

from skseq._series.frequency.frequency import Frequency
from skseq._series.frequency.search import find_frequency

__all__ = ["Frequency", "find_frequency"]
