"""The one client factory: room for a payload codec."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import PayloadCodec

from operations.connect import converter
from operations.errors import UsageError
from schemas.messages import BorrowerChangedSignal


class Backwards(PayloadCodec):
    """Turns payloads round: enough to see that they pass through it."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Every payload reversed."""
        return [Payload(metadata=p.metadata, data=p.data[::-1]) for p in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Turned round again."""
        return await self.encode(payloads)


def test_without_a_codec_payloads_are_plain_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """As any language writes them."""
    monkeypatch.delenv("ARREARS_PAYLOAD_CODEC", raising=False)
    assert converter() is pydantic_data_converter


async def test_a_named_codec_sees_every_payload(monkeypatch: pytest.MonkeyPatch) -> None:
    """ARREARS_PAYLOAD_CODEC=module:factory."""
    monkeypatch.setenv("ARREARS_PAYLOAD_CODEC", f"{__name__}:Backwards")
    monkeypatch.setitem(__import__("sys").modules, __name__, __import__("types").SimpleNamespace(Backwards=Backwards))
    chosen = converter()
    model = BorrowerChangedSignal(borrower_id="B-1")
    encoded = await chosen.encode([model])
    assert b"B-1" not in encoded[0].data
    assert await chosen.decode(encoded, [BorrowerChangedSignal]) == [model]


@pytest.mark.parametrize("name", ["no.such.module:f", "operations.connect:nothing", "operations.connect"])
def test_a_codec_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Rather than going on in the clear."""
    monkeypatch.setenv("ARREARS_PAYLOAD_CODEC", name)
    with pytest.raises(UsageError, match="ARREARS_PAYLOAD_CODEC"):
        converter()
