"""The situation report: blocks, pictures and its two forms."""
