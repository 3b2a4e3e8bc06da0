"""Palettes: colors of pictures extracted, mapped, read and written; imports core and imaging."""
