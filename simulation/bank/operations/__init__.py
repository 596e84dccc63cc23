"""Every endpoint in one table: the application is routed by it, and the OpenAPI document written from it."""

from __future__ import annotations

from simulation.bank.operations import contacts, court, records, simulated
from simulation.bank.operations.table import Call, Operation

CONTRACT: tuple[Operation, ...] = (*records.OPERATIONS, *contacts.OPERATIONS, *court.OPERATIONS)
SIMULATION: tuple[Operation, ...] = simulated.OPERATIONS
OPERATIONS: tuple[Operation, ...] = CONTRACT + SIMULATION

__all__ = ["CONTRACT", "OPERATIONS", "SIMULATION", "Call", "Operation"]
