"""An auth manager of Airflow with a user who may sign in and read no DAG."""

from __future__ import annotations

from typing import Any

from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager

from tests.airflow.services import OUTSIDER


class GuardedAccess(SimpleAuthManager):
    """The simple one, with one right fewer."""

    def is_authorized_dag(self, *, user: Any, **asked: Any) -> bool:
        return user.get_name() != OUTSIDER and super().is_authorized_dag(user=user, **asked)
