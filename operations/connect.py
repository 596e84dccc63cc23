"""The one way to a Temporal client: profile and `TEMPORAL_*` as the `temporal` command reads them, our converter."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime

from operations.errors import UsageError


def converter(codec: PayloadCodec | None = None) -> DataConverter:
    """Pydantic models as JSON. With a `codec` all payloads, and failure messages, are encoded by it."""
    if codec is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(
    environ: Mapping[str, str] | None = None,
    *,
    codec: PayloadCodec | None = None,
    runtime: Runtime | None = None,
    **options: Any,
) -> Client:
    """A client for the cluster that `environ` (default: the process's) names. Raises UsageError if it does not answer.

    Reads `TEMPORAL_PROFILE`, `TEMPORAL_CONFIG_FILE`, `TEMPORAL_ADDRESS`, `TEMPORAL_API_KEY`, TLS and the rest.
    """
    config: dict[str, Any] = dict(
        ClientConfig.load_client_connect_config(override_env_vars=environ)  # pyright: ignore[reportArgumentType]
    )
    config.setdefault("target_host", "127.0.0.1:7233")
    try:
        return await Client.connect(**config, data_converter=converter(codec), runtime=runtime, **options)
    except RuntimeError as error:
        raise UsageError(
            f"no Temporal server at {config['target_host']}: start one with `starter.py up`, "
            "or set TEMPORAL_ADDRESS or TEMPORAL_PROFILE"
        ) from error
