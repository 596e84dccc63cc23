"""A bank that answers, borrowers that behave, and the one clock of a virtual book; deterministic by seed."""
