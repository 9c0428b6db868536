"""Lists of places to a compiled index, and names looked up in it."""
