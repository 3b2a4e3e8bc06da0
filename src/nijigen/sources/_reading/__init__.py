"""What every source has in common: how it is named, asked and written down.

May import the rooms of sites and dumps only when a source is opened.
"""
