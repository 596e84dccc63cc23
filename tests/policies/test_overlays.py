"""Overlays: a book laid over a shipped one replaces and adds rules, and is refused where it loosens."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.artefacts import digest
from domain.tightening import loosened
from operations.commands.policy import check
from policies.loader import HERE, PolicyError, load_rulebook, shipped

BOOK = """\
name: us-test
version: "1"
overlays: us-third-party
rules:
  - id: US.HOURS
    kind: contact_hours
    strength: law
    source: test
    effective_from: "2021-11-30"
    channels: [sms, email, app_push, im, letter, robot_call, human_call, visit]
    open: "09:00"
    close: "20:00"
  - id: TEST.NEW
    kind: attempt_cap
    strength: law
    source: test
    effective_from: "2021-11-30"
    channels: [letter]
    maximum: 1
    per: debt
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "us-test.yaml"
    path.write_text(BOOK, encoding="utf-8")
    return path


def test_an_overlay_is_one_book_with_its_base(file: Path) -> None:
    """The base's rules in their order, replaced where the ids are the same, then the new ones; it names its base."""
    base, book = load_rulebook(HERE / "rulebooks" / "us-third-party.yaml"), load_rulebook(file)
    assert [rule.id for rule in book.rules] == [*(rule.id for rule in base.rules), "TEST.NEW"]
    assert [rule for rule in book.rules if rule in base.rules] == [rule for rule in base.rules if rule.id != "US.HOURS"]
    assert (book.name, book.version, book.clock_tolerance_seconds) == ("us-test", "1", base.clock_tolerance_seconds)
    assert book.base is not None
    assert (book.base.name, book.base.version, book.base.sha256) == (base.name, base.version, digest(base))
    assert digest(book) != digest(book.model_copy(update={"base": None}))


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        ('open: "09:00"', 'open: "07:30"', "rules[0].open", "US.HOURS: 07:30 is laxer than the base's 08:00"),
        (
            "[sms, email, app_push, im, letter, robot_call, human_call, visit]",
            "[sms]",
            "rules[0].channels",
            "keep [sms,",
        ),
        (
            'effective_from: "2021-11-30"',
            'effective_from: "2026-11-30"',
            "rules[0].effective_from",
            "write 2021-11-30 or earlier",
        ),
        (
            "    channels: [sms",
            '    effective_until: "2027-01-01"\n    channels: [sms',
            "rules[0].effective_until",
            "leave it out: no end",
        ),
        ("id: TEST.NEW", "id: US.CALL.SEVEN", "rules[1].channels", "keep [robot_call, human_call]"),
        ("id: TEST.NEW", "id: US.CEASE", "rules[1].kind", "write a whole_stop"),
        ("id: TEST.NEW", "id: US.HOURS", "rules[1].id", "keep one"),
        ("rules:\n", "clock_tolerance_seconds: 60\nrules:\n", "clock_tolerance_seconds", "write 5 or less"),
        ("overlays: us-third-party", "overlays: us-third-part", "overlays", "did you mean 'us-third-party'?"),
        ("overlays: us-third-party", "overlays: us-test", "overlays", "no rulebook 'us-test' is shipped"),
        ("kind: attempt_cap", "kind: attempt_cup", "rules[1].kind", "did you mean 'attempt_cap'?"),
        ("channels: [letter]", "channels: []", "rules[1].channels", "binds no channel"),
    ],
)
def test_what_loosens_is_refused_with_its_place(
    file: Path, old: str, new: str, path: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """File, line, column, rule, what is laxer and a way out: by the loader, and told by `policy check`."""
    assert BOOK.count(old) >= 1
    file.write_text(BOOK.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_rulebook(file)
    problem = next(problem for problem in caught.value.problems if problem.path == path)
    assert said in str(problem)
    assert f"us-test.yaml:{problem.line}:{problem.column}: {path}" in str(problem)
    assert check(file) == 1
    assert said in " ".join(capsys.readouterr().out.split())


def test_the_bank_s_list_of_agencies_comes_with_its_overlay(tmp_path: Path) -> None:
    """With or without rules of its own; one that says nothing at all is an error."""
    path = tmp_path / "our-bank.yaml"
    entry = '{agency: AG-1, listed_from: "2026-02-01", listed_until: "2027-01-31"}'
    head = 'name: our-bank\nversion: "1"\noverlays: cn\nrules: []\n'
    path.write_text(f"{head}agencies: [{entry}]\n", encoding="utf-8")
    base, book = load_rulebook(HERE / "rulebooks" / "cn.yaml"), load_rulebook(path)
    assert book.rules == base.rules
    assert [(one.agency, str(one.listed_from), str(one.listed_until)) for one in book.agencies] == [
        ("AG-1", "2026-02-01", "2027-01-31")
    ]
    path.write_text(f"{head}agencies: [{entry.replace('2027', '2025')}]\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="AG-1: listed_until 2025-01-31 is before listed_from 2026-02-01"):
        load_rulebook(path)
    path.write_text(head, encoding="utf-8")
    with pytest.raises(PolicyError, match="give it rules, or agencies"):
        load_rulebook(path)


def test_policy_check_takes_rulebooks_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of an overlay it names the base."""
    assert check(file) == 0
    assert "over us-third-party@" in " ".join(capsys.readouterr().out.split())
    assert check(*sorted((HERE / "rulebooks").glob("*.yaml"))) == 0


def test_a_base_is_not_written_by_hand(tmp_path: Path) -> None:
    """It would claim a check that nobody made."""
    path = tmp_path / "claims.yaml"
    rules = BOOK.partition("rules:\n")[2]
    path.write_text(
        f'name: x\nversion: "1"\nbase: {{name: cn, version: "1", sha256: ab}}\nrules:\n{rules}', encoding="utf-8"
    )
    with pytest.raises(PolicyError, match="overlays: NAME"):
        load_rulebook(path)


def test_the_shipped_overlays_only_tighten() -> None:
    """Each is at least as strict as the base that it names."""
    books = {book.name: book for book in shipped()[1]}
    over = {book.name: book.base for book in books.values() if book.base}
    assert set(over) == {"us-ma-first-party", "us-ma-third-party"}
    for name, base in over.items():
        assert base.sha256 == digest(books[base.name])
        assert loosened(books[base.name], books[name]) == ()
