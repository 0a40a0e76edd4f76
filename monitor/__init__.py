"""Watches the news for the people, groups and institutions its users name."""

__version__ = "1.0.0"
