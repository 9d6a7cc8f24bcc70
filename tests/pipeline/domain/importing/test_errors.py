import string

from pipeline.domain.importing.errors import ERROR_CODES, FileError, message, shown


def test_every_template_names_its_parameters() -> None:
    for template in ERROR_CODES.values():
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        assert all(names), template


def test_a_message_goes_through_the_readers_language() -> None:
    french = {"The file is larger than {limit} MB.": "Le fichier dépasse {limit} Mo."}

    assert message("too_large", {"limit": 200}, french.__getitem__) == "Le fichier dépasse 200 Mo."


def test_a_file_error_reads_as_its_message() -> None:
    assert str(FileError("unclosed_quote", row=12)) == "A quotation mark opened in row 12 is never closed."


def test_a_refused_value_is_shown_short_and_visible() -> None:
    assert shown("a\0b" + "x" * 100) == "a b" + "x" * 57 + "…"
