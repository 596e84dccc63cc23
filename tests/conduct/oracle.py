"""What no contact may do, written down a second time from the texts of the law, in the plainest way: lists of what happened,
and a question for each contact that went out. It shares no code with the guard.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from schemas.contact import ContactProposal

CALLS = ("robot_call", "human_call")
MESSAGES = ("sms", "email", "app_push", "im", "letter")
EVERYTHING = (*CALLS, *MESSAGES, "visit")
TALKS = ("right_party", "refused", "promised", "needs_time", "disputed", "hostile", "distressed")
MISSED = ("no_answer", "undeliverable", "wrong_number")
LEGAL = {"Asia/Urumqi": "Asia/Shanghai"}


@dataclass(frozen=True)
class Texts:
    """The numbers of one law. `per_day`: at most so many of these channels a day; and by what they are counted."""

    opens: time
    closes: time
    hours_bind: tuple[str, ...]
    hours_waived_by_borrower: bool
    per_day: tuple[tuple[tuple[str, ...], int, str], ...]
    talks_a_day: int | None
    seven_days: bool
    gap: timedelta
    through_representative: tuple[str, ...]
    failures: int
    notice_before_agency: bool
    agencies: tuple[str, ...] | None
    """Those on the list, where the law wants one."""
    validation_first: bool
    signed_letters_reviewed: bool

    def tight(self) -> Texts:
        """The same under the overlay of `tests.conduct.texts`."""
        return replace(
            self,
            opens=time(9),
            closes=time(20),
            hours_waived_by_borrower=False,
            per_day=tuple((channels, most - 1, by) for channels, most, by in self.per_day),
            gap=self.gap + timedelta(hours=1) if self.gap else self.gap,
        )


CN = Texts(
    opens=time(8),
    closes=time(22),
    hours_bind=EVERYTHING,
    hours_waived_by_borrower=True,
    per_day=((CALLS, 3, "person"), (MESSAGES, 2, "person"), ((*CALLS, *MESSAGES), 6, "number")),
    talks_a_day=3,
    seven_days=False,
    gap=timedelta(0),
    through_representative=("minor", "incapacity"),
    failures=3,
    notice_before_agency=True,
    agencies=("AG-1", "AG-2"),
    validation_first=False,
    signed_letters_reviewed=True,
)
US = Texts(
    opens=time(8),
    closes=time(21),
    hours_bind=tuple(channel for channel in EVERYTHING if channel != "letter"),
    hours_waived_by_borrower=False,
    per_day=((CALLS, 2, "everybody"), (MESSAGES, 2, "everybody")),
    talks_a_day=None,
    seven_days=True,
    gap=timedelta(hours=3),
    through_representative=("represented", "minor", "incapacity"),
    failures=1,
    notice_before_agency=False,
    agencies=None,
    validation_first=True,
    signed_letters_reviewed=False,
)


@dataclass
class Contact:
    """One that went out."""

    loan: str
    asked: ContactProposal
    at: datetime
    given_back: bool = False


@dataclass
class Oracle:
    """Everything that was ever said, in the words of those who said it; and what was done wrong, in words."""

    roles: dict[str, dict[str, str]]
    texts: Texts = CN
    opted_out: set[str] = field(default_factory=set)
    opted_in: set[str] = field(default_factory=set)
    stopped: bool = False
    dead: bool = False
    acting: set[str] = field(default_factory=set)
    agreed: dict[str, dict[str, Any]] = field(default_factory=dict)
    said_no: set[str | tuple[str, str]] = field(default_factory=set)
    """People, and people with the loan that they were asked about."""
    holds: dict[str, tuple[str, datetime | None, str | None]] = field(default_factory=dict)
    """By id: the kind, until when, and of which loan (None: of the borrower)."""
    agreement: dict[str, str] = field(default_factory=dict)
    notices: set[tuple[str, str]] = field(default_factory=set)
    words: dict[tuple[str, str], tuple[bool, datetime | None]] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    talks: list[tuple[str, str, datetime]] = field(default_factory=list)
    """Loan, with whom, when."""
    out: dict[str, Contact] = field(default_factory=dict)
    reserved: dict[str, datetime] = field(default_factory=dict)

    def wrong(self, loan: str, asked: ContactProposal, at: datetime) -> list[str]:
        """What is wrong with a contact that goes out about `loan` when its worker's clock says `at`."""
        zones = [ZoneInfo(key) for key in dict.fromkeys((*asked.zones, *(LEGAL[z] for z in asked.zones if z in LEGAL)))]
        found = self._when(asked, at, zones) + self._whom(loan, asked)
        if asked.purpose in ("dunning", "locate"):
            found += self._how_often(loan, asked, at, zones) + self._debt(loan, asked, at)
        found += self._words(loan, asked, at, zones)
        if asked.channel == "im" and "im" not in self.opted_in:
            found.append("a messenger without consent")
        if asked.channel == "visit" and (asked.team < 2 or asked.appointment is None):
            found.append("a visit by fewer than two, or unannounced")
        later = [when for attempt, when in self.reserved.items() if attempt != asked.attempt]
        if later and at < max(later) - timedelta(seconds=5):
            found.append("by a clock that is behind what the ledger has")
        return found

    def _when(self, asked: ContactProposal, at: datetime, zones: list[ZoneInfo]) -> list[str]:
        if not zones:
            return ["nobody knows what time it is there"]
        if asked.channel not in self.texts.hours_bind:
            return []
        moments, windows = [at], [(self.texts.opens, self.texts.closes)]
        if asked.channel == "visit" and asked.appointment:
            moments = [asked.appointment, asked.appointment_end or asked.appointment]
        if self.texts.hours_waived_by_borrower and asked.role in ("borrower", "representative"):
            for grant in self.agreed.values():
                lasts = grant["until"] is None or max(at, *moments) < grant["until"]
                if grant["grants"] == "hours" and asked.channel in grant["channels"] and lasts:
                    windows.append((grant["open"], grant["close"]))
        found = []
        for zone in zones:
            clocks = [moment.astimezone(zone) for moment in moments]
            if not any(all(opens <= clock.time() < closes for clock in clocks) for opens, closes in windows):
                found.append(f"out of hours: {clocks[-1]:%H:%M:%S} in {zone.key}")
            if clocks[0].date() != clocks[-1].date():
                found.append("a visit over night")
        return found

    def _whom(self, loan: str, asked: ContactProposal) -> list[str]:
        found, person, role = [], asked.party_id, asked.role
        if asked.agency and self.texts.agencies is not None and asked.agency not in self.texts.agencies:
            found.append("by an agency that is on no list")
        if role == "representative":
            if person not in self.acting:
                found.append("somebody who does not act for the borrower")
        elif self.roles[loan].get(person) != role:
            found.append("in a role that is not theirs")
        if asked.channel in self.opted_out and role in ("borrower", "representative"):
            post = asked.channel == "letter" and asked.purpose in ("statutory_notice", "court_service")
            if asked.purpose != "reply" and not post:
                found.append("on a channel that was opted out of")
        if self.stopped and asked.purpose in ("dunning", "locate"):
            found.append("after all contact was stopped")
        if self.dead and role in ("borrower", "emergency_contact"):
            found.append("to the dead")
        return found + (self._third_person(loan, asked) if role == "emergency_contact" else [])

    def _third_person(self, loan: str, asked: ContactProposal) -> list[str]:
        found, person = [], asked.party_id
        if asked.purpose != "locate" or asked.template != "locate_call":
            found.append("somebody who owes nothing is told of a debt")
        if person in self.said_no or (person, loan) in self.said_no:
            found.append("somebody who wanted no contact")
        if self.missed.get(loan, 0) < self.texts.failures:
            found.append("somebody who owes nothing, and the borrower is not lost")
        if any(c.asked.party_id == person and c.loan == loan and not c.given_back for c in self.out.values()):
            found.append("somebody who owes nothing, for the second time")
        return found

    def _held(self, kinds: tuple[str, ...], loan: str, at: datetime) -> bool:
        return any(
            kind in kinds and (until is None or at < until) and of in (None, loan)
            for kind, until, of in self.holds.values()
        )

    def _reviewed(self, loan: str, rules: tuple[str, ...], at: datetime) -> bool:
        words = [self.words.get((loan, rule)) for rule in rules]
        return any(word and word[0] and (word[1] is None or at < word[1]) for word in words)

    def _debt(self, loan: str, asked: ContactProposal, at: datetime) -> list[str]:
        found = []
        if self._held(("insolvency", "moratorium", "dispute", "identity_fraud", "pause"), loan, at):
            found.append("while a hold is in force")
        if self._held(("hardship",), loan, at) and not self._reviewed(
            loan, ("HOUSE.VULNERABLE", "US.HOUSE.VULNERABLE"), at
        ):
            found.append("in distress, and nobody has looked")
        if self._held(("complaint",), loan, at) and not self._reviewed(
            loan, ("HOUSE.COMPLAINT", "US.HOUSE.COMPLAINT"), at
        ):
            found.append("after a complaint that nobody has answered")
        if loan in self.agreement:
            found.append("while an agreement is kept")
        if self.texts.notice_before_agency and asked.agency and asked.notice != "outsourcing":
            found += [] if (loan, "outsourcing") in self.notices else ["by an agency that nobody announced"]
        if self.texts.validation_first and asked.notice != "validation":
            found += [] if (loan, "validation") in self.notices else ["before the notice of the debt"]
        return found

    def _words(self, loan: str, asked: ContactProposal, at: datetime, zones: list[ZoneInfo]) -> list[str]:
        found = []
        if self._held(self.texts.through_representative, loan, at) and asked.role in ("borrower", "emergency_contact"):
            found.append("past whoever acts for the borrower")
        over = asked.limitation_ends and any(at.astimezone(zone).date() > asked.limitation_ends for zone in zones)
        if over and {"suit", "enforcement", "acceleration"} & set(asked.consequences):
            found.append("a threat of a suit that is time-barred")
        if over and self.texts.signed_letters_reviewed and asked.template == "demand_letter":
            found += [] if self._reviewed(loan, ("CN.TIME_BARRED",), at) else ["a time-barred debt to be signed for"]
        return found

    def _how_often(self, loan: str, asked: ContactProposal, at: datetime, zones: list[ZoneInfo]) -> list[str]:
        found = []
        others = [c for a, c in self.out.items() if a != asked.attempt and not c.given_back]
        waiver = self._more_agreed(asked, at)
        for channels, most, counted_by in self.texts.per_day if asked.channel in EVERYTHING[:-1] else ():
            if asked.channel not in channels:
                continue
            if counted_by == "number" and waiver is not None:
                most = max(most, waiver)
            same = [
                c
                for c in others
                if c.asked.channel in channels
                and (counted_by != "person" or c.asked.party_id == asked.party_id)
                and (counted_by != "number" or c.asked.contact_point_id == asked.contact_point_id)
            ]
            for zone in zones:
                day = at.astimezone(zone).date()
                if sum(c.at.astimezone(zone).date() == day for c in same) >= most:
                    found.append(f"more than {most} of {channels} on {day} in {zone.key}")
        if asked.channel not in CALLS:
            return found
        for zone in zones:
            day = at.astimezone(zone).date()
            mine = [t for _, whom, t in self.talks if whom == asked.party_id and t.astimezone(zone).date() == day]
            if self.texts.talks_a_day is not None and len(mine) >= self.texts.talks_a_day:
                found.append(f"after {len(mine)} talks on {day}")
            if self.texts.seven_days and waiver is None:
                week = [c for c in others if c.loan == loan and c.asked.channel in CALLS]
                week = [c for c in week if 0 <= (day - c.at.astimezone(zone).date()).days < 7]
                if len(week) >= 7:
                    found.append("an eighth call within seven dates")
                talked = [t.astimezone(zone).date() for about, _, t in self.talks if about == loan]
                if any((day - talk).days < 7 for talk in talked):
                    found.append("a call within seven dates after a talk")
        if any(abs(at - c.at) < self.texts.gap for c in others if c.asked.channel in CALLS):
            found.append("calls in rapid succession")
        return found

    def _more_agreed(self, asked: ContactProposal, at: datetime) -> int | None:
        """What the borrower agreed to: a number, a very large one for no limit, None for nothing."""
        if asked.role not in ("borrower", "representative"):
            return None
        numbers = [
            grant["maximum"] or 10**6
            for grant in self.agreed.values()
            if grant["grants"] == "attempts" and asked.channel in grant["channels"]
            if grant["until"] is None or at < grant["until"]
        ]
        return max(numbers, default=None)
