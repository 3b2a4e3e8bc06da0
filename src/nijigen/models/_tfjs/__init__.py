"""TensorFlow.js: convert layers models and graph models to ONNX graphs.

Depends only on the graph writers in the parent package.
"""

from nijigen.models._tfjs.network import convert

__all__ = ["convert"]
