"""What proposes where a watched name may stand: an automaton, and an index of names by words."""
