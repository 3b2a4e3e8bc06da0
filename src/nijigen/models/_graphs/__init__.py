"""Graphs of networks whose files contain only weights, one module each; uses the graph builder."""
