"""A made-up world on loopback that shows the whole path without a network."""
