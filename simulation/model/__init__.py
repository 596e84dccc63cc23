"""What the simulated world is made of: borrowers, loans, acts, and what is said to the simulation itself."""

from __future__ import annotations

from simulation.model.acts import (
    AcceptedContact,
    AcceptedContacts,
    Act,
    ActKind,
    Acts,
    NextAct,
    NextActs,
    Posted,
)
from simulation.model.control import (
    Asking,
    BookLoad,
    DeliveryNote,
    Done,
    Fault,
    FaultMode,
    Health,
    Loaded,
    LoanRef,
    LoanRefs,
    MoneyPosted,
    PaymentOrder,
    Planned,
    ReversalOrder,
    System,
)
from simulation.model.world import BANK_ZONE, Character, SimulatedBorrower, SimulatedLoan, today_at_bank

__all__ = [
    "BANK_ZONE",
    "AcceptedContact",
    "AcceptedContacts",
    "Act",
    "ActKind",
    "Acts",
    "Asking",
    "BookLoad",
    "Character",
    "DeliveryNote",
    "Done",
    "Fault",
    "FaultMode",
    "Health",
    "Loaded",
    "LoanRef",
    "LoanRefs",
    "MoneyPosted",
    "NextAct",
    "NextActs",
    "PaymentOrder",
    "Planned",
    "Posted",
    "ReversalOrder",
    "SimulatedBorrower",
    "SimulatedLoan",
    "System",
    "today_at_bank",
]
