"""Pure calculations of the objectives: NumPy in, NumPy out; no Django, no clock, no database."""
