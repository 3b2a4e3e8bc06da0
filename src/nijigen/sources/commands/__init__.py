"""Commands that fetch or write pictures and metadata of sources."""
