"""The one place that knows where Airflow keeps its names."""

from __future__ import annotations

from airflow.providers.common.compat.sdk import (
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    AirflowSkipException,
    BaseHook,
    BaseOperator,
    BaseOperatorLink,
    BaseSensorOperator,
    Context,
    DecoratedOperator,
    ObjectStoragePath,
    PokeReturnValue,
    Stats,
    TaskDecorator,
    conf,
    context_merge,
    determine_kwargs,
    mask_secret,
    redact,
    task_decorator_factory,
)
from airflow.triggers.base import BaseEventTrigger, TriggerEvent

__all__ = [
    "AirflowException",
    "AirflowFailException",
    "AirflowNotFoundException",
    "AirflowSkipException",
    "BaseEventTrigger",
    "BaseHook",
    "BaseOperator",
    "BaseOperatorLink",
    "BaseSensorOperator",
    "Context",
    "DecoratedOperator",
    "ObjectStoragePath",
    "PokeReturnValue",
    "Stats",
    "TaskDecorator",
    "TriggerEvent",
    "conf",
    "context_merge",
    "determine_kwargs",
    "mask_secret",
    "redact",
    "task_decorator_factory",
]
