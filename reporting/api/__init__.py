"""The read-only API: stored results, facts and opportunities of the key's organisation."""
