"""Where the packages of an extra are not installed, its doctests are left out."""

from importlib.util import find_spec

has_onnx = find_spec("onnx") and find_spec("onnxruntime")
collect_ignore = [] if has_onnx else ["skseq/export/_to_onnx.py"]
