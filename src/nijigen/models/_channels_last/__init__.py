"""Convert channels-last networks, ``(n, h, w, channels)``, to channels-first ONNX graphs.

TensorFlow's formats have channels last, ONNX has them first. To avoid transposes at run time, every
tensor with four axes is kept in ONNX order from the inputs to the outputs, and every operator here
is written for that. Only operators that merge the axes of a picture, such as ``reshape``, restore
the source's order first.

Depends only on the graph writer in the parent package.
"""
