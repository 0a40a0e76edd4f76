"""Deliveries: the outbox, from what is to be told to what was."""
