"""A module that stands in for vLLM: the calls the engine makes, and answers told by a test.

It shows that pages go in and answers come out rightly; it shows nothing about vLLM itself.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace


@dataclass
class StubEngine:
    """Says one word of each page a step.

    Attributes:
        answers: Words to say to each prompt; `finish` of the last word is `stop`.
        gate: Steps wait for it.
    """

    answers: dict[str, list[str]] = field(default_factory=dict)
    default: list[str] = field(default_factory=lambda: ["a ", "b ", "c"])
    gate: threading.Event = field(default_factory=threading.Event)
    arguments: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    running: dict = field(default_factory=dict)
    aborted: list[str] = field(default_factory=list)
    most: int = 0
    dies: bool = False
    refuses: str = ""
    was_shut_down: bool = False

    @property
    def engine_core(self):
        return self

    def shutdown(self):
        self.was_shut_down = True

    def add_request(self, name, prompt, params):
        if self.refuses:
            raise ValueError(self.refuses)
        self.asked.append((prompt, params))
        self.running[name] = list(self.answers.get(prompt["prompt"], self.default))
        self.most = max(self.most, len(self.running))

    def abort_request(self, names):
        self.aborted += names
        for name in names:
            self.running.pop(name)

    def step(self):
        assert self.gate.wait(30)
        if self.dies:
            raise RuntimeError("out of memory")
        return [self._word(name) for name in list(self.running)]

    def _word(self, name):
        words = self.running[name]
        word = words.pop(0)
        if not words:
            del self.running[name]
        finish = None if words else ("length" if word == "cut" else "stop")
        answer = SimpleNamespace(text=word, token_ids=[1], finish_reason=finish)
        return SimpleNamespace(request_id=name, prompt_token_ids=[0] * 7, outputs=[answer])


def install(monkeypatch, engine: StubEngine) -> None:
    """Put the stand-in where `import vllm` finds it."""
    module, sampling = ModuleType("vllm"), ModuleType("vllm.sampling_params")
    module.__spec__ = SimpleNamespace(name="vllm")

    def start(arguments):
        engine.arguments = arguments
        if "no_such_option" in arguments:
            raise TypeError("no_such_option")
        return engine

    module.EngineArgs = dict
    module.LLMEngine = SimpleNamespace(from_engine_args=start)
    module.SamplingParams = SimpleNamespace
    sampling.RequestOutputKind = SimpleNamespace(DELTA="delta")
    monkeypatch.setitem(sys.modules, "vllm", module)
    monkeypatch.setitem(sys.modules, "vllm.sampling_params", sampling)
