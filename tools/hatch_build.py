"""Build hook of the wheel: puts the compiled rule book and compiled expressions beside the rule files, so that an installed program
parses no TOML and, on the Python that built it, compiles no expression of the cards."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledRulebook(BuildHookInterface[Any]):
    """Reads ``rules/`` (a faulty file fails the build) and adds ``compiled.bin`` and ``patterns.bin`` to ``auditor/_rules``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        try:
            from auditor.rulebook.built_in import read_built_in
            from auditor.rulebook.compiled import BUILT, write_compiled
            from tools.start_files import write_patterns
        finally:
            sys.path.remove(str(root))
        self._folder = tempfile.TemporaryDirectory()
        made = Path(self._folder.name) / BUILT
        book = read_built_in(root / "rules")
        write_compiled(book, made)
        build_data["force_include"][str(made)] = f"auditor/_rules/{BUILT}"
        patterns = Path(self._folder.name) / "patterns.bin"
        write_patterns(book, root, patterns)
        build_data["force_include"][str(patterns)] = "auditor/_rules/patterns.bin"
