"""The layered document and the settings of coloring; imports _flats, _palettes and below."""
