"""Commands to a case as they are typed: what its rules answer, and what is said for it; the case is one lived in memory."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from operations.commands import mending
from operations.commands.app import build
from operations.commands.repeating import differing
from operations.errors import UsageError
from operations.telling import CATALOGUES
from schemas.facts import CourtStepTaken, OfferMade, RepresentativeNamed
from schemas.messages import OfferPlan
from schemas.terms import Part, PlanOffer, PlanTerms
from tests.domain.casework import NOON
from tests.operations.deskwork import BY, WHY, Running, Typed, day
from tests.operations.storywork import recorded

# --- what people report --------------------------------------------------------------------------------------------


def test_a_conversation_is_recorded_with_all_that_was_said(typed: Typed, running: Running) -> None:
    """Impression, cause, wish, promise; its note by id alone."""
    code, said = typed(
        *("record-contact", "L1", *BY, "--result", "promised", "--identity-verified", "--id", "R-1"),
        *("--willingness", "high", "--ability", "low", "--overdue-reason", "salary_late", "--wish", "time"),
        *("--promise", "500.00", "--promise-by", day(running, 3), "--note", "wages come on the 30th"),
    )
    assert code == 0, said
    ((_, command),) = running.given
    told = command.model_dump(mode="json", exclude_none=True)
    assert told == {
        "by": "anna",
        "result": "promised",
        "identity_verified": True,
        "note_id": "note:R-1",
        "willingness": "high",
        "ability": "low",
        "overdue_reason": "salary_late",
        "wish": "time",
        "promise": {"amount": "500.00", "due_on": day(running, 3)},
    }
    assert running.life.case.agreement is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--promise", "500.00"), "give --promise AMOUNT and --promise-by DATE, both or neither"),
        (("--promise-by", "2026-12-01"), "give --promise AMOUNT and --promise-by DATE, both or neither"),
        (("--promise", "1", "--promise-by", "1960-01-01"), "due_on: Input should be greater than or equal to 1970"),
        (("--promise", "0", "--promise-by", "2026-12-01"), "--promise: give a positive amount"),
        (("--overdue-reason", "no money"), "--overdue-reason is no code: small letters, digits"),
        (("--attempt", "a b"), "--attempt is no id"),
        (("--quiet-until", "2026-12-01"), "--quiet-until: give a time with its zone"),
        (("--id", "a/b"), "--id is no id: up to 80 letters, digits and . _ : -"),
    ],
)
def test_what_cannot_be_a_record_is_mended_first(
    typed: Typed, running: Running, words: tuple[str, ...], said: str
) -> None:
    """Nothing is sent, and no note is kept."""
    with pytest.raises(UsageError) as wrong:
        typed("record-contact", "L1", *BY, "--result", "answered", *words)
    assert said in str(wrong.value)
    assert running.given == []


def test_a_visit_and_the_courts_word_are_refused_where_there_is_none(typed: Typed, running: Running) -> None:
    """By rule, exit code 1; what is recorded for a case that has one reaches it."""
    visit = ("record-visit", "L1", *BY, "--attempt", "L1:9", "--result", "met", "--staff", "2")
    assert typed(*visit)[0] == 1
    assert "refused by record.unknown_visit" in typed(*visit)[1]
    on = ("--on", day(running, 0))
    code, said = typed("record-court-step", "L1", "judgment", *BY, *on, "--amount", "10.00", "--reference", "CT-1")
    assert code == 1
    assert "refused by record.court_order: 'judgment' comes after accepted" in said
    running.life.tell(CourtStepTaken(step="file", reference="CT-1", on=running.life.today))
    assert typed("record-court-step", "L1", "withdrawn", *BY, *on, "--code", "settled")[0] == 0


# --- who acts for the borrower ---------------------------------------------------------------------------------------


def test_a_suspected_racket_agrees_to_nothing_until_somebody_else_has_looked(typed: Typed, running: Running) -> None:
    """The line to be typed next reviews it; who suspects does not."""
    running.life.tell(RepresentativeNamed(party_id="AGENT-9", role="attorney", scope="agreements"))
    day_of = day(running, 3)
    promise = ("accept-promise", "L1", "1050.00", "--pay-by", day_of, *BY, "--identity-verified")
    code, said = typed("suspect-racket", "L1", "--party", "AGENT-9", *BY, "--reason", "fees_in_advance")
    assert code == 0
    assert "starter.py review-racket L1 AGENT-9 cleared|confirmed --by WHO --reason CODE" in said
    code, said = typed(*promise, "--representative", "AGENT-9")
    assert code == 1
    assert "refused by agree.suspected_racket" in said
    assert typed("review-racket", "L1", "AGENT-9", "cleared", *WHY)[0] == 1
    assert typed("review-racket", "L1", "AGENT-9", "cleared", "--by", "legal", "--reason", "papers_verified")[0] == 0
    assert typed(*promise, "--representative", "AGENT-9")[0] == 0
    assert running.life.case.agreement is not None


# --- holds and steering --------------------------------------------------------------------------------------------


def test_a_hold_is_opened_and_ended_with_the_line_it_shows(typed: Typed, running: Running) -> None:
    """Its id is the command's."""
    code, said = typed("open-hold", "L1", "dispute", *BY, "--reason", "amount_disputed", "--evidence", "DOC-1")
    assert code == 0
    (hold,) = running.life.case.holds
    assert f"end-hold L1 {hold.hold} --by WHO --reason CODE" in said
    assert "refused by hold.already" in typed("open-hold", "L1", "dispute", *WHY)[1]
    assert typed("end-hold", "L1", hold.hold, *WHY)[0] == 0
    assert running.life.case.holds == ()


@pytest.mark.parametrize(
    ("words", "mended_by"),
    [
        (("open-hold", "L1", "moratorium", *WHY), "the option for it: --review-at TIME"),
        (("open-hold", "L1", "dispute", *WHY, "--review-at", "2020-01-01T00:00:00Z"), "--review-at TIME"),
        (("pause", "L1", *WHY, "--until", "2020-01-01T00:00:00Z"), "the option for it: --until TIME"),
        (("accept-promise", "L1", "1.00", "--pay-by", "2199-01-01", *BY), "the option for it: --identity-verified"),
        (("resume", "L1", *WHY), "the command for it: python3 starter.py end-hold L1 HOLD --by WHO --reason CODE"),
    ],
)
def test_a_refusal_is_mended_with_what_can_be_typed(
    typed: Typed, running: Running, words: tuple[str, ...], mended_by: str
) -> None:
    """Options and commands by their own names; no name of a field, which is for other systems."""
    code, said = typed(*words)
    assert code == 1
    assert mended_by in said
    assert not re.search(r"review_at|identity_verified|end_hold", said)


def test_what_mends_a_refusal_can_be_typed() -> None:
    """Each rule is one of the cases', each option one of some command, each command one of the command line."""
    app = build()
    rules = CATALOGUES["zh-CN"].rules
    options = {
        name
        for command in app
        if not command.startswith("-") and command != "policy"  # of which there are several
        for argument in app[command].assemble_argument_collection()
        for name in argument.names
    }
    for rule, option in mending.OPTIONS.items():
        assert rule in rules
        assert option.split()[0] in options, option
    for rule, line in mending.COMMANDS.items():
        assert rule in rules
        assert line.split()[0] in list(app), line


@pytest.mark.parametrize(
    ("first", "then", "other"),
    [
        (
            ("accept-promise", "1050.00", "--pay-by", "3", *BY, "--identity-verified"),
            ("accept-promise", "1000.00", "--pay-by", "3", *BY, "--identity-verified"),
            "amount, pay by",
        ),
        (
            ("accept-promise", "1050.00", "--pay-by", "20", *BY, "--identity-verified"),
            ("accept-promise", "1050.00", "--pay-by", "21", *BY, "--identity-verified"),
            "amount, pay by",
        ),
        (("open-hold", "dispute", *WHY), ("open-hold", "hardship", *WHY), "hold kind"),
        (("open-hold", "dispute", *WHY), ("open-hold", "dispute", *WHY, "--evidence", "E-1"), "evidence"),
        (("pause", *WHY), ("pause", "--by", "boss", "--reason", "asked"), "by"),
        (("escalate", "field_visit", *WHY), ("escalate", "field_visit", "--by", "boss", "--reason", "asked"), "by"),
        (("record-contact", "--result", "answered", *BY), ("record-contact", "--result", "no_answer", *BY), "result"),
    ],
)
def test_an_id_is_of_one_command_alone(
    typed: Typed, running: Running, first: tuple[str, ...], then: tuple[str, ...], other: str
) -> None:
    """The very same again is answered as before; another of its kind is not sent, and the operator sees what stands there."""

    def given(words: tuple[str, ...]) -> tuple[int, str]:
        words = tuple(day(running, int(word)) if word.isdigit() else word for word in words)
        return typed(words[0], "L1", *words[1:], "--id", "X-1")

    before = given(first)
    assert given(first) == before
    with pytest.raises(UsageError, match=rf"--id X-1 is taken: fact \d+ of L1, by anna .* with other {other}: "):
        given(then)
    assert len(running.given) == 1


def test_an_offer_given_again_is_the_same_offer(
    typed: Typed, running: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    """Other parts may come of the very same line, where they are reckoned from what is owed: they are said, not refused."""
    plan = ("offer-plan", "L1", *BY, "--first", day(running, 5), "--id", "OF-1")
    first = typed(*plan, "--parts", "3")
    assert first[0] == 0
    assert typed(*plan, "--parts", "3") == first
    capsys.readouterr()
    build()([*plan, "--parts", "4"], result_action="return_value")
    said = capsys.readouterr()
    assert (said.out, len(running.given)) == (first[1], 1)
    assert "and not with these terms: " in " ".join(said.err.split())


def test_what_a_plan_bears_is_no_part_of_what_was_offered() -> None:
    """The interest comes on top; without it the terms are the ones that were typed."""
    day_of = date(2026, 4, 22)
    terms = PlanTerms(
        parts=(Part(amount=Decimal("1006.00"), due_on=day_of),),
        interest=(Decimal("6.00"),),
        annual_percent=Decimal("7.2"),
    )
    made = OfferMade(offer="OF-1", terms=terms, terms_hash="0" * 64, expires_at=NOON, made_by="ops-wang")
    offered = OfferPlan(by="ops-wang", terms=PlanOffer(parts=(Part(amount=Decimal(1000), due_on=day_of),)))
    assert differing(offered, recorded(made)) == []
    assert differing(offered.model_copy(update={"by": "anna"}), recorded(made)) == ["by"]


def test_a_case_is_steered(typed: Typed, running: Running) -> None:
    """Moved, paused, resumed, ended as sold; what the rules do not allow is refused by rule."""
    assert "refused by escalate.field_visit" in typed("escalate", "L1", "field_visit", *WHY)[1]
    assert typed("escalate", "L1", "negotiation", *WHY)[0] == 0
    assert typed("pause", "L1", *WHY)[0] == 0
    assert typed("pause", "L1", *WHY)[0] == 1
    assert typed("resume", "L1", *WHY)[0] == 0
    assert typed("pause", "L1", *WHY)[0] == 0
    assert typed("close", "L1", *WHY, "--as", "sold")[0] == 0
    assert running.life.case.outcome == "sold"


def test_another_strategy_is_named_as_it_is_known(typed: Typed, running: Running) -> None:
    """Name and version go to the case, which knows its ledger's strategies."""
    assert typed("adopt-policy", "L1", "careful@3", *WHY)[0] == 0
    ((_, command),) = running.given
    assert command.model_dump() == {"by": "anna", "reason": "asked", "policy": "careful@3"}


def test_free_text_is_no_reason(typed: Typed, running: Running) -> None:
    """A reason is a code: free text may be personal."""
    with pytest.raises(UsageError, match="--reason is no code"):
        typed("pause", "L1", *BY, "--reason", "the customer is ill")
    assert running.given == []


def test_the_id_is_said_before_the_command_is_given(
    typed: Typed, running: Running, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever happens then, the same can be given again: one that nobody named too."""
    given: list[str] = []

    async def fails(*_: object, id: str, **__: object) -> None:
        given.append(id)
        raise KeyError("a defect")

    monkeypatch.setattr(running, "execute_update", fails)
    with pytest.raises(KeyError):
        typed("pause", "L1", *WHY)
    (made_up,) = given
    assert f"--id {made_up}" in capsys.readouterr().err
