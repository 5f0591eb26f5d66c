"""Scripts that scans can be read in: which language packs are there, and what adds the others."""

from __future__ import annotations

from dsocr_integrations.doctor.findings import Finding
from dsocr_integrations.engines.embedded.scan import tesseract_lines
from dsocr_integrations.errors import ConfigurationError
from dsocr_integrations.settings import Settings
from dsocr_integrations.writing import language_packs

PART = "scripts of scans"
PURPOSE = "scans in other scripts than Latin, Chinese and Japanese, on the CPU"


def examine(settings: Settings) -> Finding:
    """List the packs that are installed, and the command for those that are asked for or usual."""
    present = set(tesseract_lines.languages())
    try:
        wanted = language_packs.named(settings.languages)
    except ConfigurationError as error:
        return Finding(PART, PURPOSE, "", error.remedy, error.message)
    needed = filter(language_packs.script_of_pack, wanted)
    if absent := [pack for pack in needed if pack not in present]:
        problem = f"of {', '.join(wanted)} there is no {', '.join(absent)}"
        return Finding(PART, PURPOSE, "", language_packs.installation(absent), problem)
    first = {packs[0]: script for script, packs in language_packs.PACKS.items()}
    there = sorted(pack for pack in present if language_packs.script_of_pack(pack))
    others = ", ".join(
        f"{language_packs.package(pack)} ({script})"
        for pack, script in first.items()
        if script not in {language_packs.script_of_pack(one) for one in there}
    )
    if not there:
        return Finding(PART, PURPOSE, "", language_packs.installation(list(first)[:3]))
    return Finding(PART, PURPOSE, f"{', '.join(there)}; more by apt-get install {others}")
