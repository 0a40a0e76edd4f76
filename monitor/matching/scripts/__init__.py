"""Names that are met in another script than they are watched in."""
