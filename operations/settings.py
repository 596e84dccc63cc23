"""What is read from the environment besides Temporal's own `TEMPORAL_*` variables."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from activities.delivery import House
from operations.errors import UsageError

System = Literal["core_banking", "credit_bureau", "messaging", "telephony", "field_force", "documents", "court"]
"""The systems outside, each with an address of its own."""


class Settings(BaseSettings):
    """Environment variables; every one has a use in production, and `starter.py up` sets them for the local stack."""

    model_config = SettingsConfigDict(extra="ignore")

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")
    gateways: str | None = Field(default=None, validation_alias="ARREARS_GATEWAYS")
    """Base URL of the systems outside, if all answer under one."""
    core_banking: str | None = Field(default=None, validation_alias="ARREARS_CORE_BANKING")
    credit_bureau: str | None = Field(default=None, validation_alias="ARREARS_CREDIT_BUREAU")
    messaging: str | None = Field(default=None, validation_alias="ARREARS_MESSAGING")
    telephony: str | None = Field(default=None, validation_alias="ARREARS_TELEPHONY")
    field_force: str | None = Field(default=None, validation_alias="ARREARS_FIELD_FORCE")
    documents: str | None = Field(default=None, validation_alias="ARREARS_DOCUMENTS")
    court: str | None = Field(default=None, validation_alias="ARREARS_COURT")
    build: str | None = Field(default=None, validation_alias="ARREARS_BUILD")
    """Build id of the workflows; by default computed from the code."""
    log_format: Literal["console", "json"] = Field(default="console", validation_alias="ARREARS_LOG")
    messages_per_second: float | None = Field(default=None, validation_alias="ARREARS_MESSAGES_PER_SECOND")
    calls_per_second: float | None = Field(default=None, validation_alias="ARREARS_CALLS_PER_SECOND")
    bank_name: str | None = Field(default=None, validation_alias="ARREARS_BANK_NAME")
    hotline: str | None = Field(default=None, validation_alias="ARREARS_HOTLINE")
    """How the bank names itself to borrowers, and the number they can call."""
    sandbox: bool = Field(default=False, validation_alias="ARREARS_SANDBOX")
    """Run workflows in the SDK's sandbox, as the tests do: slower, and catches what is not deterministic."""
    workflow_cache: int = Field(default=2000, validation_alias="ARREARS_WORKFLOW_CACHE")
    """Cases kept in a worker's memory, about 110 KiB each."""

    def database(self) -> str:
        """The ledger's address. Raises UsageError without one."""
        if not self.database_url:
            raise UsageError("no DATABASE_URL: set it to the ledger's PostgreSQL, or run `starter.py up` first")
        return self.database_url

    def house(self) -> House:
        """What messages say of their sender. Raises UsageError if it is not set: nobody is written to anonymously."""
        if not self.bank_name or not self.hotline:
            raise UsageError("set ARREARS_BANK_NAME and ARREARS_HOTLINE: every message names its sender")
        return House(bank=self.bank_name, hotline=self.hotline)

    def gateway(self, name: System) -> str:
        """The base URL of one system outside. Raises UsageError without one."""
        url = getattr(self, name) or self.gateways
        if not url:
            raise UsageError(
                f"no address for {name}: set ARREARS_{name.upper()}, or ARREARS_GATEWAYS for all systems at once"
            )
        return str(url)
