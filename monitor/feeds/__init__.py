"""Feeds: what their documents say, what is new in it, and when to poll next."""
