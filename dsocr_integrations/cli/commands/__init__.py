"""The commands and their options; what they do lives in the modules they call.

Importing this package registers every command; `--help` lists them in the order of the imports.
"""

from dsocr_integrations.cli.commands import (  # noqa: I001 - the order of `--help`
    reading,  # noqa: F401
    ingesting,  # noqa: F401
    listing,  # noqa: F401
    finding,  # noqa: F401
    querying,  # noqa: F401
    exporting,  # noqa: F401
    serving,  # noqa: F401
    upkeep,  # noqa: F401
    showing,  # noqa: F401
    verifying,  # noqa: F401
)
from dsocr_integrations.cli.commands.app import app

__all__ = ["app"]
