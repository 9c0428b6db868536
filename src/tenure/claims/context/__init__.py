"""Drafts of a sentence and of a report seen together, and recorded as claims."""
