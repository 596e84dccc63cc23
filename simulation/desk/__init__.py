"""People of the bank: what they do when a case asks for somebody, and what follows from what they did. Pure functions.

They answer within hours, days or weeks, in working hours, by the same dice as everybody else. `answer` takes what a case
at rest asks for, `follow` a command that was delivered, with the case's answer.
"""

from __future__ import annotations

from simulation.desk.answering import ANSWERED, Question, answer
from simulation.desk.following import Followed, follow

__all__ = ["ANSWERED", "Followed", "Question", "answer", "follow"]
