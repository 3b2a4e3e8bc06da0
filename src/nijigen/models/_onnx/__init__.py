"""ONNX: graphs as they are built, hashed, kept converted, and made of 8 bits."""
