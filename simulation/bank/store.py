"""The bank's memory: one SQLite file. What was answered is there after kill -9: each write is committed first.

One connection, used from the event loop's thread alone; no transaction spans an await, so requests do not
interleave.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from schemas.loan import Transaction
from simulation.model import AcceptedContact, Act, Posted, SimulatedBorrower, SimulatedLoan

_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS borrowers (borrower_id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS loans (
    loan_id TEXT PRIMARY KEY, borrower_id TEXT NOT NULL REFERENCES borrowers, body TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS money (
    reference TEXT PRIMARY KEY, loan_id TEXT NOT NULL REFERENCES loans, posted_at TEXT NOT NULL,
    body TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS money_of_loan ON money (loan_id, posted_at);
CREATE TABLE IF NOT EXISTS answers (
    seq INTEGER PRIMARY KEY, system TEXT NOT NULL, key TEXT NOT NULL, asked TEXT NOT NULL, answer TEXT NOT NULL,
    loan_id TEXT NOT NULL, contact TEXT, UNIQUE (system, key)) STRICT;
CREATE INDEX IF NOT EXISTS answers_of_loan ON answers (loan_id, seq);
CREATE TABLE IF NOT EXISTS acts (
    id TEXT PRIMARY KEY, at TEXT NOT NULL, loan_id TEXT NOT NULL, borrower_id TEXT NOT NULL, body TEXT NOT NULL,
    delivered INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE INDEX IF NOT EXISTS acts_of_loan ON acts (loan_id, at);
CREATE INDEX IF NOT EXISTS acts_waiting ON acts (borrower_id, at, id) WHERE delivered = 0;
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY, system TEXT NOT NULL, body TEXT NOT NULL, until REAL, times INTEGER) STRICT;
"""


class WrongSeed(ValueError):
    """The state was made with another seed: its borrowers would change their ways. Use that seed, or a new file."""


def stamp(moment: datetime) -> str:
    """UTC text of fixed width, so that order of text is order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Store:
    """Tables, and rows as models. Raises WrongSeed if `path` was made with another seed."""

    def __init__(self, path: Path, seed: int) -> None:
        self.seed = seed
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        # WAL with NORMAL loses nothing when the process dies, only, perhaps, when the machine does.
        self.db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;")
        self.db.executescript(_SCHEMA)
        self.db.execute("INSERT OR IGNORE INTO settings VALUES ('seed', ?)", (str(seed),))
        (made_with,) = self.db.execute("SELECT value FROM settings WHERE name = 'seed'").fetchone()
        if made_with != str(seed):
            raise WrongSeed(f"{path} was made with --seed {made_with}; give that seed, or another --state file")

    def close(self) -> None:
        """Fold the log into the file."""
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    # --- the book ---------------------------------------------------------------------------------------------

    def borrower(self, borrower_id: str) -> SimulatedBorrower | None:
        """The borrower of this id."""
        row = self.db.execute("SELECT body FROM borrowers WHERE borrower_id = ?", (borrower_id,)).fetchone()
        return SimulatedBorrower.model_validate_json(row[0]) if row else None

    def loan(self, loan_id: str) -> SimulatedLoan | None:
        """The loan as it was loaded: for its money ask `money`."""
        row = self.db.execute("SELECT body FROM loans WHERE loan_id = ?", (loan_id,)).fetchone()
        return SimulatedLoan.model_validate_json(row[0]) if row else None

    def add_borrower(self, borrower: SimulatedBorrower) -> None:
        """A new borrower."""
        self.db.execute("INSERT INTO borrowers VALUES (?, ?)", (borrower.borrower_id, borrower.model_dump_json()))

    def add_loan(self, loan: SimulatedLoan) -> None:
        """A new loan, without its money."""
        self.db.execute("INSERT INTO loans VALUES (?, ?, ?)", (loan.loan_id, loan.borrower_id, loan.model_dump_json()))

    def count_loans(self) -> int:
        """How many loans there are."""
        return self.db.execute("SELECT count(*) FROM loans").fetchone()[0]

    # --- money ------------------------------------------------------------------------------------------------

    def money(self, loan_id: str, up_to: datetime | None = None) -> tuple[Posted, ...]:
        """All movements of a loan, or those posted at or before `up_to`, by posting time."""
        limit = stamp(up_to) if up_to else "9999"
        rows = self.db.execute(
            "SELECT body FROM money WHERE loan_id = ? AND posted_at <= ? ORDER BY posted_at, reference",
            (loan_id, limit),
        )
        return tuple(Posted.model_validate_json(row[0]) for row in rows)

    def movement(self, reference: str) -> tuple[str, Posted] | None:
        """The loan id and the movement of this reference."""
        row = self.db.execute("SELECT loan_id, body FROM money WHERE reference = ?", (reference,)).fetchone()
        return (row[0], Posted.model_validate_json(row[1])) if row else None

    def reversal_of(self, reference: str) -> Transaction | None:
        """The reversal that takes this payment or waiver back."""
        row = self.db.execute(
            "SELECT body FROM money WHERE body ->> '$.transaction.reverses' = ?", (reference,)
        ).fetchone()
        return Posted.model_validate_json(row[0]).transaction if row else None

    def add_movement(self, loan_id: str, posted: Posted) -> None:
        """A movement of money; a reference that is there already stays as it is."""
        values = (posted.transaction.reference, loan_id, stamp(posted.posted_at), posted.model_dump_json())
        self.db.execute("INSERT OR IGNORE INTO money VALUES (?, ?, ?, ?)", values)

    # --- idempotent answers -----------------------------------------------------------------------------------

    def answer(self, system: str, key: str) -> tuple[str, str] | None:
        """What was asked under this key (a digest) and answered (JSON)."""
        return self.db.execute(
            "SELECT asked, answer FROM answers WHERE system = ? AND key = ?", (system, key)
        ).fetchone()

    def next_seq(self) -> int:
        """The number that the next answer gets."""
        return self.db.execute("SELECT coalesce(max(seq), 0) + 1 FROM answers").fetchone()[0]

    def add_answer(
        self, seq: int, system: str, key: str, asked: str, answer: str, loan_id: str, contact: str | None = None
    ) -> None:
        """Remember an answer, and the contact that was accepted with it."""
        self.db.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?)",
            (seq, system, key, asked, answer, loan_id, contact),
        )

    def contacts(self, loan_id: str | None = None) -> tuple[AcceptedContact, ...]:
        """All contacts taken, or those about one loan, in the order of taking."""
        rows = self.db.execute(
            "SELECT contact FROM answers WHERE contact IS NOT NULL AND (?1 IS NULL OR loan_id = ?1) ORDER BY seq",
            (loan_id,),
        )
        return tuple(AcceptedContact.model_validate_json(row[0]) for row in rows)

    def contact(self, key: str) -> AcceptedContact | None:
        """The contact taken under this key."""
        row = self.db.execute("SELECT contact FROM answers WHERE key = ? AND contact IS NOT NULL", (key,)).fetchone()
        return AcceptedContact.model_validate_json(row[0]) if row else None

    def change_contact(self, contact: AcceptedContact) -> None:
        """What is known of a contact taken has changed."""
        values = (contact.model_dump_json(), contact.system, contact.key)
        self.db.execute("UPDATE answers SET contact = ? WHERE system = ? AND key = ?", values)

    def keys_of(self, loan_id: str, system: str) -> tuple[str, ...]:
        """All keys under which a system took something about a loan."""
        rows = self.db.execute("SELECT key FROM answers WHERE loan_id = ? AND system = ?", (loan_id, system))
        return tuple(row[0] for row in rows)

    # --- acts -------------------------------------------------------------------------------------------------

    def act(self, act_id: str) -> Act | None:
        """The act of this id."""
        row = self.db.execute("SELECT body FROM acts WHERE id = ?", (act_id,)).fetchone()
        return Act.model_validate_json(row[0]) if row else None

    def acts_of(self, loan_id: str, *, delivered: bool | None = None) -> tuple[Act, ...]:
        """All acts about a loan by time, or those that are (not) delivered."""
        rows = self.db.execute(
            "SELECT body FROM acts WHERE loan_id = ?1 AND (?2 IS NULL OR delivered = ?2) ORDER BY at, id",
            (loan_id, delivered),
        )
        return tuple(Act.model_validate_json(row[0]) for row in rows)

    def add_act(self, act: Act) -> None:
        """An act to be delivered; the same id again stays as it is."""
        self.db.execute(
            "INSERT OR IGNORE INTO acts (id, at, loan_id, borrower_id, body) VALUES (?, ?, ?, ?, ?)",
            (act.id, stamp(act.at), act.loan_id, act.borrower_id, act.model_dump_json()),
        )

    def mark_delivered(self, act_id: str) -> bool:
        """Mark an act as delivered; False if there is none of this id."""
        return self.db.execute("UPDATE acts SET delivered = 1 WHERE id = ?", (act_id,)).rowcount > 0

    def withdraw(self, loan_id: str, cause: str, as_of: datetime) -> None:
        """What hangs on `cause` and is still to come does not come: money posted after `as_of`, acts not delivered.

        Money that is there is signalled all the same.
        """
        of_cause = (loan_id, cause, stamp(as_of))
        self.db.execute("DELETE FROM money WHERE loan_id = ?1 AND body ->> '$.cause' = ?2 AND posted_at > ?3", of_cause)
        self.db.execute(
            "DELETE FROM acts WHERE loan_id = ?1 AND delivered = 0 AND body ->> '$.cause' = ?2 AND at > ?3"
            " AND (body ->> '$.kind' NOT IN ('payment', 'reversal')"
            "      OR body ->> '$.payload.reference' NOT IN (SELECT reference FROM money))",
            of_cause,
        )
