"""How the bank says no: one exception, one body, the status codes of the contract."""

from __future__ import annotations

from pydantic import ValidationError

from schemas.gateways import GatewayProblem


class Refusal(Exception):
    """An answer other than success. `status` is HTTP's, `headers` go with it."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        retryable: bool = False,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {detail}")
        self.status = status
        self.problem = GatewayProblem(code=code, retryable=retryable, detail=detail)
        self.headers = headers or {}


def invalid(where: str, error: ValidationError) -> Refusal:
    """422 `invalid_request`, naming each place and what was expected there, never what was sent."""
    found = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        path = ".".join([where, *(str(part) for part in one["loc"])])
        found.append(f"{path}: {one['msg']}")
    return Refusal(422, "invalid_request", "; ".join(found))


def unknown_loan(loan_id: str, status: int) -> Refusal:
    """No such loan at this bank: 404 when it is what was asked for, 422 when it stands in a request."""
    return Refusal(status, "unknown_loan", f"no loan {loan_id} here; load it with POST /simulation/book")
