"""Office files made into PDF, or into newer formats, by LibreOffice, where it is installed.

LibreOffice runs with a profile of its own that forbids macros and links to other files and
hosts, in its own process group, within a time limit. What it makes is kept in the user's cache by
the content of the original, so that every process that reads the document converts it once.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_cache_path

from dsocr_integrations.errors import BrokenSourceError, SourceDependencyError
from dsocr_integrations.sources.archives import check_unpacked
from dsocr_integrations.sources.media_types import named
from dsocr_integrations.sources.office_encryption import check_open

if TYPE_CHECKING:
    from dsocr_integrations.sources.records import Source

PROGRAMS = ("soffice", "libreoffice")
CONVERT_SECONDS = 180.0
CACHE_VARIABLE = "DSOCR_CACHE"
_KEPT = 64
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
{items}
</oor:items>
"""
_ITEM = (
    '<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
    "<value>{value}</value></prop></item>"
)
_SETTINGS = (
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    # A proxy that nobody serves: what a document links to elsewhere is not fetched.
    ("Inet/Settings", "ooInetProxyType", "2"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)


def find_program() -> str | None:
    """Path of LibreOffice, if it is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def converted(source: Source, suffix: str) -> Path:
    """An office file in another format, converted now or before.

    Args:
        source: The file.
        suffix: Suffix of the other format: `pdf` or `xlsx`.

    Raises:
        SourceDependencyError: If LibreOffice is not installed.
        PasswordError: If it is encrypted.
        SourceTooLargeError: If it unpacks to more than can be held in memory.
        BrokenSourceError: If it cannot convert the file, or not within the time limit.
    """
    kept = _cache_folder() / f"{source.revision}.{suffix}"
    if kept.is_file():
        return kept
    check_open(source.path, source.name)
    check_unpacked(source.path, source.name)
    program = find_program()
    if program is None:
        raise SourceDependencyError(
            f"{source.name} can only be read with LibreOffice, which is not installed.",
            remedy="Install LibreOffice (Debian: apt install libreoffice), or convert to PDF.",
        )
    with tempfile.TemporaryDirectory(prefix="dsocr-office-", dir=kept.parent) as folder:
        made = _convert(program, source, suffix, Path(folder))
        made.replace(kept)
    _forget_oldest(kept.parent)
    return kept


def _convert(program: str, source: Source, suffix: str, folder: Path) -> Path:
    original = folder / f"original.{named(source.media_type).suffix}"
    shutil.copyfile(source.path, original)
    profile = folder / "profile"
    _write_profile(profile)
    command = [
        program,
        "--headless",
        "--norestore",
        "--nolockcheck",
        "--nodefault",
        "--nologo",
        f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to",
        suffix,
        "--outdir",
        str(folder),
        str(original),
    ]
    output = _run(command, folder, source.name)
    made = folder / f"original.{suffix}"
    if not made.is_file():
        detail = output.replace(str(folder), "").strip()[-300:]
        raise BrokenSourceError(
            f"LibreOffice cannot convert {source.name}. {detail}".rstrip(),
            remedy="Check that the file opens without a password, or convert it to PDF.",
        )
    return made


def _run(command: list[str], folder: Path, name: str) -> str:
    environment = {
        key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")
    }
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environment, "HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            return process.communicate(timeout=CONVERT_SECONDS)[0]
        except subprocess.TimeoutExpired as error:
            raise BrokenSourceError(
                f"LibreOffice did not convert {name} within {CONVERT_SECONDS:g} s.",
                remedy="Convert it to PDF by hand.",
            ) from error
        finally:
            # The launcher's children outlive it, so the whole group is ended.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _write_profile(profile: Path) -> None:
    items = "\n".join(
        _ITEM.format(path=path, name=name, value=value) for path, name, value in _SETTINGS
    )
    user = profile / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_PROFILE.format(items=items), encoding="utf-8")


def _cache_folder() -> Path:
    chosen = os.environ.get(CACHE_VARIABLE, "")
    # LibreOffice writes local files only, also where the page cache is in a store.
    local = Path(chosen) if chosen and "://" not in chosen else user_cache_path("dsocr")
    folder = local.expanduser() / "office"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _forget_oldest(folder: Path) -> None:
    # What another process removed meanwhile needs no removing.
    with contextlib.suppress(FileNotFoundError):
        files = filter(Path.is_file, folder.iterdir())
        kept = sorted(files, key=lambda path: path.stat().st_mtime, reverse=True)
        for path in kept[_KEPT:]:
            path.unlink()
