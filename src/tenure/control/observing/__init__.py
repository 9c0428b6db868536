"""Claims and placements to rows of evidence: which count, and which repeat others."""
