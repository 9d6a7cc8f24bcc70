"""The backtests: `python -m bench.backtest` prints the tables of docs/calibration.md (about half a minute), `--nightly` those
of docs/landing.md (some minutes).

Other organisations: `--first 1 --organisations 200`.
"""

import argparse
from pathlib import Path

import pandas as pd

from bench.backtest import maven, nightly
from bench.backtest.cases import run
from bench.backtest.scores import overall, reliability, report, with_rivals

ORGANISATIONS, FIRST = 40, 7_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=ORGANISATIONS)
    parser.add_argument("--first", type=int, default=FIRST, help="seed of the first one")
    parser.add_argument("--maven", type=Path, help="folder of the Maven CRM files: report on them instead")
    parser.add_argument("--nightly", action="store_true", help="the landing of the nightly run, by week")
    asked = parser.parse_args()
    if asked.maven:
        told = maven.report_by_week(asked.maven) if asked.nightly else maven.report(asked.maven)
        print(told.to_string(index=False))
        return
    seeds = range(asked.first, asked.first + asked.organisations)
    with pd.option_context("display.width", 200, "display.max_columns", None, "display.max_colwidth", None):
        if asked.nightly:
            print(f"{asked.organisations} organisations\n")
            for week, part in nightly.run(seeds).groupby("week"):
                table = with_rivals(part)
                print(f"Week {week}: {len(table)} cases\n{overall(table).to_string(index=False)}\n")
                print(
                    f"{report(table).to_string(index=False)}\n{reliability(table).to_string(index=False)}\n"
                )
            return
        table = with_rivals(run(seeds))
        print(f"{asked.organisations} organisations, {len(table)} cases\n")
        for title, part in (
            ("All scopes", overall(table)),
            ("By level", report(table)),
            ("By band", reliability(table)),
        ):
            print(f"{title}\n{part.to_string(index=False)}\n")


if __name__ == "__main__":
    main()
