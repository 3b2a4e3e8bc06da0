"""TensorFlow Lite: convert ``.tflite`` files to ONNX graphs.

Depends only on the graph writers in the parent package.
"""

from nijigen.models._tflite.network import convert

__all__ = ["convert"]
