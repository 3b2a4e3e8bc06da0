"""Pictures and metadata from elsewhere: booru sites, dumps of them and research data sets.

Every source says what it knows as :class:`~nijigen.core.posts.post.Post`. ``sites`` has a file for
each site, ``dumps`` reads copies of a site's metadata, ``datasets`` reads research data sets.
"""
