"""The moment at which every browser journey begins.

The demo organisations are made as they are on that morning, and the processes of the house believe that it is that
morning, so that a journey sees the same figures whenever it runs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

# A Tuesday in the middle of a quarter.
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
YESTERDAY = date(2026, 11, 23)
# What is added to the machine's clock, in seconds: the same for every process of the house.
SHIFT = "BOUSSOLE_TEST_CLOCK_SHIFT"
