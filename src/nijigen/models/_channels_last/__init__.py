"""Networks whose pictures are ``(n, h, w, channels)``, as ONNX graphs of ``(n, channels, h, w)``.

TensorFlow's formats keep the channels last, ONNX first. Nothing is turned around while the network
runs: whatever has four axes is kept in the order of ONNX from the input to the outputs, and every
operator here is written for that. Only where the axes of a picture are melted into others, as
``reshape`` does, the order of the source is restored before.

Uses the writer of graphs one folder up and nothing else of the models.
"""
