"""Measure synthesis beside the stock import of the AWS bindings and an empty app, all in one run.

Run it with ``make bench``; ``GOLDEN_AMI_CONFIG`` chooses the configuration. Seconds are the best of some rounds, in
which the apps take turns. Memory is the largest proportional set size of the process and all that it starts, so memory
that they share counts once; only Linux tells it. It is looked at in rounds of its own, because looking takes time.

``python benchmarks/synth.py --deployments 300`` measures ours alone, with as many deployments of one image, which have
all but account and Region from the defaults.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
CDKTF = ROOT / "node_modules" / ".bin" / "cdktf"
TIMED_ROUNDS = 3
MEMORY_ROUNDS = 2
OFTEN, SELDOM = 0.02, 0.2
"""Seconds between two looks at the memory."""

APPS = {"stock": "benchmarks/stock.py", "ours": "main.py", "floor": "benchmarks/empty.py"}


MANY = """\
organization: {{ id: o-a1b2c3d4e5, management_account: "111111111111" }}
images:
  base: {{ description: Base, version: "1.0", parent: "aws:amazon-linux-2023-x86", components: [aws: update-linux] }}
defaults:
  approval: {{ approvers: [role/GoldenAmiApprover] }}
  sharing: {{ launch: [organization] }}
deployments:
{deployments}
"""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deployments", type=int, help="Measure ours alone, with so many of them.")
    count = parser.parse_args().deployments
    if count:
        _many(count)
    else:
        _beside_others()


def _many(count: int) -> None:
    lines = [f'  d{number:03}: {{ account: "{number + 1:012}", region: eu-west-1 }}' for number in range(count)]
    table = Table("command", "seconds", "MiB", title=f"Synthesis of {count} deployments")
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "many.yaml")
        config.write_text(MANY.format(deployments="\n".join(lines)))
        os.environ["GOLDEN_AMI_CONFIG"] = str(config)
        check = [str(ROOT / ".venv" / "bin" / "golden-ami"), "config", "check"]
        synth = [str(CDKTF), "synth", "--output", f"{folder}/out"]
        for command in (check, [sys.executable, "main.py"], synth):
            started = time.perf_counter()
            # It lasts long enough for a look now and then to cost nothing, and is not run twice.
            mebibytes = _mebibytes(command, folder, every=SELDOM)
            row = f"{time.perf_counter() - started:.1f}", f"{mebibytes:.0f}"
            table.add_row(" ".join([Path(command[0]).name, *command[1:2]]), *row)
    Console().print(table)


def _beside_others() -> None:
    sys.path.insert(0, str(ROOT))
    from golden_ami.config import path_from  # noqa: PLC0415 - the folder above is not on the path before

    table = Table("command", "app", "seconds", "ratio", "MiB", "ratio", title=f"Synthesis of {path_from()}")
    with tempfile.TemporaryDirectory() as folder:
        for label, commands in {
            "main.py": {name: [sys.executable, app] for name, app in APPS.items()},
            "cdktf synth": {
                name: [str(CDKTF), "synth", "--output", f"{folder}/{name}", "--app", f"{sys.executable} {app}"]
                for name, app in APPS.items()
            },
        }.items():
            timed = [{name: _seconds(each, folder) for name, each in commands.items()} for _ in range(TIMED_ROUNDS)]
            seen = [{name: _mebibytes(each, folder) for name, each in commands.items()} for _ in range(MEMORY_ROUNDS)]
            seconds = {name: min(each[name] for each in timed) for name in commands}
            mebibytes = {name: max(each[name] for each in seen) for name in commands}
            for name in commands:
                table.add_row(
                    label,
                    name,
                    f"{seconds[name]:.2f}",
                    f"{seconds[name] / seconds['stock']:.2f}",
                    f"{mebibytes[name]:.0f}",
                    f"{mebibytes[name] / mebibytes['stock']:.2f}",
                )
            table.add_section()
    Console().print(table)


def _seconds(command: list[str], folder: str) -> float:
    started = time.perf_counter()
    with Path(folder, "said").open("w+") as said:
        process = _start(command, folder, said)
        process.wait()
        seconds = time.perf_counter() - started
        _check(process, said)
    return seconds


def _mebibytes(command: list[str], folder: str, *, every: float = OFTEN) -> float:
    peak = 0.0
    with Path(folder, "said").open("w+") as said:
        process = _start(command, folder, said)
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(every)
        _check(process, said)
    return peak


def _start(command: list[str], folder: str, said: TextIO) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "CDKTF_OUTDIR": f"{folder}/out", "CHECKPOINT_DISABLE": "1"}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)


def _check(process: subprocess.Popen[bytes], said: TextIO) -> None:
    if process.returncode:
        said.seek(0)
        sys.exit(f"{said.read()}\n{process.args!r} ended with {process.returncode}")


def _memory(pid: int) -> float:
    """Add up the proportional set sizes of a process tree, in MiB."""
    total, todo = 0, [pid]
    while todo:
        process = Path("/proc", str(todo.pop()))
        try:
            rollup = (process / "smaps_rollup").read_text()
            children = [(task / "children").read_text() for task in (process / "task").iterdir()]
        except (OSError, ValueError):
            continue  # It ended meanwhile.
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
        todo += [int(child) for text in children for child in text.split()]
    return total / 1024


if __name__ == "__main__":
    main()
