"""Build hook of the wheel: puts the compiled rule book beside the rule files, so that an installed program parses no TOML."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledRulebook(BuildHookInterface[Any]):
    """Reads ``rules/`` (a faulty file fails the build) and adds ``auditor/_rules/compiled.bin``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from auditor.rulebook.built_in import read_built_in
            from auditor.rulebook.compiled import BUILT, write_compiled
        finally:
            sys.path.remove(str(root))
        self._folder = tempfile.TemporaryDirectory()
        made = Path(self._folder.name) / BUILT
        write_compiled(read_built_in(root / "rules"), made)
        build_data["force_include"][str(made)] = f"auditor/_rules/{BUILT}"
