"""What a run has to ask the server about itself."""

from __future__ import annotations

from temporalio import activity
from temporalio.client import Client


class RunActivities:
    """Holds the client of the worker."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @activity.defn(name="current_run")
    async def current_run(self, workflow_id: str) -> str:
        """The run id that `workflow_id` stands for now: of two runs of one case only that one may go on."""
        description = await self._client.get_workflow_handle(workflow_id).describe()
        return description.run_id
