"""``python -m auditor`` and the program ``auditor``."""

from __future__ import annotations

import gc

_OBJECTS = 50_000
"""New objects before unused ones are looked for. With Python's 700, loading the program goes through them a hundred times."""


def main() -> None:
    """Run the command line in a process of its own, which ends with it."""
    gc.set_threshold(_OBJECTS, 20, 100)
    from auditor.cli import main as command_line

    try:
        command_line()
    finally:
        gc.freeze()  # the process ends: nothing more has to be looked for


if __name__ == "__main__":
    main()
