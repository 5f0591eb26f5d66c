"""What the guides say about prompts and options is what the code has."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from dsocr_integrations.cli.commands import app
from dsocr_integrations.prompts import Prompt

ROOT = Path(__file__).parents[1]
GUIDES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
OF_OTHERS = {
    "--logits-processors",
    "--enable-custom-logit-processor",
    "--special",
    "--chat-template",
    "--schema",
    "--require-hashes",
}


def options(command):
    own = {name for one in command.params for name in (*one.opts, *one.secondary_opts)}
    return own.union(*map(options, getattr(command, "commands", {}).values()))


def test_options_that_the_guides_name_exist():
    known = options(typer.main.get_command(app)) | {"--help"} | OF_OTHERS
    for guide in GUIDES:
        # An option by itself, or in a command of ours; scripts and others' programs have their own.
        text = guide.read_text("utf-8")
        named = re.findall(r"`(--[a-z][a-z-]+)", text)
        for line in re.findall(r"(?:^|[`$ ])dsocr [^`\n]*", text):
            named += re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)
        unknown = set(named) - known
        assert not unknown, guide.name


def test_the_guide_to_prompts_holds_them_to_the_letter():
    guide = (ROOT / "docs" / "prompts.md").read_text("utf-8")
    rows = re.findall(r"^\| `(.*?)` \|", guide.partition("## Which engine")[0], re.MULTILINE)
    assert [row.replace("\\|", "|") for row in rows] == [prompt.value for prompt in Prompt]
    assert "## The blank-output trap of `OCR this image.`" in guide
