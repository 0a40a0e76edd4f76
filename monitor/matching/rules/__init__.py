"""Whether what was proposed is a mention, and in which sense an ambiguous one is meant."""
