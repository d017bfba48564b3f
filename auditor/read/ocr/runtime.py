"""The library that runs the networks, told to report nothing to its maker.

Builds of ONNX Runtime since 1.29 send what they do to the maker over the network and write an identifier of the PC into its cache folder,
unless the environment forbids it before the library is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

_FORBIDS = "ORT_DISABLE_TELEMETRY"


def network(model: Path, *, memory_kept: bool = True) -> Any:
    """A network that runs on one thread. ``memory_kept``: whether memory of one run is kept for the next."""
    os.environ[_FORBIDS] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # where another program had loaded it before
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = memory_kept
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
