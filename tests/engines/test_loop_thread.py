"""The event loop beside the caller ends all that it began."""

from __future__ import annotations

import gc

from dsocr_integrations.engines.loop_thread import LoopThread


async def numbers(ended):
    try:
        for number in range(3):
            yield number
    finally:
        ended.append("inner")


async def passed_on(ended):
    try:
        async for number in numbers(ended):
            yield number
    finally:
        ended.append("outer")


def test_generators_left_half_way_are_ended_with_the_loop(caplog, capfd):
    ended, kept = [], []

    async def leave_early():
        kept.append(passed_on(ended))
        return await anext(kept[0])

    # What earlier tests left is not counted.
    gc.collect()
    caplog.clear()
    capfd.readouterr()
    loop = LoopThread("test")
    assert loop.run(leave_early()).result(20) == 0
    loop.close()
    kept.clear()
    gc.collect()
    assert sorted(ended) == ["inner", "outer"]
    assert not caplog.records
    assert not capfd.readouterr().err
