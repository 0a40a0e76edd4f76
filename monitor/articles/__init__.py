"""Articles: the main text of a page, and addresses that stay the same."""
