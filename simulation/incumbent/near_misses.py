"""What the incumbent does right, as near to wrong as it gets; a borrower each."""

from __future__ import annotations

from collections.abc import Callable

from simulation.incumbent.tables import Borrower


def at_the_edges_of_the_day(b: Borrower) -> None:
    b.contact("sms", b.at("08:00:00"))
    b.contact("human_call", b.at("21:59:59"))


def three_calls_and_midnight(b: Borrower) -> None:
    for clock in ("09:00:00", "15:00:00", "21:00:00"):
        b.contact("human_call", b.at(clock))
    b.contact("human_call", b.at("08:10:00", days=1))


def another_channel(b: Borrower) -> None:
    b.event("opt_out", b.at("08:30:00"), "sms")
    b.contact("email", b.at("09:00:00"))
    b.contact("sms", b.at("10:00:00"), purpose="reply")


def at_the_very_moment(b: Borrower) -> None:
    b.event("opt_out", b.at("09:00:00"), "sms")
    b.contact("sms", b.at("09:00:00"))


def taken_back(b: Borrower) -> None:
    b.event("opt_out", b.at("08:30:00"), "sms", ended_at=b.at("08:30:00", days=2))
    b.contact("sms", b.at("09:00:00", days=2))


def over(b: Borrower) -> None:
    b.event("hardship", b.at("08:30:00"), ended_at=b.at("08:30:00", days=2))
    b.event("stopped", b.at("08:30:00"), ended_at=b.at("08:30:00", days=2))
    b.contact("human_call", b.at("09:00:00", days=2))


def with_consent(b: Borrower) -> None:
    b.event("opt_in", b.at("08:30:00"), "im")
    b.contact("im", b.at("09:00:00"))


def two_at_the_door(b: Borrower) -> None:
    b.contact("visit", b.at("10:00:00"), duration_seconds="1800")


def a_guarantor_is_told(b: Borrower) -> None:
    b.event("opt_out", b.at("08:30:00"), "sms")
    b.contact("sms", b.at("09:00:00"), role="guarantor", contact_point_id=f"{b.borrower_id}:guarantor")


def an_executor_is_written_to(b: Borrower) -> None:
    b.event("deceased", b.at("08:30:00"))
    b.contact("letter", b.at("10:00:00", days=3), role="representative")


def paid_in_part(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"))
    b.pays("499.99", b.at("09:00:00"))
    b.contact("sms", b.at("10:00:00"))


def paid_after(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"))
    b.pays("500.00", b.at("10:00:00"))
    b.contact("sms", b.at("10:00:00"))


def taken_back_before(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"))
    paid = b.pays("500.00", b.at("09:00:00"))
    b.pays("500.00", b.at("11:00:00"), reverses=paid)
    b.contact("sms", b.at("12:00:00"))


def fallen_due_since(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"), f"{b.at('00:00:00', days=1):%Y-%m-%d}")
    b.pays("500.00", b.at("09:00:00"))
    b.contact("sms", b.at("12:00:00", days=2))


def thanks(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"))
    b.pays("500.00", b.at("09:00:00"))
    b.contact("sms", b.at("10:00:00"), purpose="reply")


def kept_in_tolerance(b: Borrower) -> None:
    b.pays("599.00", b.at("20:00:00", days=4))
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=3), "kept", b.at("09:00:00", days=5).isoformat())


def broken_indeed(b: Borrower) -> None:
    b.pays("598.99", b.at("20:00:00", days=3))
    b.pays("600.00", b.at("08:00:00", days=5))
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=3), "broken", b.at("09:00:00", days=5).isoformat())


def still_open(b: Borrower) -> None:
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=300), "open")


NEAR_MISSES: tuple[Callable[[Borrower], None], ...] = (
    *(at_the_edges_of_the_day, three_calls_and_midnight),
    *(another_channel, at_the_very_moment, taken_back, over, with_consent, two_at_the_door),
    *(a_guarantor_is_told, an_executor_is_written_to),
    *(paid_in_part, paid_after, taken_back_before, fallen_due_since, thanks),
    *(kept_in_tolerance, broken_indeed, still_open),
)
