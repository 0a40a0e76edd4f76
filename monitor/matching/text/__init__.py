"""Text as it is matched: folded, cut into words and sentences, and what those sound like."""
