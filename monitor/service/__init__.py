"""Putting the steps together and running them."""
