"""Figures and charts from the ledger: SQL over facts, nothing counted elsewhere."""
