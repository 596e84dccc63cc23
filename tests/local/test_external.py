"""What the environment names is used, and told when it is too old."""

from pathlib import Path

import pytest

from local.errors import StackError
from local.external import external, server_warnings
from local.temporal_cli import find_cli, parse_version


def test_nothing_named_is_nothing_external() -> None:
    """A namespace alone names no cluster."""
    assert external({}) is None
    assert external({"TEMPORAL_NAMESPACE": "loans", "DATABASE_URL": " "}) is None


def test_each_part_stands_alone() -> None:
    """One of the two given: the other is still ours to start."""
    given = external({"TEMPORAL_ADDRESS": "cluster:7233", "TEMPORAL_NAMESPACE": "loans"})
    assert given is not None
    assert (given.address, given.namespace, given.database_url) == ("cluster:7233", "loans", None)
    given = external({"DATABASE_URL": "postgresql://u:secret@db/ledger"})
    assert given is not None
    assert (given.temporal, given.database_url) == (None, "postgresql://u:secret@db/ledger")
    assert "secret" not in repr(given)


def test_a_profile_is_read_from_its_file(tmp_path: Path) -> None:
    """Address, namespace and key come from the named profile; one without an address is an error."""
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.bank]\naddress = "bank:7233"\nnamespace = "loans"\n[profile.empty]\n')
    named = {"TEMPORAL_CONFIG_FILE": str(file), "TEMPORAL_PROFILE": "bank"}
    given = external(named)
    assert given is not None
    assert (given.address, given.namespace) == ("bank:7233", "loans")
    with pytest.raises(StackError, match="TEMPORAL_ADDRESS"):
        external(named | {"TEMPORAL_PROFILE": "empty"})
    with pytest.raises(StackError, match="TEMPORAL_PROFILE=none"):
        external(named | {"TEMPORAL_PROFILE": "none"})


def test_another_kind_of_database_is_refused() -> None:
    """The message says what is expected and does not repeat the address, which may hold a password."""
    with pytest.raises(StackError, match="postgresql://") as caught:
        external({"DATABASE_URL": "mysql://u:secret@db/x"})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("version", "missing"),
    [
        ("1.28.0", ["deployments", "stays on its old build", "skip time"]),
        ("1.29.0", ["deployments", "stays on its old build", "skip time"]),
        ("1.29.1", ["stays on its old build", "skip time"]),
        ("1.30.0", ["skip time"]),
        ("1.31.2", ["skip time"]),
        ("1.32.0-162.0", []),
        ("1.32.0", []),
        ("2.0", []),
        ("unknown", ["says nothing"]),
    ],
)
def test_an_old_server_is_told_what_it_lacks(version: str, missing: list[str]) -> None:
    """One sentence for each thing that will not work, none on a server that has all."""
    warnings = server_warnings(version)
    assert len(warnings) == len(missing)
    for warning, words in zip(warnings, missing, strict=True):
        assert words in warning
        assert version in warning


def test_an_old_program_on_the_path_is_passed_over(tmp_path: Path) -> None:
    """A recent enough one there is taken, else the wheel's."""
    fake = tmp_path / "temporal"
    for told, taken in (("1.7.0 (Server 1.31.0, UI 2.4)", False), ("3.0.0 (Server 2.1.0, UI 9)", True)):
        fake.write_text(f"#!/bin/sh\necho 'temporal version {told}'\n")
        fake.chmod(0o755)
        found = find_cli({"PATH": str(tmp_path)})
        assert (found.path == fake) is taken
        assert found.server >= (1, 32)
    assert parse_version("temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)") == (1, 32, 0)
    assert parse_version("something else") == ()
