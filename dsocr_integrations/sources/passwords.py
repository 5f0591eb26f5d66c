"""Where the password of encrypted documents may come from; it is never shown or logged."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import SecretStr

from dsocr_integrations.settings import password_in

PASSWORD_VARIABLE = "DSOCR_PASSWORD"  # noqa: S105 - a variable's name, not a password
PASSWORD_FILE_VARIABLE = "DSOCR_PASSWORD_FILE"  # noqa: S105


def find_password(
    password: str | SecretStr | None = None, file: str | Path | None = None
) -> SecretStr | None:
    """Take the password from the argument, else a file, else the environment.

    Args:
        password: The password itself.
        file: A file whose first line is the password.

    Returns:
        The password, hidden from `repr`; `None` where none is set.

    Raises:
        ConfigurationError: If the file cannot be read.
    """
    if isinstance(password, str):
        return SecretStr(password)
    if password is not None:
        return password
    if file is not None:
        return password_in(Path(file))
    if PASSWORD_VARIABLE in os.environ:
        return SecretStr(os.environ[PASSWORD_VARIABLE])
    if PASSWORD_FILE_VARIABLE in os.environ:
        return password_in(Path(os.environ[PASSWORD_FILE_VARIABLE]))
    return None
