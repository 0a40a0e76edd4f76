"""The nouns of the product, as plain immutable values, one file a noun.

They carry data between the steps of the pipeline and import nothing of ours. All times are
timezone-aware and in UTC. All text is `str` as a reader would see it: no markup.
"""
