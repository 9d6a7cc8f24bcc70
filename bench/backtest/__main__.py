"""The calibration backtest: `python -m bench.backtest` prints the tables of docs/calibration.md (about half a minute).

Other organisations: `--first 1 --organisations 200`.
"""

import argparse
from pathlib import Path

import pandas as pd

from bench.backtest import maven
from bench.backtest.cases import run
from bench.backtest.scores import overall, reliability, report, with_rivals

ORGANISATIONS, FIRST = 40, 7_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=ORGANISATIONS)
    parser.add_argument("--first", type=int, default=FIRST, help="seed of the first one")
    parser.add_argument("--maven", type=Path, help="folder of the Maven CRM files: report on them instead")
    asked = parser.parse_args()
    if asked.maven:
        print(maven.report(asked.maven).to_string(index=False))
        return
    table = with_rivals(run(range(asked.first, asked.first + asked.organisations)))
    with pd.option_context("display.width", 200, "display.max_columns", None, "display.max_colwidth", None):
        print(f"{asked.organisations} organisations, {len(table)} cases\n")
        for title, part in (
            ("All scopes", overall(table)),
            ("By level", report(table)),
            ("By band", reliability(table)),
        ):
            print(f"{title}\n{part.to_string(index=False)}\n")


if __name__ == "__main__":
    main()
