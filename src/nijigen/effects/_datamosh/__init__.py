"""Datamosh: the pixels that motion drags, and the order of key frames and repeats."""
