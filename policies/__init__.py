"""Strategies, rulebooks and wording, in files that people write, and the loader that checks them line by
line."""
