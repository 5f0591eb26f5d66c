"""The commands and their options; what they do lives in the modules they call.

Importing this package registers every command; `--help` lists them in the order of the imports.
"""

from dsocr_integrations.cli.commands import reading, ingesting, finding, querying, upkeep, showing  # noqa: F401, I001
from dsocr_integrations.cli.commands.app import app

__all__ = ["app"]
