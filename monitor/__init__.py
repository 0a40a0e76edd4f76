"""Watches the news for the people, groups and institutions its users name."""

__version__ = "0.1.0"
