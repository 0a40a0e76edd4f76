"""The page: what came in, is it real, is the watch well; served by the daemon."""
