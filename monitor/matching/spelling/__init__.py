"""How one word is written otherwise: its cases, its sounds, its letters in another script."""
