"""Export of fitted pipelines, to predict without skseq, scikit-learn or Python.

:func:`to_onnx` writes a fitted pipeline, regressor or direct forecaster as an ONNX
model: rows in, predictions in the units of y out.
"""

from skseq.export._to_onnx import to_onnx

__all__ = ["to_onnx"]
