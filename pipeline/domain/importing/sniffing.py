"""What kind of bytes a file is made of: its format by content, its encoding, its delimiter."""

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.importing.errors import FileError

MAX_BYTES = 200 * 1024 * 1024
BLOCK = 1024 * 1024
SAMPLE_CHARACTERS = 64 * 1024
SAMPLE_ROWS = 200
DELIMITERS = (",", ";", "\t", "|")

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP, _EMPTY_ZIP, _OLE2 = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ARCHIVES = (_EMPTY_ZIP, b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_OTHER_FILES = (b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF", b"SQLite format 3", b"{\\rtf")
_PAGE_STARTS = (b"<html", b"<!doctype html", b"<table", b"<?xml", b"<meta")
# Bytes without a character in Windows-1252; a Macintosh file has them in words such as "première".
_UNDEFINED = tuple(bytes([byte]) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))
_CONTROLS = tuple(bytes([byte]) for byte in range(32) if byte not in b"\t\n\v\f\r\x1a")


def is_spreadsheet(path: Path) -> bool:
    """True for a ZIP container, False for text, by content. Raises FileError for what is neither."""
    size = path.stat().st_size
    if size == 0:
        raise FileError("empty_file")
    if size > MAX_BYTES:
        raise FileError("too_large", limit=MAX_BYTES // 1024**2)
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith(_ZIP):
        return True
    if start.startswith(_OLE2):
        raise FileError("old_spreadsheet")
    if start.startswith(_ARCHIVES):
        raise FileError("zip_archive")
    if start.startswith(_OTHER_FILES):
        raise FileError("not_a_table")
    if start.removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_PAGE_STARTS):
        raise FileError("html_file")
    return False


@dataclass(frozen=True)
class Text:
    """How to decode a text file. `encoding` is a Python codec name; `lines` counts lines, the last one too."""

    encoding: str
    lines: int


def sniff_text(path: Path) -> Text:
    """Encoding of a whole text file: a byte order mark, else UTF-8 when every byte fits, else Windows-1252.

    Reads the file once (twice when it is not UTF-8). Raises FileError for binary content, for UTF-8 with
    damaged characters and for encodings that are neither.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_UTF16_MARKS):
        return Text("utf-16", _scan_utf16(path))
    encoding = "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")()
    line_feeds = returns = nulls = 0
    valid, last = True, b""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            last = block[-1:]
            line_feeds += block.count(b"\n")
            returns += block.count(b"\r")
            nulls += block.count(b"\0")
            if valid:
                valid = _decodes(decoder, block)
    if valid and not _decodes(decoder, b"", final=True):
        valid = False
    if nulls * 5 > path.stat().st_size:
        raise FileError("not_a_table")  # binary, or UTF-16 without its mark
    if not valid:
        encoding = _fall_back(path)
    return Text(encoding, (line_feeds or returns) + (last not in b"\r\n"))


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _scan_utf16(path: Path) -> int:
    """Lines of a UTF-16 file, from above; FileError when it does not decode."""
    decoder = codecs.getincrementaldecoder("utf-16")()
    lines = 1
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if not _decodes(decoder, block):
                raise FileError("not_a_table")
            lines += block.count(b"\n")
    if not _decodes(decoder, b"", final=True):
        raise FileError("not_a_table")
    return lines


def _fall_back(path: Path) -> str:
    """Windows-1252, unless the file is rather damaged UTF-8, binary, or yet another encoding."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    good = bad = line = first_bad_line = 0
    undefined = control = False
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            damaged = text.count("\ufffd")
            if damaged and not bad:
                first_bad_line = line + text.count("\n", 0, text.index("\ufffd")) + 1
            bad += damaged
            good += len(text) - len(text.encode("ascii", "ignore")) - damaged
            line += block.count(b"\n")
            undefined = undefined or any(byte in block for byte in _UNDEFINED)
            control = control or any(byte in block for byte in _CONTROLS)
    if good > bad:
        raise FileError("broken_encoding", line=first_bad_line)
    if control:
        raise FileError("not_a_table")
    if undefined:
        raise FileError("unknown_encoding")
    return "cp1252"


def read_sample(path: Path, encoding: str) -> str:
    """The first characters of a text file, up to the last whole line of them."""
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE_CHARACTERS)
        if not file.read(1):
            return sample
    end = max(sample.rfind("\n"), sample.rfind("\r"))
    return sample[: end + 1] if end > 0 else sample


def declared_delimiter(sample: str) -> str | None:
    """The delimiter of a first line `sep=;`, which spreadsheets understand and do not show."""
    first = sample.partition("\n")[0].strip().strip('"')
    return (
        first[4] if len(first) == 5 and first.lower().startswith("sep=") and first[4] in DELIMITERS else None
    )


def sniff_delimiter(sample: str) -> str:
    """The delimiter under which the most rows have the same width as the first; "," for a single column."""
    scores = {delimiter: _score(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0.0, 0) else ","


def _score(sample: str, delimiter: str) -> tuple[float, int]:
    """Share of rows with the most common width (more when the first row has it), and that width."""
    widths = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                widths.append(len(row))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # an endless quotation mark; the rows before it still tell
    if not widths:
        return 0.0, 0
    width, count = max(Counter(widths).items(), key=lambda item: (item[1], item[0]))
    if width < 2:
        return 0.0, 0
    return count / len(widths) + (0.5 if widths[0] == width else 0.0), width
