"""Measure synthesis beside the stock import of the AWS bindings, in one run: seconds, memory, and their ratio.

Run it with ``make bench``. Memory is the largest proportional set size of the process and all that it starts, so
memory that they share counts once; only Linux tells it.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
ROUNDS = 3


@dataclass(frozen=True)
class Measured:
    """The best of some rounds."""

    seconds: float
    mebibytes: float


def main() -> None:
    """Print the table."""
    python = sys.executable
    cdktf = str(ROOT / "node_modules" / ".bin" / "cdktf")
    table = Table("command", "bindings", "seconds", "ratio", "MiB", "ratio", title=f"Synthesis, best of {ROUNDS}")
    with tempfile.TemporaryDirectory() as folder:
        for label, lazy, stock in (
            ("main.py", [python, "main.py"], [python, "benchmarks/stock.py"]),
            (
                "cdktf synth",
                [cdktf, "synth", "--output", f"{folder}/lazy", "--app", f"{python} main.py"],
                [cdktf, "synth", "--output", f"{folder}/stock", "--app", f"{python} benchmarks/stock.py"],
            ),
        ):
            ours, theirs = _best(lazy, folder), _best(stock, folder)
            table.add_row(label, "stock", f"{theirs.seconds:.2f}", "1", f"{theirs.mebibytes:.0f}", "1")
            table.add_row(
                label,
                "lazy",
                f"{ours.seconds:.2f}",
                f"{ours.seconds / theirs.seconds:.2f}",
                f"{ours.mebibytes:.0f}",
                f"{ours.mebibytes / theirs.mebibytes:.2f}",
            )
    Console().print(table)


def _best(command: list[str], folder: str) -> Measured:
    rounds = [_run(command, folder) for _ in range(ROUNDS)]
    return Measured(min(each.seconds for each in rounds), min(each.mebibytes for each in rounds))


def _run(command: list[str], folder: str) -> Measured:
    environment = {**os.environ, "CDKTF_OUTDIR": f"{folder}/out", "CHECKPOINT_DISABLE": "1"}
    started = time.perf_counter()
    with Path(folder, "said").open("w+") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(0.02)
        seconds = time.perf_counter() - started
        if process.returncode:
            said.seek(0)
            sys.exit(f"{said.read()}\n{' '.join(command)} ended with {process.returncode}")
    return Measured(seconds, peak)


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
