"""The command line. Commands import what they need when they run, so that ``--help`` is immediate."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from typing import Final, NoReturn

import click

from auditor import __version__
from auditor.cli.echo import echo
from auditor.cli.phrases import TRANSLATED, asked_language, phrase, refusal
from auditor.errors import AuditorError, RulebookError, SeasonError, UsageError

__all__ = ["group", "main"]


_COMMANDS: Final = {
    "check": "check",
    "compile": "compile:compile_",
    "brief": "brief",
    "sample": "sample",
    "season": "season",
    "desk": "desk",
    "template": "office:template",
    "reply": "office:reply",
    "extract": "extract",
    "dataset": "dataset",
    "diff": "diff",
    "ledger": "ledger",
    "part": "scale:part",
    "reduce": "scale:reduce",
    "cluster": "scale:cluster",
    "rules": "catalogue:rules",
    "explain": "catalogue:explain",
    "formats": "catalogue:formats",
}
"""Commands by name, with their module below ``auditor.cli`` and, where it is not the same, the name they have there."""


_REFUSALS: Final = (
    "ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EBUSY", "EIO", "ESTALE", "ENODEV", "ENXIO", "ENAMETOOLONG", "ENOTDIR",
)  # fmt: skip
_DISK: Final = frozenset(getattr(errno, name) for name in _REFUSALS if hasattr(errno, name))
"""What the disk refuses: no defect of ours, whatever was being written."""


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, sorted."""
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them, ``None`` for a name that is not known."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(f"auditor.cli.{module}"), name or module)
        found.options_metavar = phrase("help.options_metavar")
        return found


@click.group(cls=_Commands, help=phrase("help.main"), context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, "--version", prog_name="auditor", help=phrase("help.version"))
def group() -> None:
    """All commands."""


group.options_metavar, group.subcommand_metavar = phrase("help.options_metavar"), phrase("help.command_metavar")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with the code of the contract: 2 for bad arguments, configuration or rule files."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
    if asked_language() in TRANSLATED:
        from auditor.cli.chinese import speak_chinese

        speak_chinese()
    _heed_signals()
    try:
        code = group.main(arguments, prog_name="auditor", standalone_mode=False)
    except click.ClickException as error:
        from auditor.render.printable import printable

        error.__dict__["message"] = printable(error.message)
        error.show()
        sys.exit(2)
    except SeasonError as error:
        echo(f"{phrase('usage.error')}: {phrase(f'season.{error.code}', **error.details)}", err=True)
        sys.exit(2)
    except RulebookError as error:
        echo(f"{phrase('usage.error')}: {error.told(asked_language())}", err=True)
        sys.exit(2)
    except UsageError as error:
        echo(f"{phrase('usage.error')}: {refusal(error)}", err=True)
        sys.exit(2)
    except AuditorError as error:
        echo(f"{phrase('usage.error')}: {error}", err=True)
        sys.exit(4)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(4)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does.
        sys.stderr.close()
        sys.exit(4)
    except OSError as error:
        if error.errno not in _DISK:
            _defect(error)
        place = error.filename if isinstance(error.filename, str) else "—"
        echo(f"{phrase('usage.error')}: {phrase('usage.cannot_write', path=place, reason=error.strerror)}", err=True)
        sys.exit(2)
    except Exception as error:
        # A defect of ours must not look like a finding (1), as an uncaught exception would.
        _defect(error)
    sys.exit(code if isinstance(code, int) else 0)


def _defect(error: Exception) -> NoReturn:
    """Say that this is a fault of ours and end. Raises the error itself where its details were asked for."""
    echo(f"{phrase('usage.defect')}: {type(error).__name__}: {error}", err=True)
    if os.environ.get("AUDITOR_DEBUG"):
        raise error
    sys.exit(4)


def _heed_signals() -> None:
    """Let a request to end (kill, a closed window) work like Ctrl-C, so that temporary files go and no file is left half written."""
    import signal

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            with contextlib.suppress(ValueError, OSError):  # not in the main thread
                signal.signal(getattr(signal, name), stop)
