"""The HTTP client of the whole product: guarded, bounded, polite."""
