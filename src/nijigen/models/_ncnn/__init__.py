"""ncnn: networks read from their param and bin files."""
