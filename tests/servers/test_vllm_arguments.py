"""What vLLM's configuration makes of the engine's arguments, where its second model runner is at hand.

Runs in vLLM's environment, see the Makefile: with the build for CPUs, and with the Python part of
vLLM's own newest release, for which there is no such build.
"""

from __future__ import annotations

import shlex

import pytest

from dsocr_integrations.doctor import parts
from dsocr_integrations.engines import vllm_runner
from dsocr_integrations.engines.server.dialects import VLLM
from dsocr_integrations.engines.vllm import VllmEngine, vllm_version
from tests.servers.dummy_checkpoint import write_dummy_checkpoint

pytest.importorskip("vllm", reason="run by `make test-servers` in vLLM's environment")
pytestmark = pytest.mark.servers

OPTIONS = {"load_format": "dummy", "dtype": "bfloat16", "enforce_eager": True}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    return VllmEngine(write_dummy_checkpoint(tmp_path_factory.mktemp("weights")), options=OPTIONS)


def arguments_of(engine):
    from vllm import EngineArgs

    return EngineArgs(**engine.arguments(engine.find()))


@pytest.fixture(autouse=True)
def _as_on_a_gpu(monkeypatch):
    # What decides on the runner; on CPUs Triton does not work.
    monkeypatch.setattr("vllm.config.vllm.HAS_TRITON", True)
    monkeypatch.delenv(vllm_runner.VARIABLE, raising=False)


def started(arguments):
    """All that vLLM makes of its arguments before it loads a model.

    Returns:
        Whether the second runner was taken.
    """
    from vllm.v1.engine.input_processor import InputProcessor

    config = arguments.create_engine_config()
    InputProcessor(config)
    return config.use_v2_model_runner


def test_the_first_runner_is_kept_and_takes_the_processor(engine, monkeypatch):
    monkeypatch.setenv(vllm_runner.VARIABLE, vllm_runner.FIRST)
    arguments = arguments_of(engine)
    assert arguments.logits_processors == [vllm_runner.PROCESSOR]
    assert started(arguments) is False


def test_the_second_runner_starts_without_the_processor(engine, monkeypatch):
    monkeypatch.setenv(vllm_runner.VARIABLE, "1")
    arguments = arguments_of(engine)
    assert not arguments.logits_processors
    assert started(arguments) is True


def test_the_command_that_is_documented_starts_a_server(engine, monkeypatch):
    from vllm import EngineArgs
    from vllm.entrypoints.cli.serve import make_arg_parser
    from vllm.utils.argparse_utils import FlexibleArgumentParser

    variable, vllm, serve, _, *flags = shlex.split(VLLM.command)
    monkeypatch.setenv(*variable.split("="))
    assert (vllm, serve) == ("vllm", "serve")
    shrunk = ("--model", str(engine.find().folder), "--load-format", "dummy", "--dtype", "bfloat16")
    parsed = make_arg_parser(FlexibleArgumentParser()).parse_args([*shrunk, *flags])
    arguments = EngineArgs.from_cli_args(parsed)
    assert arguments.logits_processors == [vllm_runner.PROCESSOR]
    assert started(arguments) is False


def test_left_alone_the_second_runner_is_taken_and_refuses_the_processor(engine):
    """Where this fails, vLLM has changed, and the variable may no longer be needed."""
    with pytest.raises(ValueError, match="not a subclass"):
        started(arguments_of(engine))


def test_it_is_the_version_that_the_doctor_knows(monkeypatch):
    monkeypatch.setenv(vllm_runner.VARIABLE, vllm_runner.FIRST)
    found = {one.part: one.found for one in parts.packages()}["vllm"]
    assert found.startswith(vllm_version())
    assert "newer than" not in found
