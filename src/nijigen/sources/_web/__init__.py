"""The only way to sites: polite, with keys for one host alone, and never into private networks.

May import what a site is; knows nothing of posts. Needs httpx, of the extra ``sources``.
"""
