"""Alerts: who is told what, how it looks, and getting it there."""
