"""Duplicates: copies of one picture among all, and which of them to keep.

`candidates` proposes pairs by their signatures, `groups` compares these and joins them, `keeper`
chooses, `report` shows the result as a page.
"""
