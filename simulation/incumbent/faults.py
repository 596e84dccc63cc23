"""What the incumbent does wrong, a borrower each; rules by the ids of the rulebook `cn`."""

from __future__ import annotations

from collections.abc import Callable

from simulation.incumbent.tables import Borrower

HOURS, CALLS, POINT, MESSAGES = "CN.HOURS", "CN.CALL.EFFECTIVE", "CN.CALL.ATTEMPT", "HOUSE.MESSAGES"
OPT_OUT, STOP, DECEASED, HOLD = "HOUSE.OPT_OUT", "HOUSE.STOP", "HOUSE.DECEASED", "HOUSE.BORROWER_HOLD"
CONSENT, TEAM, RECIPIENTS = "CN.IM.CONSENT", "CN.VISIT.TEAM", "CN.RECIPIENTS"


def at_ten_at_night(b: Borrower) -> None:
    b.contact("sms", b.at("22:00:00"), HOURS)


def before_eight(b: Borrower) -> None:
    b.contact("robot_call", b.at("07:59:59"), HOURS)


def on_the_bank_s_clock(b: Borrower) -> None:
    b.zone = "Asia/Urumqi"
    b.contact("human_call", b.at("07:10:00"), HOURS)


def visit_into_the_night(b: Borrower) -> None:
    b.contact("visit", b.at("21:30:00"), HOURS, duration_seconds="2400")


def fourth_call(b: Borrower) -> None:
    for clock in ("09:00:00", "11:00:00", "14:00:00"):
        b.contact("human_call", b.at(clock))
    b.contact(
        "robot_call", b.at("16:00:00"), CALLS, loan_id=f"{b.loan_id}-2", contact_point_id=f"{b.borrower_id}:phone2"
    )


def third_message(b: Borrower) -> None:
    b.contact("sms", b.at("09:00:00"))
    b.contact("email", b.at("10:00:00"))
    b.contact("app_push", b.at("11:00:00"), MESSAGES)


def seventh_time(b: Borrower) -> None:
    for clock in ("09:00:00", "09:30:00", "10:00:00"):
        b.contact("sms", b.at(clock), purpose="statutory_notice")
    for clock in ("11:00:00", "12:00:00", "13:00:00"):
        b.contact("human_call", b.at(clock))
    b.contact("sms", b.at("14:00:00"), POINT, MESSAGES)


def opted_out(b: Borrower) -> None:
    b.event("opt_out", b.at("08:30:00"), "sms")
    b.contact("sms", b.at("09:00:00"), OPT_OUT)


def stopped(b: Borrower) -> None:
    b.event("stopped", b.at("08:30:00"))
    b.contact("human_call", b.at("10:00:00", days=2), STOP)


def deceased(b: Borrower) -> None:
    b.event("deceased", b.at("08:30:00"))
    b.contact("letter", b.at("10:00:00", days=3), DECEASED)


def in_hardship(b: Borrower) -> None:
    b.event("hardship", b.at("08:30:00"), ended_at=b.at("08:30:00", days=20))
    b.contact("robot_call", b.at("10:00:00", days=3), HOLD)


def without_consent(b: Borrower) -> None:
    b.contact("im", b.at("10:00:00"), CONSENT)


def alone_at_the_door(b: Borrower) -> None:
    b.contact("visit", b.at("10:00:00"), TEAM, team="1")


def told_to_a_relative(b: Borrower) -> None:
    b.contact("human_call", b.at("10:00:00"), RECIPIENTS, role="other", contact_point_id=f"{b.borrower_id}:relative")


def twice_wrong(b: Borrower) -> None:
    b.event("opt_out", b.at("08:30:00"), "email")
    b.contact("email", b.at("23:15:00"), HOURS, OPT_OUT)


def paid_since_the_list(b: Borrower) -> None:
    b.pays("800.00", b.at("09:40:00"))
    b.late_contact("sms", b.at("10:00:00"), arrears_before="800.00", arrears_as_of=b.at("06:00:00").isoformat())


def paid_the_day_before(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"), f"{b.at('00:00:00', days=20):%Y-%m-%d}")
    b.pays("200.00", b.at("12:00:00"))
    b.pays("300.00", b.at("15:00:00"))
    b.late_contact("human_call", b.at("11:30:00", days=1))


def paid_and_taken_back_later(b: Borrower) -> None:
    b.owes("500.00", b.at("06:00:00"))
    paid = b.pays("500.00", b.at("09:00:00"))
    b.late_contact("robot_call", b.at("13:00:00"))
    b.pays("-500.00", b.at("18:00:00", days=1), reverses=paid)


def called_broken_too_early(b: Borrower) -> None:
    b.pays("600.00", b.at("17:00:00", days=3))
    due = b.at("00:00:00", days=3)
    b.promises("600.00", b.at("10:00:00"), due, "broken", b.at("09:00:00", days=3).isoformat(), "too_early")


def called_broken_though_paid(b: Borrower) -> None:
    b.pays("600.00", b.at("17:00:00", days=2))
    due = b.at("00:00:00", days=3)
    b.promises("600.00", b.at("10:00:00"), due, "broken", b.at("09:00:00", days=6).isoformat(), "overlooked")


def called_broken_before_it_was_booked(b: Borrower) -> None:
    b.pays("600.00", b.at("10:00:00", days=8), f"{b.at('00:00:00', days=3):%Y-%m-%d}")
    due = b.at("00:00:00", days=3)
    b.promises("600.00", b.at("10:00:00"), due, "broken", b.at("09:00:00", days=6).isoformat(), "backdated")


def called_kept_on_money_taken_back(b: Borrower) -> None:
    paid = b.pays("600.00", b.at("10:00:00", days=2))
    b.pays("600.00", b.at("10:00:00", days=5), f"{b.at('00:00:00', days=2):%Y-%m-%d}", reverses=paid)
    due = b.at("00:00:00", days=3)
    b.promises("600.00", b.at("10:00:00"), due, "kept", b.at("09:00:00", days=4).isoformat(), "reversed")


def called_kept_on_late_money(b: Borrower) -> None:
    b.pays("600.00", b.at("10:00:00", days=7))
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=3), "kept", why="late")


def called_kept_on_a_part(b: Borrower) -> None:
    b.pays("250.00", b.at("10:00:00", days=2))
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=3), "kept", why="short")


def called_kept_on_nothing(b: Borrower) -> None:
    b.pays("600.00", b.at("09:00:00"))  # before the promise, and no part of it
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=3), "kept", why="unpaid")


def forgotten(b: Borrower) -> None:
    b.promises("600.00", b.at("10:00:00"), b.at("00:00:00", days=3), "open", why="left_open")


FAULTS: tuple[Callable[[Borrower], None], ...] = (
    *(at_ten_at_night, before_eight, on_the_bank_s_clock, visit_into_the_night),
    *(fourth_call, third_message, seventh_time),
    *(opted_out, stopped, deceased, in_hardship, without_consent, alone_at_the_door),
    *(told_to_a_relative, twice_wrong),
    *(paid_since_the_list, paid_the_day_before, paid_and_taken_back_later),
    *(called_broken_too_early, called_broken_though_paid, called_broken_before_it_was_booked),
    *(called_kept_on_money_taken_back, called_kept_on_late_money, called_kept_on_a_part, called_kept_on_nothing),
    forgotten,
)
