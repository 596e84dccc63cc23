"""Where to look further: pages of the Temporal UI, and commands."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from operations.display import say
from operations.starting import workflow_id


@dataclass(frozen=True)
class Places:
    """The UI of a Temporal server of ours; None for a cluster that is not."""

    ui: str | None
    namespace: str

    def cases(self) -> str | None:
        """Address of the list of cases."""
        return f"{self.ui}/namespaces/{self.namespace}/workflows" if self.ui else None

    def case(self, loan_id: str) -> str | None:
        """Address of one case."""
        return f"{self.cases()}/{workflow_id(loan_id)}" if self.ui else None

    def tell(self, console: Console, loan_id: str) -> None:
        """Say where the cases are, with `loan_id` as an example."""
        lines = [("its story, from the ledger", f"python3 starter.py case {loan_id}")]
        if self.ui:
            lines = [("all cases", f"{self.cases()}"), ("one of them", f"{self.case(loan_id)}"), *lines]
        for what, where in lines:
            say(console, f"  {what:<28}{where}")
