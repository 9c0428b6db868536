"""Files in every format, each from the same tables."""
