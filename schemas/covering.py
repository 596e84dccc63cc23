"""One message that speaks of several debts of its borrower: what it says of each, beside the one whose case sends it."""

from __future__ import annotations

from schemas.base import Amount, Currency, Day, LoanId, Recorded
from schemas.contact import ContactProposal


class Cover(Recorded):
    """What a message says of a debt that it covers, and which contact of that debt's own case it stands for.

    `proposal` is that contact: the rung is the covered case's, the attempt and the template are the message's. `arrears`, in
    `currency`, is overdue since `overdue_since`, by the bank's date on which the message was reserved.
    """

    loan_id: LoanId
    proposal: ContactProposal
    arrears: Amount
    currency: Currency
    overdue_since: Day
    days_past_due: int
