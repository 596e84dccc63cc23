"""A bank that does not run Arrears: what its dialler and its core banking export, faults included, each of them known."""

from __future__ import annotations

from simulation.incumbent.making import make_exports
from simulation.incumbent.tables import Made, Truth, write_exports

__all__ = ["Made", "Truth", "make_exports", "write_exports"]
