"""Servers that answer clients of other programs from the library: iqdb and trace.moe."""
