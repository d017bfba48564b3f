"""Auditor: reads annual reports on government information disclosure and checks them.

The way is ``read → bind → check → render``; start reading at :mod:`auditor.pipeline`. Other programs use five functions of the package,
``read``, ``bind``, ``check``, ``audit`` and ``open_ledger`` (:mod:`auditor.api`).
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__version__ = "0.2.0"

_STEPS = ("read", "bind", "check")
"""Functions of the package that are also its subpackages."""
_OTHERS = ("audit", "open_ledger")


class _Step(ModuleType):
    """A subpackage that can be called: ``auditor.read(path)`` is :func:`auditor.api.read`."""

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return getattr(importlib.import_module("auditor.api"), self.__name__.rpartition(".")[2])(*arguments, **named)


class _Package(ModuleType):
    """This package: what is imported as its part becomes callable where a function has the same name."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _STEPS and type(value) is ModuleType:
            value.__class__ = _Step
        super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    """Functions of :mod:`auditor.api`, loaded when they are asked for."""
    if name in _STEPS:
        return importlib.import_module(f"auditor.{name}")
    if name in _OTHERS:
        return getattr(importlib.import_module("auditor.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


sys.modules[__name__].__class__ = _Package
