"""Flat colors: hints in, a color for every region out; imports _regions, core and imaging."""
