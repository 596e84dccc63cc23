"""Temporal workflows: a thin loop around the pure domain."""
