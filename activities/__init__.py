"""The only hands: one module for each system outside, and the ledger's own activities."""
