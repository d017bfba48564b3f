"""The portable Linux folder in a bare root: no Python, no network, nothing but the C library and a shell. Needs root and ``unshare``.

    python -m tools.bare_root build/portable/auditor-linux-x86_64

Audits the sample reports into a season there, opens the desk, looks at every kind of page, confirms a finding and issues a notice by the
folder's own interpreter. Prints the size of the folder, the time a start takes and what was done; exit code 1 where something fails.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = r"""
import json, re, subprocess, sys, time, urllib.request, http.cookiejar
desk, season = sys.argv[1:3]
start = time.monotonic()
process = subprocess.Popen([desk, season, "--no-browser"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8")
address = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
took = time.monotonic() - start
base = address.partition("?")[0].rstrip("/")
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({}))
def get(path):
    with opener.open(path if path.startswith("http") else base + path, timeout=120) as answer:
        return answer.read()
def do(name, **given):
    request = urllib.request.Request(f"{base}/do/{name}", json.dumps(given).encode(), {"content-type": "application/json", "origin": base})
    with opener.open(request, timeout=120) as answer:
        return json.loads(answer.read())
get(address)
for page in ("/", "/files", "/agencies", "/documents", "/replies", "/overview?view=heat", "/configuration"):
    get(page)
keys = re.findall(r'href="/finding/([^"?]+)', get("/findings?severity=asking&state=counting").decode())
pictures = 0
for key in keys[:12]:
    picture = re.search(r'href="(/original/[^"]+)"', get("/finding/" + key).decode())
    pictures += picture is not None and get(picture[1])[:4] == b"\x89PNG"
    do("decide", key=key, confirmation="confirmed")
reports = re.findall(r'name="report" value="([^"]+)"', get("/documents").decode())
told = do("issue", reports=reports[:3], number="〔2025〕#号", date="2025-03-03")
letters = [get(f"/take/notice/{number}.docx")[:2] for number in told["notices"]]
process.kill()
confirmed = min(len(keys), 12)
done = f"{len(keys)} findings, {confirmed} confirmed, {pictures} originals drawn, {len(letters)} notices"
print(f"desk opened in {took:.1f} s; {done}", flush=True)
sys.exit(not (keys and pictures and letters and set(letters) == {b"PK"}))
"""


def make_root(root: Path, folder: Path) -> None:
    """A root with the folder, a shell, the C library, the sample reports, and nothing else."""
    for name in ("bin", "tmp", "dev", "proc", "办公"):
        (root / name).mkdir(parents=True)
    shell = Path(os.path.realpath("/bin/sh"))
    shutil.copy2(shell, root / "bin" / "sh")
    asked = {Path(found) for found in re.findall(r"(/\S+\.so\S*)", _output("ldd", str(shell)))}
    known = (r"libc\.so\.6", r"libm\.so\.6", r"libpthread\.so\.0", r"libdl\.so\.2", r"librt\.so\.1", r"libutil\.so\.1", r"libresolv\.so\.2")
    for line in _output("ldconfig", "-p").splitlines():
        if any(re.match(rf"\s*{name} \(libc6,x86-64\)", line) for name in known):
            asked.add(Path(line.rpartition("=> ")[2].strip()))
    for library in asked:
        target = root / library.relative_to("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(os.path.realpath(library), target)
    for device, number in (("null", 3), ("zero", 5), ("random", 8), ("urandom", 9)):
        os.mknod(root / "dev" / device, 0o20666, os.makedev(1, number))
    shutil.copytree(folder, root / "办公" / "审核 程序", symlinks=True)
    shutil.copytree(ROOT / "sample_reports", root / "办公" / "季" / "收到的报告")
    (root / "办公" / "work.py").write_text(WORK, encoding="utf-8")


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def inside(root: Path, script: str) -> int:
    """Run a shell script in the root, without network; the loopback device alone is there for the desk."""
    outside = f'ip link set lo up && mount -t proc proc "{root}/proc" && exec chroot "{root}" /bin/sh -c \'{script}\''
    command = ["unshare", "--net", "--mount", "--pid", "--fork", "sh", "-c", outside]
    return subprocess.run(command, env={"PATH": "/bin:/usr/bin:/usr/sbin:/sbin", "HOME": "/tmp"}, check=False).returncode


def main() -> int:
    """Make the root, work in it, take it away."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    print(f"folder: {sum(path.stat().st_size for path in given.folder.rglob('*') if path.is_file()) / 1e6:.0f} MB", flush=True)
    here = "/办公/审核 程序"
    with tempfile.TemporaryDirectory(prefix="auditor-bare-") as place:
        root = Path(place)
        make_root(root, given.folder)
        timed = (
            "import subprocess, sys, time\n"
            "times = []\n"
            "for _ in range(3):\n"
            "    begun = time.monotonic()\n"
            '    subprocess.run([sys.argv[1], "--version"], check=True)\n'
            "    times.append(time.monotonic() - begun)\n"
            'print(f"start: {min(times):.1f} s, the first {times[0]:.1f} s")\n'
        )
        (root / "办公" / "timed.py").write_text(timed, encoding="utf-8")
        run = f'export PYTHONHOME="{here}/python" LD_LIBRARY_PATH="{here}/native" PYTHONUTF8=1; python="{here}/python/bin/python3"; '
        steps = (
            run + f'"$python" /办公/timed.py "{here}/auditor"',
            f'cd /办公/季 && "{here}/auditor" check 收到的报告 --season . --fail-on never; code=$?; test $code -eq 0 -o $code -eq 4',
            run + f'"$python" /办公/work.py "{here}/审核台.sh" /办公/季',
        )
        return int(max([inside(root, step) for step in steps]) != 0)


if __name__ == "__main__":
    sys.exit(main())
