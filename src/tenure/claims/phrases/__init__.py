"""Noun phrases read as actors and places, and who speaks."""
