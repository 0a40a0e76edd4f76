"""Boolean queries: their language, what holds of a text, and what an index proposes for one."""
