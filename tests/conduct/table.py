"""Where each case of each group of rules of conduct is proven: the group, the case in words, the tests, or why there is none.

A test is written `file::name`; under tests/. `NOT_MODELLED` begins a reason.
"""

from __future__ import annotations

from typing import NamedTuple

NOT_MODELLED = "not modelled: "


class Case(NamedTuple):
    """One case of a group. `proof`: the tests, or one reason why the product has nothing to test."""

    what: str
    proof: tuple[str, ...]


def proven(what: str, *tests: str) -> Case:
    return Case(what, tests)


def missing(what: str, why: str) -> Case:
    return Case(what, (NOT_MODELLED + why,))


HOURS, COUNTS = "conduct/test_01_hours.py::test_group_", "conduct/test_04_counts.py::test_group_"
PARTIES, DEBTS = (
    "conduct/test_07_opt_out_and_parties.py::test_group_",
    "conduct/test_12_plans_and_limitation.py::test_group_",
)
GUARD, WINDOWS = "domain/test_conduct.py::test_", "domain/test_conduct_windows.py::test_"
PROPERTIES, CALENDAR = "domain/test_conduct_properties.py::test_", "domain/test_calendar.py::test_"
CN, CN_WHOM, US = (f"policies/test_{name}.py::test_" for name in ("cn", "cn_recipients", "us_third_party"))
RESERVING, SENDING = "ledger/test_reservations.py::test_", "ledger/test_sending.py::test_"
SUIT, MONEY, ALLOCATION = (f"domain/test_{name}.py::test_" for name in ("litigation", "money", "allocation"))
ACCRUAL, STANDING, AGENDA = (f"domain/test_{name}.py::test_" for name in ("accrual", "standing", "agenda"))

TABLE: dict[int, tuple[Case, ...]] = {
    1: (
        proven(
            "07:59:59.999, 08:00:00, 21:59:59.999, 22:00:00; 21:00:00 under Regulation F",
            f"{HOURS}01_opens_on_the_second_and_is_closed_at_exactly_the_end",
            f"{CN}cn_hours",
            f"{US}us_hours",
        ),
        proven("a call begun at 21:58 runs past 22:00", f"{HOURS}01_a_call_begun_at_21_58_is_ended_by_22_00"),
    ),
    2: (
        proven("a fleet in UTC", f"{HOURS}02_it_does_not_matter_in_which_zone_the_worker_writes_its_clock"),
        proven("Urumqi, where legal time is Beijing's", f"{GUARD}both_clocks_count_in_urumqi"),
        proven(
            "an area code that is not the address: every zone",
            f"{GUARD}hours_hold_in_every_zone_the_party_may_be_in",
            f"{PROPERTIES}what_is_allowed_keeps_hours_and_caps_in_every_zone",
        ),
        proven("Arizona", f"{GUARD}arizona_keeps_its_own_time"),
        proven("a missing zone", f"{GUARD}without_a_sure_zone_nothing_goes_out"),
    ),
    3: (
        proven(
            "a gap: the moment exists",
            f"{GUARD}an_opening_in_the_skipped_hour_exists",
            f"{CALENDAR}an_opening_in_the_skipped_hour_is_the_jump_itself",
        ),
        proven("an overlap: once", f"{GUARD}an_opening_in_the_repeated_hour_is_the_first_of_two"),
        proven(
            "seven dates of 169 hours, and of 167: the stricter of both",
            f"{HOURS}03_seven_dates_across_a_change_of_clocks_are_counted_the_stricter_way",
            f"{WINDOWS}seven_dates_may_be_more_than_168_hours",
        ),
    ),
    4: (
        proven(
            "the seventh call, the eighth",
            f"{WINDOWS}the_eighth_call_about_a_debt_in_seven_days_waits",
            f"{US}us_call_seven",
        ),
        proven("seven, and one by consent", f"{US}us_direct_prior_consent"),
        proven("a dial that does not connect", f"{COUNTS}04_a_dial_that_did_not_connect_counts_too"),
        proven("a conversation is day one", f"{WINDOWS}a_conversation_is_day_one_of_seven", f"{US}us_call_after_talk"),
        proven("an inbound conversation", f"{COUNTS}04_a_borrower_who_rang_was_talked_to_and_not_called"),
        proven(
            "one talk about two debts",
            f"{WINDOWS}one_talk_about_two_debts_pauses_both_and_no_third",
            "ledger/test_covering.py::test_the_cap_of_a_debt_counts_the_message_for_each_debt_that_it_spoke_of",
        ),
    ),
    5: (
        proven(
            "the third and the fourth conversation",
            f"{CN}cn_call_effective",
            f"{COUNTS}05_talks_count_from_the_moment_they_are_known_and_the_audit_agrees",
        ),
        proven(
            "the sixth and the seventh attempt",
            f"{CN}cn_call_attempt",
            f"{GUARD}the_sixth_attempt_goes_and_the_seventh_waits_for_midnight",
        ),
        proven("two numbers", f"{GUARD}two_numbers_have_two_caps_and_one_borrower_has_one"),
        proven(
            "midnight resets, and a contact counts on the day it went out",
            f"{RESERVING}tomorrow_there_is_a_slot_again",
            f"{SENDING}a_contact_that_went_out_a_day_late_counts_on_the_day_it_went_out",
        ),
        proven(
            "two vendors race for the last slot",
            f"{COUNTS}05_two_vendors_and_a_robot_share_one_count",
            f"{RESERVING}32_loans_race_for_the_last_slots",
            "ledger/test_last_slot.py::test_32_concurrent_workers_racing_for_the_last_slot_under_a_cap_get_exactly_one",
        ),
        proven("robot and human together", f"{GUARD}robot_and_human_calls_and_all_loans_are_pooled"),
    ),
    6: (
        proven(
            "hours that were waived waive no caps, and the other way round",
            f"{COUNTS}06_more_attempts_are_no_other_hours_and_hours_are_no_more_attempts",
            f"{CN_WHOM}a_consent_to_hours_is_none_to_more_attempts_and_none_of_anybody_else",
        ),
        proven(
            "a waiver that expired or was withdrawn in the queue",
            f"{COUNTS}06_a_waiver_that_ended_in_the_queue_waives_nothing",
            f"{CN_WHOM}other_hours_by_agreement",
        ),
    ),
    7: (
        proven(
            "an opt-out while it rings, or in the talk",
            f"{PARTIES}07_while_it_rings_or_in_the_talk_it_is_finished_and_nothing_follows",
            f"{SENDING}but_not_past_anything_newer_than_the_sending",
        ),
        proven(
            "between reserve and dial; what is queued is given up",
            f"{PARTIES}07_between_reserve_and_dial_it_stops_all_that_is_queued",
            f"{SENDING}an_opt_out_between_reservation_and_sending_releases_it",
            "ledger/test_covering.py::test_an_opt_out_after_the_reservation_stops_it_for_every_debt",
        ),
        proven("told twice", f"{PARTIES}07_told_twice_it_is_told_once", f"{STANDING}a_fact_told_twice_changes_nothing"),
        proven(
            "out of order: an opt-in said before an opt-out and delivered after it",
            f"{STANDING}a_consent_from_before_a_refusal_takes_nothing_back",
        ),
        proven(
            "STOP to a message leaves letters, and may be confirmed once",
            f"{PARTIES}07_stop_to_a_message_closes_no_letter_and_lets_it_be_confirmed",
        ),
    ),
    8: (
        proven(
            "the moment falls into another rule's closed time",
            f"{HOURS}08_the_day_after_a_full_one_begins_when_it_opens",
            f"{GUARD}the_moment_after_a_cap_may_be_closed_and_moves_again",
            f"{PROPERTIES}the_moment_of_a_deferral_is_allowed_and_none_before_it",
        ),
        proven("a holiday after a weekend", f"{WINDOWS}a_holiday_after_a_weekend_moves_it_again"),
        missing("Australia's own hours and holidays", "no book for Australia is shipped; the kinds of rules are there"),
    ),
    9: (
        proven(
            "a death in the middle, an executor, an heir who renounced",
            f"{PARTIES}09_death_in_the_middle_an_executor_and_an_heir_who_renounces",
            f"{STANDING}the_end_of_something_else_wakes_nobody",
            f"{AGENDA}a_whole_stop_or_a_death_ends_all_contact",
        ),
        proven(
            "a number that is a child's",
            f"{PARTIES}09_a_number_that_turns_out_to_be_a_childs",
            f"{AGENDA}a_wrong_number_is_not_used_again",
        ),
        proven("a word of self-harm", f"{PARTIES}09_a_word_of_self_harm_stops_every_demand"),
        proven(
            "a relative volunteers to pay",
            f"{PARTIES}09_a_relative_who_volunteers_to_pay_becomes_no_debtor",
            "domain/test_others.py::test_what_a_relative_says_is_not_the_borrowers_word",
            f"{PARTIES}09_where_no_third_party_may_hear_of_it_nobody_is_asked_at_all",
        ),
    ),
    10: (
        proven(
            "an attorney who withdraws or does not answer",
            f"{PARTIES}10_an_attorney_who_is_unresponsive_gives_way_on_the_day_of_the_review",
            f"{US}us_attorney",
        ),
        proven("a dispute on day 30 and on day 31", f"{PARTIES}10_a_dispute_holds_whether_it_comes_on_day_30_or_31"),
        proven("a complaint opened and answered on one day", f"{PARTIES}10_a_complaint_opened_and_answered_on_one_day"),
    ),
    11: (
        proven(
            "day 60 and 61 of a moratorium",
            f"{PARTIES}11_a_moratorium_ends_after_its_sixtieth_day",
            "domain/test_holds.py::test_a_moratorium_ends_by_itself_on_its_day",
        ),
        missing("the end of a crisis and thirty days", "whoever records the moratorium reckons its day"),
        missing("a debtor in Scotland", "no book of Scotland; whoever opens a moratorium knows which scheme grants it"),
        proven(
            "insolvency filed before it was processed",
            f"{PARTIES}11_insolvency_filed_before_the_notice_was_processed",
        ),
    ),
    12: (
        proven(
            "a card's plan: signed, missed; the same on a loan",
            f"{DEBTS}12_a_plan_that_is_signed_stops_collection_and_one_that_is_missed_lets_it_go_on",
            f"{CN_WHOM}cn_card_plan",
        ),
    ),
    13: (
        proven("a leap day", f"{DEBTS}13_three_years_from_a_leap_day_end_with_february"),
        proven("the last instalment", f"{SUIT}limitation_runs_three_years_from_the_last_instalment"),
        proven("a message that bounced", f"{DEBTS}13_a_message_that_bounced_interrupts_nothing"),
        proven("a part payment", f"{SUIT}limitation_runs_anew_from_what_interrupts_it"),
        proven("twenty years", f"{DEBTS}13_after_twenty_years_nothing_interrupts_any_more"),
        missing(
            "day 15 of a payment order on Spring Festival", "there is no lane for payment orders, and no court holidays"
        ),
        missing("day 30 after a preservation before suit", "preservation is not applied for"),
        missing("day 30 for the confirmation of a mediation", "a settlement is recorded as the court reports it"),
        missing(
            "two years to apply for enforcement",
            "it is applied for as soon as a judgment is in effect and not paid; no clock watches one that is held up",
        ),
    ),
    14: (
        proven("days 90 and 91", f"{ALLOCATION}a_card_pays_principal_first_from_day_91"),
        proven(
            "an overpayment",
            f"{ALLOCATION}a_surplus_may_be_held_until_it_is_due",
            f"{MONEY}more_than_everything_is_unapplied",
        ),
        proven(
            "the debtor's designation",
            f"{ALLOCATION}what_the_payer_says_comes_first",
            f"{ALLOCATION}civil_code_560_the_debtor_chooses",
        ),
        proven(
            "a reversed payment", f"{MONEY}a_reversed_payment_never_was", f"{MONEY}a_reversal_restores_the_old_date"
        ),
        proven("the LPR at signing", f"{ACCRUAL}private_lending_art_25_four_times_the_lpr_at_signing"),
        proven("24% that counts every fee", f"{ACCRUAL}the_cap_counts_every_fee"),
    ),
    15: (
        proven(
            "the law changes between plan and act",
            f"{COUNTS}15_a_law_that_became_tighter_between_plan_and_act_binds_the_act",
            f"{SENDING}law_that_came_into_force_meanwhile_binds",
        ),
        proven(
            "an overlay that loosens",
            "policies/test_overlays.py::test_what_loosens_is_refused_with_its_place",
            "domain/test_tightening.py::test_what_counts_as_tighter_allows_nothing_more",
        ),
        proven(
            "a clock that is wrong",
            f"{COUNTS}15_a_worker_whose_clock_is_behind_waits_and_one_that_was_ahead_makes_all_wait",
            f"{RESERVING}an_attempt_later_than_our_clock_makes_the_guard_wait",
        ),
        proven(
            "a replay gives the same verdict",
            "replay/test_replay.py::test_history_replays",
            f"{AGENDA}steps_are_a_function_of_their_arguments",
        ),
        proven("any schedule of all of these", "conduct/test_schedules.py::TestSchedules"),
    ),
}
