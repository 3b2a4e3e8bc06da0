"""Graphs of networks whose files hold weights alone, a module each; imports the graph builder."""
