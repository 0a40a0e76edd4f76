"""Matching: who an article is about, where, and how sure we are."""
