"""What the command line asks for, and whatever else will, answered with types."""
