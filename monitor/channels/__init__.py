"""Channels: opening a service, sending to it, and telling what came of it."""
