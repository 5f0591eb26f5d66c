"""A host of few lines between the viewer in a browser and a real widget in this process."""

from __future__ import annotations

import base64
from typing import Any

from dsocr_integrations.jupyter import OcrExplorer
from dsocr_integrations.preview.assets import viewer_module, viewer_style

# The answers of Python come back with each call, as a notebook's messages would one by one.
HOST = """async ({module, style, state}) => {
    const url = URL.createObjectURL(new Blob([module], {type: "text/javascript"}));
    const {default: viewer} = await import(url);
    document.head.append(Object.assign(document.createElement("style"), {textContent: style}));
    const home = document.querySelector("main").appendChild(document.createElement("div"));
    const calls = new Map();
    const tell = (event, ...values) => (calls.get(event) ?? []).forEach((call) => call(...values));
    const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
    window.take = ({state: news, messages}) => {
        Object.assign(state, news);
        Object.keys(news).forEach((name) => tell(`change:${name}`));
        messages.forEach(({content, buffers}) => tell("msg:custom", content, buffers.map(bytes)));
    };
    const changed = new Map();
    window.model = {
        get: (name) => state[name],
        set: (name, value) => { if (state[name] !== value) { state[name] = value; changed.set(name, value); } },
        async save_changes() {
            const values = Object.fromEntries(changed);
            changed.clear();
            Object.keys(values).forEach((name) => tell(`change:${name}`));
            window.take(await window.toPython({values, content: null}));
        },
        on: (event, call) => calls.set(event, [...(calls.get(event) ?? []), call]),
        off: (event, call) => calls.set(event, (calls.get(event) ?? []).filter((one) => one !== call)),
        async send(content) { window.take(await window.toPython({values: {}, content})); },
    };
    viewer.render({model: window.model, el: home});
}"""


class LiveHost:
    """Shows a widget on a page of a browser; both sides hear each other."""

    def __init__(self, page: Any, explorer: OcrExplorer) -> None:
        self._page = page
        self._explorer = explorer
        self._sent: list[dict[str, Any]] = []
        explorer.send = self._send
        self._state = self._now()
        page.set_content(
            "<!doctype html><html lang=en><meta name=color-scheme content='light dark'>"
            "<title>A notebook</title><body><main><h1>A notebook</h1></main></body>"
        )
        page.expose_function("toPython", self._hear)
        arguments = {"module": viewer_module(), "style": viewer_style(), "state": self._state}
        page.evaluate(HOST, arguments)

    def tell(self) -> None:
        """Let the page hear what changed in Python."""
        self._page.evaluate("(news) => take(news)", self._news())

    def _hear(self, message: dict[str, Any]) -> dict[str, Any]:
        self._state.update(message["values"])
        if message["values"]:
            self._explorer.set_state(message["values"])
        if message["content"] is not None:
            self._explorer._answer(self._explorer, message["content"], [])
        return self._news()

    def _news(self) -> dict[str, Any]:
        now = self._now()
        state = {name: value for name, value in now.items() if value != self._state[name]}
        self._state = now
        messages, self._sent = self._sent, []
        return {"state": state, "messages": messages}

    def _now(self) -> dict[str, Any]:
        names = [name for name in self._explorer.keys if not name.startswith("_")]
        return {
            name: getattr(self._explorer, name)
            for name in names
            if name not in {"layout", "tabbable", "tooltip", "comm"}
        }

    def _send(self, content: Any, buffers: Any = None) -> None:
        encoded = [base64.b64encode(one).decode() for one in buffers or []]
        self._sent.append({"content": content, "buffers": encoded})
