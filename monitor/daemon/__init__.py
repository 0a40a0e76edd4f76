"""The process: putting it together, what runs when, and how it comes to an end."""
