"""Filled slots to drafts of claims: one module a family of frames."""
