"""TensorFlow Lite: reads ``.tflite`` files and writes the same networks as ONNX graphs.

Uses the writers of graphs one folder up and nothing else of the models.
"""

from nijigen.models._tflite.network import convert

__all__ = ["convert"]
