"""CPU of a scanned page, as a multiple of RapidOCR's own default call on the same picture.

usage: python benchmarks/scan_cpu.py PICTURE… (or folders of them)

Process CPU seconds with one thread each, both opened and warmed up before the first page.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"
PICTURES = {".jpg", ".png", ".tif", ".tiff"}


def seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def main(arguments: list[str]) -> int:
    folders = [Path(argument) for argument in arguments]
    paths = [p for f in folders for p in (sorted(f.iterdir()) if f.is_dir() else [f])]
    paths = [p for p in paths if p.suffix in PICTURES and p.exists()]
    if not paths:
        print("No pictures there; nothing was measured.")
        return 1
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont
    from rapidocr import RapidOCR

    from dsocr_integrations.engines.embedded.scan.pages import ScanReader

    one_thread = {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    }
    alone, reader = RapidOCR(params=one_thread), ScanReader()
    warm = Image.new("RGB", (300, 80), "white")
    ImageDraw.Draw(warm).text((10, 20), "warm", fill="black", font=ImageFont.load_default(40))
    alone(np.asarray(warm))
    reader.read_picture(warm, warm.size)
    totals = [0.0, 0.0]
    for path in paths:
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        bgr = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
        spent = (
            seconds(lambda bgr=bgr: alone(bgr)),
            seconds(lambda picture=picture: reader.read_picture(picture, picture.size)),
        )
        totals = [total + one for total, one in zip(totals, spent, strict=True)]
        print(f"{path.stem[:48]:48} {spent[0]:6.2f} s {spent[1]:6.2f} s", flush=True)
    print(f"{len(paths)} pages: CPU ÷ RapidOCR alone = {totals[1] / totals[0]:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
