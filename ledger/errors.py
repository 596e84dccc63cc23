"""What goes wrong with the ledger, said so that the reader can mend it."""


class LedgerError(RuntimeError):
    """The ledger cannot do what was asked, and asking again will not help; the message says how to mend it."""


class MigrationRefused(LedgerError):
    """The database and the migration files do not tell the same past."""


class BorrowerMismatch(LedgerError):
    """A loan is known under one borrower and was named with another."""


class ArtefactConflict(LedgerError):
    """A name and version that are published already came with other content, or a stored text is not its digest's."""


class LooseningRefused(LedgerError):
    """A rulebook is laxer than the one it says it is laid over, or that one is not in this ledger; the message says where."""


class ApprovalRefused(LedgerError):
    """A strategy cannot be approved, or not by this person; the message says why."""


class PersonalConflict(LedgerError):
    """A number or address was given under an id that is another party's."""


class ProtocolError(LedgerError):
    """A call came out of its order: a sending without a reservation, an opening by way of `append`."""


class UnknownFact(LedgerError):
    """A stored fact that this build cannot read; a newer build wrote it."""
