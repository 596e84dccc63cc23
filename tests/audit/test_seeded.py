"""Exports with faults of every kind among near misses and ordinary days: all are found, and nothing else."""

from __future__ import annotations

import pytest

from audit.auditing import Exports, Terms, audit
from audit.findings import Findings
from simulation.incumbent import Made, make_exports, write_exports
from simulation.incumbent.faults import FAULTS
from tests.audit.auditwork import BANK, RULEBOOK, read_all


@pytest.fixture(scope="module")
def made() -> Made:
    return make_exports(seed=3, size=900, times=3)


@pytest.fixture(scope="module")
def exports(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Exports:
    folder = tmp_path_factory.mktemp("exports")
    exports, sources = read_all(write_exports(made, folder), folder)
    assert [(source.rejected, source.unused) for source in sources] == [(0, 0)] * 5
    return exports


@pytest.fixture(scope="module")
def findings(exports: Exports) -> Findings:
    return audit(exports, RULEBOOK, Terms(BANK))


def test_the_seeded_faults_are_of_every_rule_and_every_reason(made: Made):
    """Else finding them all would say little."""
    assert {rule for _, rule in made.truth.breaches} == {rule.id for rule in RULEBOOK.rules}
    assert len({why for _, why in made.truth.misjudged}) == 8
    assert len(made.truth.after_payment) == 9
    assert len(made.truth.breaches) + 9 + len(made.truth.misjudged) >= 3 * len(FAULTS)


def test_every_seeded_breach_is_found_and_none_besides(made: Made, findings: Findings):
    """By contact and rule."""
    found = [(breach.contact.contact_id, breach.rule.id) for breach in findings.breaches]
    assert len(found) == len(set(found))
    assert set(found) == made.truth.breaches


def test_every_contact_after_payment_is_found_and_none_besides(made: Made, findings: Findings):
    """Paid in full, by money that stood, before the contact, and nothing fallen due since."""
    found = [after.contact.contact_id for after in findings.after_payment]
    assert sorted(found) == sorted(made.truth.after_payment)


def test_every_misjudged_promise_is_found_with_its_reason_and_none_besides(made: Made, findings: Findings):
    """By promise and why."""
    assert {(each.promise.promise_id, each.why) for each in findings.misjudged} == made.truth.misjudged


def test_the_order_of_rows_has_no_say(exports: Exports, findings: Findings):
    """The same findings in the same order, whichever way the files are sorted."""
    turned = Exports(
        exports.contacts[::-1],
        (exports.payments or [])[::-1],
        (exports.promises or [])[::-1],
        (exports.events or [])[::-1],
        (exports.accounts or [])[::-1],
    )
    again = audit(turned, RULEBOOK, Terms(BANK))
    assert again.breaches == findings.breaches
    assert again.after_payment == findings.after_payment
    assert again.misjudged == findings.misjudged
