"""The sentence as a tree: parsed, mended, its event words and who fills their slots."""
