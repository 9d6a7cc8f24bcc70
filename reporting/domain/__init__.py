"""Pure calculations of the reports: NumPy and pandas in and out; no Django, no clock, no database."""
