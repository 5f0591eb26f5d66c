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
    Context,
    DecoratedOperator,
    ObjectStoragePath,
    Stats,
    TaskDecorator,
    context_merge,
    determine_kwargs,
    mask_secret,
    redact,
    task_decorator_factory,
)

__all__ = [
    "AirflowException",
    "AirflowFailException",
    "AirflowNotFoundException",
    "AirflowSkipException",
    "BaseHook",
    "BaseOperator",
    "BaseOperatorLink",
    "Context",
    "DecoratedOperator",
    "ObjectStoragePath",
    "Stats",
    "TaskDecorator",
    "context_merge",
    "determine_kwargs",
    "mask_secret",
    "redact",
    "task_decorator_factory",
]
