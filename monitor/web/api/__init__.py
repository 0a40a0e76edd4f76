"""What the page shows, as JSON for programs; and what programs read by themselves."""
