from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.importing.kinds import KINDS


def test_aliases_name_fields_of_their_kind_and_hide_none() -> None:
    for kind in KINDS.values():
        assert set(kind.aliases.values()) <= set(kind.by_key)
        assert not set(kind.aliases) & set(kind.by_key)


def test_a_header_means_one_field_of_a_kind() -> None:
    for kind in KINDS.values():
        seen: dict[str, str] = {}
        for field in kind.fields:
            for key in field.header_keys:
                assert seen.setdefault(key, field.key) == field.key, (kind.key, key)


def test_a_field_key_is_a_header_of_its_field() -> None:
    for kind in KINDS.values():
        for field in kind.fields:
            assert kind.by_header[normalise_key(field.key)] == (field, 0)
