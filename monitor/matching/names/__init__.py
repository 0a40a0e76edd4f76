"""What an entity is called, how ordinary that is, and how its words stand together."""
