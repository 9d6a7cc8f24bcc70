"""`python -m config.translations`: compile each catalogue of locale/ whose text is newer than its compiled form."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def main() -> int:
    """Compile what is out of date; 1 when a catalogue cannot be read."""
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        try:
            with source.open("rb") as text:
                catalogue = read_po(text, locale=source.parent.parent.name, abort_invalid=True)
        except (PoFileError, ValueError) as error:
            print(f"{source.relative_to(LOCALE.parent)}: {error}", file=sys.stderr)
            return 1
        draft = target.with_suffix(".draft")
        with draft.open("wb") as compiled:
            write_mo(compiled, catalogue)
        draft.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
