"""Books: pages from folders, archives, PDFs and animations, and files made of pages.

Each module reads or writes one kind; imports core and imaging.
"""
