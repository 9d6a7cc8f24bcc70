"""Reading files of other systems: from bytes to typed values, without a database.

The way of a file: `tables.open_table` (encoding, delimiter, header) → `detection.detect` (what it
seems to be) → `mapping.Mapping` (what the user decided) → `parsing.Parser` (typed values and the
rows that are refused, each with its reason).
"""
