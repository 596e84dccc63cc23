"""Layouts: how the columns of a file become requests, personal records and simulated accounts."""
