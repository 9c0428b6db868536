"""Claims in languages without a parsing model: a pack of words and one shallow reader for each family of grammar.

Reading order: folding, packs, scripts, mentions (cased, uncased), clauses, speech, days, counts, reading.
"""
