"""What torch says about itself, printed as JSON; run as a process of its own.

A torch that does not fit the driver may hang or crash on import, which must not end the doctor.
"""

from __future__ import annotations

import json


def main() -> None:
    """Print the facts."""
    import torch

    # Kernels are listed only where a driver answers; a CPU build has none.
    facts = {
        "version": torch.__version__,
        "cuda": torch.version.cuda or "",
        "architectures": torch.cuda.get_arch_list(),
        "cuda_works": torch.cuda.is_available(),
        "mps_works": torch.backends.mps.is_available(),
        "cpu_bfloat16": bool(
            torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001 - torch has no public name
            or torch.cpu._is_amx_tile_supported()  # noqa: SLF001
        ),
    }
    print(json.dumps(facts))  # noqa: T201 - this is the process's answer


if __name__ == "__main__":
    main()
