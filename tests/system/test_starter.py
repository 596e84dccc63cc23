"""The command line as people use it: a stack of its own, and everything through `python3 starter.py ...`."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal

import asyncpg
import pytest

from domain.calendar import bank_date
from ledger.append import append
from ledger.pool import connect
from ledger.reading import stream_state
from local import stack
from local.home import CHECKOUT, Home
from operations import environment
from schemas.facts import PaymentPosted
from schemas.ledger import Append, NewFact
from schemas.loan import CollectionRequest
from simulation.book import SimulatedBook, make_book
from simulation.model import BANK_ZONE

pytestmark = [pytest.mark.stack, pytest.mark.slow]

PATIENCE = 60.0
_COMMAND = 120.0


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass
class Desk:
    """Somebody at a terminal, with a stack of their own and a bank that knows a book of loans."""

    folder: Path
    book: SimulatedBook
    taken: int = 0

    def run(self, *words: str, code: int = 0, build: str | None = None) -> Ran:
        """Run one command; it must end with `code`, and never with a traceback. `build` stands for changed code."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        done = subprocess.run(
            [sys.executable, str(CHECKOUT / "starter.py"), *words],
            env=kept | {"ARREARS_HOME": str(self.folder / "home")} | ({"ARREARS_BUILD": build} if build else {}),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=_COMMAND,
            check=False,
        )
        assert done.returncode == code, f"{words}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def story(self, loan_id: str, *expected: str, lang: str = "en") -> str:
        """The case's story, once it says all that is expected."""
        deadline = time.monotonic() + PATIENCE
        while True:
            told = self.run("case", loan_id, "--lang", lang).out
            missing = [words for words in expected if words not in told]
            if not missing:
                return told
            assert time.monotonic() < deadline, f"not told in time: {missing}\n{told}"

    def start(self) -> CollectionRequest:
        """Start the next loan of the book from a file; answers its request."""
        request = self.book.requests[self.taken]
        self.taken += 1
        ids = {party.party_id for party in request.parties}
        people = [
            {
                "party_id": person.party_id,
                "name": person.name,
                "points": [{"contact_point_id": d.contact_point_id, "value": d.value} for d in person.details],
            }
            for person in self.book.people
            if person.party_id in ids
        ]
        file = self.folder / f"{request.loan_id}.json"
        file.write_text(json.dumps(request.model_dump(mode="json") | {"personal": people}), encoding="utf-8")
        assert f"workflow collection-{request.loan_id}" in self.run("start", str(file)).out
        return request

    @property
    def addresses(self) -> dict[str, str]:
        """What `up` wrote down."""
        return environment.written(Home.at(self.folder / "home"))

    def http(self, base: str, path: str, body: object = None) -> bytes:
        """A request of some other program, past any proxy."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.addresses[base] + path, data, {"content-type": "application/json"}, method="POST" if data else "GET"
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=30) as answer:
            return answer.read()

    def sql(self, statement: str) -> None:
        """What somebody with the database's password does."""

        async def go() -> None:
            conn = await asyncpg.connect(self.addresses["DATABASE_URL"])
            await conn.execute(statement)
            await conn.close()

        asyncio.run(go())

    def owed(self, loan_id: str, what: Literal["arrears", "outstanding"]) -> str:
        """What the simulated core banking says is overdue, or owed in all."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return json.loads(self.http("ARREARS_GATEWAYS", f"/core/loans/{loan_id}/account?as_of={now}"))[what]


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """A stack that `up` has started, with a book at the bank."""
    folder = Path(tempfile.mkdtemp(prefix="arrears-desk-"))
    folder.chmod(0o755)  # for root the database runs under another account
    desk = Desk(folder, make_book(5, 12, bank_date(datetime.now(UTC), BANK_ZONE)))
    try:
        said = desk.run("up", "--seed", "5").out
        assert re.search(r"Web UI +http://127\.0\.0\.1:\d+", said)
        desk.http("ARREARS_GATEWAYS", "/simulation/book", desk.book.load(datetime.now(UTC)).model_dump(mode="json"))
        yield desk
    finally:
        stack.wipe(Home.at(folder / "home"))
        shutil.rmtree(folder)


def test_a_paid_case_is_cured_then_closed_and_a_payment_taken_back_reopens_it(desk: Desk) -> None:
    """Start, pay what is overdue, pay it all, read the story in both languages, take a payment back, read on."""
    request = desk.start()
    loan = request.loan_id
    overdue, all_of_it = desk.owed(loan, "arrears"), desk.owed(loan, "outstanding")
    told = desk.run("pay", loan, overdue, "--reference", f"PAY-{loan}").out
    assert f"PAY-{loan} of {Decimal(overdue):,f} CNY" in told
    assert f"payment PAY-{loan}" in desk.story(loan, "open, cured and watched", "the next 1 instalment is watched")
    desk.run("pay", loan, str(Decimal(all_of_it) - Decimal(overdue)), "--reference", f"REST-{loan}")
    desk.story(loan, "closed, paid off", "No workflow is running")
    assert "已结案，全部结清" in desk.run("case", loan, "--lang", "zh-CN").out
    assert f"no case of loan {loan} is running" in desk.run("pay", loan, "1.00", code=2).err
    for payment in ("REST", "PAY"):
        desk.run("reverse", loan, "--payment", f"{payment}-{loan}")
    desk.story(loan, f"Payment PAY-{loan} taken back", "Case reopened", ": open, contact")


def test_commands_are_accepted_or_refused_by_rule(desk: Desk) -> None:
    """Pause, pause again, resume twice under one id, a note that stays out of the ledger, close."""
    loan = desk.start().loan_id
    assert "accepted as fact" in desk.run("pause", loan, "--by", "ops-wang", "--reason", "complaint").out
    refused = desk.run("pause", loan, "--by", "ops-wang", "--reason", "complaint", code=1).out
    assert "refused by pause.already" in refused
    resume = ("resume", loan, "--by", "ops-wang", "--reason", "complaint_answered", "--id", f"R-{loan}")
    assert desk.run(*resume).out == desk.run(*resume).out
    talk = ("record-contact", loan, "--by", "agent-7", "--result", "needs_time", "--identity-verified")
    assert "accepted" in desk.run(*talk, "--note", "wages come on the 30th", "--id", f"N-{loan}").out
    story = desk.story(loan, "Conversation with collector agent-7: needs time, identity verified")
    assert f"note:N-{loan}" in story
    assert "wages" not in story
    desk.run("pause", loan, "--by", "ops-wang", "--reason", "sold")  # calls off what people were still to do
    desk.story(loan, "A person is asked: paused by an operator")
    assert "accepted" in desk.run("close", loan, "--by", "ops-wang", "--reason", "sold").out
    desk.story(loan, "closed, closed by bank")
    assert f"no case of loan {loan} is running" in desk.run(*resume[:-1], "again", code=2).err


def test_a_borrowers_fact_reaches_the_case(desk: Desk) -> None:
    """An opt-out and a new number hold at once; the number itself is told to nobody."""
    request = desk.start()
    loan, borrower = request.loan_id, request.borrower_id
    said = desk.run("fact", borrower, "opt-out", "--channel", "sms", "--id", f"F-{loan}").out
    assert loan in said
    party = request.parties[0].party_id
    desk.run("fact", borrower, "new-number", "--party", party, "--value", "+86 100 999 0001", "--point", f"{party}:new")
    story = desk.story(loan, "does not want to hear by SMS", f"New phone of {party}: {party}:new")
    assert "999 0001" not in story
    assert "--channel" in desk.run("fact", borrower, "opt-in", code=2).err
    assert "knows no borrower" in desk.run("fact", "nobody", "deceased", code=2).err
    stranger = ("--party", "nowhere", "--value", "+86 100 999 0002")
    assert "nowhere" in desk.run("fact", borrower, "new-number", *stranger, code=2).err


def test_a_lost_case_is_recovered_with_the_payment_it_had_just_heard_of(desk: Desk) -> None:
    """Terminated from outside while its worker is down, a payment unread: verify says so, recover mends it."""
    loan = desk.start().loan_id
    workflow = f"/api/v1/namespaces/default/workflows/collection-{loan}"
    home = Home.at(desk.folder / "home")
    worker = json.loads((home.run / "worker.json").read_text())["pid"]
    os.kill(worker, 9)
    desk.run("pay", loan, "1.00", "--reference", f"LATE-{loan}")
    desk.http("ARREARS_TEMPORAL_HTTP", f"{workflow}/terminate", {"reason": "an accident"})
    assert "dead" in desk.run("status", code=1).out
    done = desk.run("recover").out
    assert "1 started again, 1 unheard signals sent again" in done
    desk.run("up")
    desk.story(loan, f"Payment LATE-{loan}: 1.00 CNY", "Another run carries the case")


def test_down_and_up_with_other_code_and_all_agrees(desk: Desk) -> None:
    """Nothing is lost by a stop, nor by a build that nobody runs any more; every case is what its ledger folds to."""
    loan = desk.start().loan_id
    desk.run("down")
    assert "stopped" in desk.run("status", code=1).out
    assert "starter.py up" in desk.run("case", loan, code=2).err
    assert re.search(r"\bcases? of other builds taken over", desk.run("up", build="next").out)
    desk.story(loan, "Another run carries the case", ": open, contact", "The workflow at")
    _agree(desk, "next")
    assert re.search(r"\bcases? of other builds taken over", desk.run("up").out)
    assert "running" in desk.run("status").out
    desk.story(loan, "epoch 3")
    _agree(desk, None)


def _agree(desk: Desk, build: str | None) -> None:
    """Every case agrees with its ledger, but for those that had ended under another build: these are only counted."""
    said = desk.run("verify", build=build).out
    others = re.search(r"cases of other builds than \w+ +(\d+)", said)
    left = desk.taken - int(others[1] if others else 0)
    assert left > 0
    assert re.search(rf"cases that agree with their ledger +{left}\b", said), said


def test_verify_finds_what_was_broken_behind_the_programs_back(desk: Desk) -> None:
    """A row that says closed, a case that does not take its loan up, and nothing compared at all; exit code 1 each."""
    request = desk.start()
    loan = request.loan_id
    desk.story(loan, ": open, ")
    desk.sql(f"UPDATE stream SET state = 'closed' WHERE stream = 'loan:{loan}'")
    said = desk.run("verify", code=1).out
    assert f"loan:{loan}: row of stream: state is closed, its facts say open" in said
    desk.sql(f"UPDATE stream SET state = 'open' WHERE stream = 'loan:{loan}'")

    workflow = f"/api/v1/namespaces/default/workflows/collection-{loan}"
    desk.http("ARREARS_TEMPORAL_HTTP", f"{workflow}/terminate", {"reason": "an accident"})
    desk.run("start", str(desk.folder / f"{loan}.json"), "--opens-at", "2099-01-01T00:00:00+08:00")
    assert f"loan:{loan}: open in the ledger, and its workflow, which runs" in desk.run("verify", code=1).out
    desk.http("ARREARS_TEMPORAL_HTTP", f"{workflow}/terminate", {"reason": "started wrongly"})
    assert "1 started again" in desk.run("recover").out
    desk.story(loan, "Another run carries the case")

    nobodys = desk.run("verify", "--build", "nobody", code=1).out
    assert re.search(r"\b0 of \d+ cases? compared", nobodys), nobodys


def test_a_case_that_has_not_read_its_ledger_to_the_end_is_counted_as_behind(desk: Desk) -> None:
    """A payment that came into the ledger past the case, and of which nobody told it."""
    loan = desk.start().loan_id
    desk.story(loan, ": open, ", ": Until ")  # its workflow rests: a contact on its way would find the payment
    asyncio.run(_write_past_the_case(desk.addresses["DATABASE_URL"], loan))
    assert re.search(r"cases behind their ledger +1\b", desk.run("verify").out)
    workflow = f"/api/v1/namespaces/default/workflows/collection-{loan}"
    desk.http("ARREARS_TEMPORAL_HTTP", f"{workflow}/signal/borrower_changed", {"input": [{"borrower_id": "B"}]})
    assert "behind" not in desk.run("verify").out


async def _write_past_the_case(url: str, loan_id: str) -> None:
    body = PaymentPosted(reference="PAST", amount=Decimal("1.00"), currency="CNY", value_date=date(2026, 1, 1))
    fact = NewFact(fact_id="payment:PAST", occurred_at=datetime.now(UTC), source="payments", body=body)
    async with await connect(url) as pool:
        state = await stream_state(pool, f"loan:{loan_id}")
        assert state is not None
        call = Append(stream=state.stream, epoch=state.epoch, after=state.at, facts=(fact,))
        assert (await append(pool, call)).status == "ok"


def test_whoever_asks_of_a_case_that_is_not_open_yet_hears_the_same(desk: Desk) -> None:
    """Story, explanation and dossier: it is to open; and once it has ended before that, how it ended."""
    begins = ("--overdue-since", "2026-01-01", "--opens-at", "2099-01-01T00:00:00+08:00")
    desk.run("start", "--loan-id", "LATER-1", "--borrower-id", "B-LATER", *begins)
    asked = (("case", "LATER-1"), ("policy", "explain", "LATER-1"), ("dossier", "LATER-1"))
    for words in asked:
        assert "the case of loan LATER-1 is started and not yet open" in desk.run(*words, code=2).err
    workflow = "/api/v1/namespaces/default/workflows/collection-LATER-1"
    desk.http("ARREARS_TEMPORAL_HTTP", f"{workflow}/terminate", {"reason": "started wrongly"})
    for words in asked:
        assert "the case of loan LATER-1 ended before it opened (terminated)" in desk.run(*words, code=2).err


def test_a_note_on_a_loan_nobody_knows_is_refused(desk: Desk) -> None:
    """It would be nobody's, and never be erased."""
    talk = ("record-contact", "NOBODY", "--by", "agent-7", "--result", "answered", "--note", "private")
    assert "knows no loan NOBODY" in desk.run(*talk, code=2).err


def test_switches_and_deploy_say_what_is(desk: Desk) -> None:
    """Stop-all on and off; deploying the build that runs wakes nobody."""
    said = desk.run("switch", "stop-all", "on", "--by", "ops-wang", "--why", "drill").out
    assert "stop-all is on, shadow is off" in said
    assert "stop-all is off" in desk.run("switch", "stop-all", "off", "--by", "ops-wang", "--why", "over").out
    assert "is current; 0 cases" in desk.run("deploy").out
    unknown = desk.run("deploy", "--build", "nobody", "--patience", "0.1", code=2).err
    assert "no worker of build nobody" in unknown


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("start", "nowhere.json"), "cannot read nowhere.json"),
        (
            ("start", "--loan-id", "13800138000", "--borrower-id", "B", "--overdue-since", "2026-01-01"),
            "loan_id looks like a mobile number",
        ),
        (("case", "NOBODY"), "knows no case of loan NOBODY"),
        (("policy", "explain", "NOBODY"), "knows no case of loan NOBODY"),
        (("dossier", "NOBODY"), "knows no case of loan NOBODY"),
        (("pay", "NOBODY", "1.00"), "no case of loan NOBODY is running"),
        (("reverse", "NOBODY", "--payment", "P"), "knows no loan NOBODY"),
        (("up", "--seed", "6"), "was made with seed 5"),
        (("fly",), "Unknown command"),
    ],
)
def test_what_the_user_can_mend_is_said_plainly(desk: Desk, words: tuple[str, ...], said: str) -> None:
    """Exit code 2, one message on stderr, no traceback."""
    assert said in desk.run(*words, code=2).err
