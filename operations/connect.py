"""The one way to a Temporal client: profile and `TEMPORAL_*` as the `temporal` command reads them, our converter."""

from __future__ import annotations

import dataclasses
import importlib
import os
from collections.abc import Mapping
from typing import Any

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec
from temporalio.envconfig import ClientConfig
from temporalio.runtime import Runtime

from operations.errors import UsageError
from operations.whole_tasks import AskAgain


def converter(codec: PayloadCodec | None = None) -> DataConverter:
    """Pydantic models as JSON. With a `codec` all payloads, and failure messages, are encoded by it."""
    codec = codec or _named_codec()
    if codec is None:
        return pydantic_data_converter
    return dataclasses.replace(
        pydantic_data_converter,
        payload_codec=codec,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


def _named_codec() -> PayloadCodec | None:
    """The codec that ARREARS_PAYLOAD_CODEC names as `module:factory`; None if it is not set.

    Production encrypts payloads here: the factory takes nothing, reads its keys where the house keeps them, and gives a
    `temporalio.converter.PayloadCodec`. Workers and every program that reads a case need the same. Raises UsageError.
    """
    name = os.environ.get("ARREARS_PAYLOAD_CODEC")
    if not name:
        return None
    module, _, factory = name.partition(":")
    try:
        codec = getattr(importlib.import_module(module), factory)()
    except (ImportError, AttributeError, ValueError) as error:
        raise UsageError(f"ARREARS_PAYLOAD_CODEC={name}: {error}; give it as package.module:factory") from error
    if not isinstance(codec, PayloadCodec):
        raise UsageError(f"ARREARS_PAYLOAD_CODEC={name} does not give a temporalio.converter.PayloadCodec")
    return codec


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
    options["interceptors"] = [AskAgain(), *options.get("interceptors", ())]
    try:
        return await Client.connect(**config, data_converter=converter(codec), runtime=runtime, **options)
    except RuntimeError as error:
        raise UsageError(
            f"no Temporal server at {config['target_host']}: start one with `starter.py up`, "
            "or set TEMPORAL_ADDRESS or TEMPORAL_PROFILE"
        ) from error
