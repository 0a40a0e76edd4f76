"""The user's configuration: its shape, reading it, watching it."""
