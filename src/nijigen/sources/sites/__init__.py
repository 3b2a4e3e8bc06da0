"""Sites: a file for each, with its hosts, limits, meaning of ratings and names of its keys."""
