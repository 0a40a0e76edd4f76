"""Whose institution a mention means, where many countries have one of its name."""
