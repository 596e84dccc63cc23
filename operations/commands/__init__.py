"""The command line: each module registers its group of commands on the one app that `starter.py` runs."""
