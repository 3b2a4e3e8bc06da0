"""TensorFlow.js: reads layers models and graph models and writes them as ONNX graphs.

Uses the writers of graphs one folder up and nothing else of the models.
"""

from nijigen.models._tfjs.network import convert

__all__ = ["convert"]
