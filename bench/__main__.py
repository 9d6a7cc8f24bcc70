"""`make bench`: every figure of docs/performance.md, as ratios in one run. See bench/place.py for where it runs."""

import argparse
import sys
from collections.abc import Iterator, Sequence

from bench.figures import HEADERS, Figure, line, markdown, with_exponents, write_json
from bench.place import DATA_DIR, Place, enter
from config.environment import BASE_DIR

SIZES = (10_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 10_000)
RESULT = BASE_DIR / "build" / "bench.json"
PARTS = ("shapley", "imports", "activities", "nights", "recomputes", "pages")
USUAL_NIGHT = "20x1000"
EMPTY = {"imports", "activities"}  # begin with empty tables


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="What things cost, as ratios in one run."
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything still runs")
    parser.add_argument(
        "--size", type=int, action="append", metavar="N", help="this many opportunities; repeatable"
    )
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; repeatable")
    parser.add_argument(
        "--nights", action="append", metavar="NxSIZE", help="nights of N organisations of SIZE; repeatable"
    )
    parser.add_argument("--keep", action="store_true", help="measure in the organisations of the last run")
    parser.add_argument(
        "--markdown", action="store_true", help="print the table of docs/performance.md alone"
    )
    options = parser.parse_args()
    parts = options.only or [part for part in PARTS if not (options.keep and part in EMPTY)]
    if options.keep and EMPTY & set(parts):
        parser.error("imports begin with empty tables: not with --keep")
    sizes = sorted(options.size or (QUICK_SIZES if options.quick else SIZES))
    found: list[Figure] = []
    shown = sys.stderr if options.markdown else sys.stdout
    with enter(keep=options.keep) as place:
        for figure in _measured(place, sizes, parts, options.nights):
            found.append(figure)
            print(line(figure), file=shown, flush=True)
    found = with_exponents(found)
    write_json(found, RESULT)
    if options.markdown:
        print(markdown(found))
        return
    missed = [figure for figure in found if not figure.is_met]
    print(f"\n{' · '.join(name for name in HEADERS if name)}\n")
    for figure in found:
        print(line(figure))
    print(
        f"\n{len(found) - len(missed)} of {len(found)} figures within budget. Written to {RESULT.relative_to(BASE_DIR)}."
    )


def _measured(
    place: Place, sizes: Sequence[int], parts: Sequence[str], asked_nights: Sequence[str] | None
) -> Iterator[Figure]:
    # Django is set up by now, and models may be imported.
    from bench import activities, imports, nights, pages, promises, recomputes, shapley
    from bench.population import populate

    if "shapley" in parts:
        for size in sizes:
            yield from shapley.measure(size)
    if "imports" in parts:
        # First, while no opportunity is there: imports and their COPY begin with empty tables.
        for size in sizes:
            yield from imports.measure(place, size, DATA_DIR / "files")
    if "activities" in parts:
        for size in sizes:
            yield from activities.measure(place, size, DATA_DIR / "files")
    if "nights" in parts:
        for night in map(nights.Night.parse, asked_nights or [USUAL_NIGHT]):
            yield from nights.measure(place, night)
    if not {"recomputes", "pages"} & set(parts):
        return
    for size in sizes:
        organisation_id = populate(place, size)
        recomputes.recompute_once(organisation_id)
        promises.promise(organisation_id, size)
        recomputes.recompute_once(organisation_id)
        place.maintain("VACUUM ANALYZE")
        if "recomputes" in parts:
            yield from recomputes.measure(organisation_id, size)
        if "pages" in parts:
            yield from pages.measure(organisation_id, size)


if __name__ == "__main__":
    main()
