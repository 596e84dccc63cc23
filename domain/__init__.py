"""The rules of collecting an overdue loan: pure, synchronous, deterministic. No clock, no I/O, no Temporal."""
