"""Light and shadow on flats, transitions, colored lines; imports _document, _regions and below."""
