"""Feeds: fetching, parsing, and when to poll next."""
