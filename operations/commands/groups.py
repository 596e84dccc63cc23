"""The matters by which `--help` lists the commands, in their order."""

from __future__ import annotations

from cyclopts import Group

WHOLE = Group("The whole", sort_key=1)
BOOKS = Group("Books of loans", sort_key=2)
CASES = Group("A case, from its start to its story", sort_key=3)
MONEY = Group("Money", sort_key=4)
TALKS = Group("Conversations and visits", sort_key=5)
AGREEMENTS = Group("Promises, plans, settlements, approvals", sort_key=6)
COURT = Group("The suit", sort_key=7)
HOLDS = Group("What stops a case, and what binds a borrower", sort_key=8)
STEERING = Group("Steering a case", sort_key=9)
POLICIES = Group("Strategies", sort_key=10)
