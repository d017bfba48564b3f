"""The portable Windows folder at work under Wine (Debian's ``wine64``), with the code page of Chinese Windows (936).

    python -m tools.under_wine build/portable/auditor-win_amd64 [--files 8]

Audits sample reports with two workers and holds the JSON against what this machine's own Python writes, byte for byte; drops a
file on 审核.bat; audits a season by auditor.bat; opens the desk by 审核台.bat, looks at every kind of page, confirms findings and
issues notices. The folder lies under a path with Chinese characters and spaces. Wine is not Windows: what holds here is the
Windows Python, the Windows wheels, the batch files and our code paths, not the look of a window. Prints a line for each; exit
code 1 where something fails.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.bare_root import ROOT, WORK

STEPS = r"""
import ctypes, os, subprocess, sys, time
kernel = ctypes.windll.kernel32
print(f"Python {sys.version.split()[0]} on {sys.platform}, code pages {kernel.GetACP()} and {kernel.GetOEMCP()}", flush=True)
place = os.getcwd()
program = place + "\\审核 程序\\"
environment = {name: value for name, value in os.environ.items() if name != "PYTHONUTF8"}
def run(*words):
    start = time.monotonic()
    ran = subprocess.Popen(list(words), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    # Wine 8 does not wake a read of a pipe when the last of several writers ends: what was said is read afterwards, it fits the pipe.
    while ran.poll() is None and time.monotonic() - start < 300:
        time.sleep(0.2)
    took = time.monotonic() - start
    if ran.poll() is None:
        return 124, "no end", took
    return ran.returncode, ran.communicate()[0].decode("utf-8", "replace"), took
failed = 0
def show(text, held):
    global failed
    print(("ok     " if held else "FAILED ") + text, flush=True)
    failed += not held
code, told, took = run(program + "auditor.bat", "--version")
show(f"auditor.bat --version: {told.strip()} in {took:.1f} s", code == 0 and "auditor" in told)
never = ("-q", "--fail-on", "never")
code, told, took = run(program + "auditor.bat", "check", "收到的 报告", "-j", "2", *never, "--output", "json=audits.json")
show(f"check with two workers ended with {code} in {took:.0f} s", code == 0 or print(told[-2000:]))
code, told, took = run(program + "审核.bat", place + "\\收到的 报告\\" + sorted(os.listdir("收到的 报告"))[0])
show(f"a file dropped on 审核.bat: page of {os.path.getsize('auditor-result.html') if os.path.exists('auditor-result.html') else 0} bytes",
     os.path.exists("auditor-result.html") or print(told[-2000:]))
os.mkdir("季"); os.rename("收到的 报告", "季\\收到的报告")
os.chdir("季")
code, told, took = run(program + "auditor.bat", "check", "收到的报告", "--season", ".", "--fail-on", "never")
os.chdir("..")
written = os.path.exists("季\\index.html")
show(f"season by auditor.bat ended with {code} in {took:.0f} s, {len(os.listdir('季'))} entries", code in (0, 4) and written)
desk = [sys.executable, "work.py", program + "审核台.bat", place + "\\季"]
code, told, took = run(*desk)
show("desk: " + told[-1500:].strip(), code == 0)
sys.exit(failed)
"""


def main() -> int:
    """Make the place, work in it, take it away."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=8, help="how many of the sample reports")
    parser.add_argument("--prefix", type=Path, help="a Wine prefix to use again")
    given = parser.parse_args()
    wine = shutil.which("wine64") or shutil.which("wine")
    if wine is None:
        raise SystemExit("no Wine here: apt-get install --no-install-recommends wine wine64")
    with tempfile.TemporaryDirectory(prefix="auditor-wine-") as made:
        prefix = given.prefix or Path(made) / "prefix"
        # WMI and the browser of Wine are not asked: Python falls back without the first, and there is no screen for the second.
        left_out = ("DISPLAY", "PYTHONPATH", "PYTHONHOME")
        environment = {name: value for name, value in os.environ.items() if name not in left_out}
        environment |= {
            "WINEPREFIX": str(prefix),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "wbemprox=;mscoree=;mshtml=;winemenubuilder.exe=",
            "LC_ALL": "zh_CN.UTF-8",
            "PYTHONUTF8": "1",
        }

        def run(*words: str, cwd: Path | None = None) -> int:
            # Pipes on both sides: the standard streams of Wine 8 fail on plain files.
            ran = subprocess.Popen(
                [wine, *words], env=environment, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
            assert ran.stdin is not None
            assert ran.stdout is not None
            ran.stdin.close()
            for line in ran.stdout:
                print(line.decode("utf-8", "replace").rstrip(), flush=True)
            return ran.wait()

        try:
            if not (prefix / "system.reg").exists():
                run("wineboot", "-i")
            run("winecfg", "-v", "win10")
            place = prefix / "drive_c" / "办公 室"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            shutil.copytree(given.folder, place / "审核 程序")
            (place / "收到的 报告").mkdir()
            chosen = [
                path for path in sorted((ROOT / "sample_reports").glob("[0-9]*")) if path.suffix in (".docx", ".pdf", ".html", ".xlsx")
            ]
            for path in chosen[: given.files]:
                shutil.copy2(path, place / "收到的 报告")
            (place / "work.py").write_text(WORK, encoding="utf-8")
            (place / "steps.py").write_text(STEPS, encoding="utf-8")
            ours = Path(made) / "ours.json"
            subprocess.run(
                [sys.executable, "-m", "auditor", "check", "收到的 报告", "-q", "--fail-on", "never", "--output", f"json={ours}"],
                env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=place, capture_output=True, check=True,
            )  # fmt: skip
            failed = run("审核 程序/python/python.exe", "steps.py", cwd=place)
            theirs = place / "audits.json"
            same = theirs.exists() and theirs.read_bytes() == ours.read_bytes()
            print(
                ("ok     " if same else "FAILED ")
                + f"JSON of {len(chosen[: given.files])} reports: the same {ours.stat().st_size} bytes here and there"
            )
            return int(failed != 0 or not same)
        finally:
            subprocess.run(
                [str(shutil.which("wineserver") or "/usr/lib/wine/wineserver64"), "-k"], env=environment, check=False, capture_output=True
            )


if __name__ == "__main__":
    sys.exit(main())
