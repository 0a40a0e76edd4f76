"""Alerts: who is told what, when, and what goes out together. Policy, and all of it pure."""
