"""The map: a page and its parts."""
