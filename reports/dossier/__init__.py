"""One case as evidence: what the ledger has of it, for a complaint, a regulator or a court."""
