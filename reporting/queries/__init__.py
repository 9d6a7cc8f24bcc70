"""Read models for pages, API and the recompute document: stored results, a fixed number of queries each."""
