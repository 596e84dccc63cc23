"""A dossier out of a real ledger: its pages in both languages, what is inside of it, and a ledger that is broken."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from ledger.personal import PersonalRecord, erase, intake
from ledger.pool import Pool
from ledger.reading import facts as facts_of
from operations.dossier.making import Dossier, dossier
from operations.errors import UsageError
from operations.phrases import Catalogue
from operations.telling import CATALOGUES
from reports.dossier import verify
from schemas.facts import CaseClosed
from schemas.loan import Language
from tests.domain.casework import Life
from tests.ledger.support import tamper
from tests.reports.dossier import reader
from tests.reports.dossier.living import BORROWER, NAME, eventful, keep

EN, ZH = CATALOGUES["en"], CATALOGUES["zh-CN"]


@pytest.fixture(scope="module")
def lived() -> Life:
    """A case with something of each kind, lived once."""
    return eventful()


@pytest.fixture
async def kept(pool: Pool, lived: Life) -> Life:
    """The same in a ledger."""
    await keep(pool, lived)
    return lived


async def made(pool: Pool, language: Language = "en", *, with_names: bool = False) -> tuple[Dossier, str]:
    """The dossier, and the text of its pages without spaces."""
    done = await dossier(pool, "L1", language, "L1.json", with_names=with_names)
    return done, reader.text(done.pdf)


def squeezed(text: str) -> str:
    """As the reader gives it."""
    return re.sub(r"[\s`]", "", text)


def worded(words: Catalogue, name: str, **values: object) -> str:
    """A wording of the dossier, as the reader gives it."""
    return squeezed(words.dossier[name].format_map(values))


@pytest.mark.parametrize(("language", "words"), CATALOGUES.items())
async def test_the_first_page_says_what_the_case_is_and_that_all_is_there(
    pool: Pool, kept: Life, language: Language, words: Catalogue
) -> None:
    """In the reader's language, with the digest by which the data file can be told from another."""
    done, text = await made(pool, language)
    assert done.found == []
    assert worded(words, "title", loan="L1") in text
    assert worded(words, "sound", facts=len(kept.facts)) in text
    assert worded(words, "how_to_check", file="L1.json", digest=done.data.digest) in text
    assert worded(words, "names_absent") in text
    pages = reader.pages(done.pdf)
    assert pages > 3
    assert [worded(words, "page_of", page=page, pages=pages) in text for page in range(1, pages + 1)] == [True] * pages
    assert f"/Lang ({language})".encode() in done.pdf


async def test_chinese_pages_tell_every_fact_in_chinese(pool: Pool, kept: Life) -> None:
    """The timeline is the case's story, and no section is left in English."""
    _, text = await made(pool, "zh-CN")
    for said in (
        "约定跳票",
        "催收员agent-7的通话记录",
        "还款PAY-1被全额冲正",
        "（凭证EV-1）",
        "智能外呼",
        "国家标准",
        "recon-2说明核心系统所报金额",
    ):
        assert said in text
    sections = ("by_channel", "by_rule", "parties", "money_section", "contacts", "refused", "rules", "came_in", "holds")
    for name in (*sections, "agreements", "suit", "people", "chain", "artefacts"):
        assert worded(ZH, name) in text
        assert squeezed(EN.dossier[name]) not in text


async def test_each_contact_stands_with_its_times_its_verdict_and_its_recording(pool: Pool, kept: Life) -> None:
    """On the borrower's own clock and in UTC; what was refused with every rule, its strength and source."""
    _, text = await made(pool)
    contact = next(c for c in kept.case.contacts if c.proposal.channel == "sms")
    at = contact.at
    assert f"{at + timedelta(hours=8):%Y-%m-%d%H:%M}Asia/Shanghai{at:%Y-%m-%d%H:%M:%S}UTC" in text
    assert "SMS,templatereminder_smstoB-L1atL1-phone" in text
    assert "recordingrec:L1:call-1" in text
    assert "(recordingrec:in-1)" in text
    refused_at = next(f.occurred_at for f in kept.facts if f.body.kind == "attempt_refused")
    assert f"{refused_at + timedelta(hours=6):%Y-%m-%d%H:%M}Asia/Urumqi" in text
    assert "CN.HOURS(nationalstandard):deferred,until" in text
    assert "HOUSE.OPT_OUT(houserule):blocked,untilchannelopted" in text
    assert "GB/T45251-2025(inforce2025-02-28)" in text


async def test_every_entry_stands_with_its_hash(pool: Pool, kept: Life) -> None:
    """As the ledger has it; and the digests of strategy and rulebook."""
    done, text = await made(pool)
    rows = await facts_of(pool, "loan:L1")
    assert len(rows) == done.entries == len(kept.facts)
    assert [fact.seq for fact in rows if fact.hash not in text] == []
    assert kept.case.policy in text
    assert kept.law[0] in text


async def test_the_data_file_holds_the_facts_as_hashed_and_is_inside_of_the_pdf(pool: Pool, kept: Life) -> None:
    """Beside the verifier; both come out of the PDF as they went in."""
    done, _ = await made(pool)
    assert sorted(reader.files(done.pdf)) == sorted([done.data.content, Path(verify.__file__).read_bytes()])
    verdict = verify.check(done.data.content)
    assert (verdict.faults, verdict.facts, verdict.digest) == ([], len(kept.facts), done.data.digest)
    told: dict[str, Any] = json.loads(done.data.content)
    rows = await facts_of(pool, "loan:L1")
    assert [fact["hash"] for fact in told["facts"]] == [fact.hash for fact in rows]
    assert told["dossier"]["head"] == {"seq": rows[-1].seq, "hash": rows[-1].hash}
    assert {text["kind"] for text in told["dossier"]["artefacts"]} == {"policy", "rulebook"}


async def test_names_stand_there_only_if_they_are_wanted(pool: Pool, kept: Life) -> None:
    """From the erasable tables; never in the data file, never in a log, and not after they were erased."""
    await intake(pool, [PersonalRecord(party_id=BORROWER, name=NAME)])
    with capture_logs() as logs:
        without, text = await made(pool)
        assert NAME not in text
        named, text = await made(pool, with_names=True)
    assert f"{BORROWER}({NAME})" in text
    assert worded(EN, "names_added") in text
    for done in (without, named):
        assert NAME.encode() not in done.data.content
    assert NAME not in str(logs)
    await erase(pool, BORROWER)
    _, text = await made(pool, with_names=True)
    assert NAME not in text


async def test_a_closed_case_has_a_dossier(pool: Pool) -> None:
    """Complaints come when all is over."""
    life = Life("L1")
    life.live(timedelta(days=9))
    life.pay("1050.00", on=date(2026, 3, 21))
    life.live(timedelta(days=1))
    assert isinstance(life.facts[-1].body, CaseClosed)
    await keep(pool, life)
    done, text = await made(pool)
    assert done.found == []
    assert "CaseofloanL1:closed,cured" in text


async def test_a_loan_that_nobody_knows_has_none(pool: Pool) -> None:
    """And the message names it."""
    with pytest.raises(UsageError, match="knows no case of loan L-9"):
        await dossier(pool, "L-9", "en", "L-9.json")


@pytest.mark.parametrize(("language", "words"), CATALOGUES.items())
async def test_a_broken_chain_is_told_on_the_first_page(
    pool: Pool, database_url: str, kept: Life, language: Language, words: Catalogue
) -> None:
    """Which entries; the rest is told all the same, and the data file convicts itself."""
    await tamper(
        database_url,
        "UPDATE fact SET body = jsonb_set(body, '{amount}', '\"9.00\"') WHERE kind = 'payment_posted'",
        "DELETE FROM fact WHERE seq = 12",
    )
    paid = next(fact.seq for fact in kept.facts if fact.body.kind == "payment_posted")
    done, text = await made(pool, language)
    expected = [words.dossier[f"found.{what}"].format(seq=seq) for what, seq in (("missing", 12), ("altered", paid))]
    assert done.found == expected
    for said in (*expected, worded(words, "told_to", seq=12), worded(words, "broken_mark")):
        assert squeezed(said) in text
    assert {fault.entry for fault in verify.check(done.data.content).faults} == {12, paid}


@pytest.mark.parametrize(
    ("change", "seq"),
    [
        ('UPDATE fact SET body = \'{"kind": "episode_opened"}\' WHERE seq = 1', 1),
        ("UPDATE fact SET body = '[]' WHERE seq = 3", 3),
        ("UPDATE fact SET kind = 'nothing', body = '{\"kind\": \"nothing\"}' WHERE seq = 4", 4),
        ("UPDATE fact SET actor = 'forger' WHERE seq = 5", 5),
        ("UPDATE fact SET hash = repeat('0', 64) WHERE seq = 6", 6),
        ("UPDATE fact SET prev = repeat('0', 64) WHERE seq = 7", 7),
        ("DELETE FROM fact WHERE seq = 1", 1),
        ("DELETE FROM fact", 1),
        ("DELETE FROM stream", 57),
    ],
)
async def test_whatever_was_done_to_a_ledger_its_dossier_is_made(
    pool: Pool, database_url: str, kept: Life, change: str, seq: int
) -> None:
    """Bodies that are no facts any more, the first entry gone, all of them, the stream's own row."""
    assert len(kept.facts) == 57
    await tamper(database_url, change)
    done, text = await made(pool)
    assert any(re.match(rf"entry {seq}\b", said) for said in done.found), done.found
    assert worded(EN, "sound", facts=57) not in text


async def test_a_strategy_that_was_rewritten_is_told(pool: Pool, database_url: str, kept: Life) -> None:
    """The case cannot be told by it then; its entries still are."""
    await tamper(database_url, "UPDATE artefact SET body = replace(body, '10', '11') WHERE kind = 'rulebook'")
    done, text = await made(pool)
    assert len(done.found) == 1
    assert "does not give its sha256" in done.found[0]
    assert "PaymentPAY-1:500.00CNY" in text


async def test_what_the_audit_finds_is_told(pool: Pool, database_url: str, kept: Life) -> None:
    """A contact that does not count, a slot of no contact, a row that says other than its facts."""
    await tamper(
        database_url,
        "DELETE FROM contact_attempt WHERE attempt = 'L1:1'",
        "INSERT INTO contact_attempt (attempt, stream, loan_id, borrower_id, channel, contact_point_id, at) "
        "VALUES ('L1:99', 'loan:L1', 'L1', 'B-L1', 'sms', 'L1-phone', now())",
        "UPDATE stream SET epoch = 9",
    )
    done, _ = await made(pool)
    assert done.found == [
        "the ledger's row of this case says 9 for epoch, its entries say 1",
        "entry 7: L1:1 went out without counting against the caps",
        "entry 8: L1:1 went out without counting against the caps",
        "L1:99 counts against the caps, and no entry tells of it",
    ]
