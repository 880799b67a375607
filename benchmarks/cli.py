"""Measure the command line beside the AWS CLI on the same local AWS, all in one run.

Seconds are medians of rounds in which the commands take turns; memory is the largest resident set of the process.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
ROUNDS = 5
LAUNCHER = """
import os, subprocess, sys, time
started = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - started, usage.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""A small process that starts another one: what is started counts its parent's memory as its own until it executes."""


def main() -> None:
    """Print the table."""
    sys.path.insert(0, str(ROOT))
    from golden_ami.sandbox.server import LocalAws  # noqa: PLC0415 - the folder above is not on the path before
    from verification.configurations import RICH  # noqa: PLC0415 - as above
    from verification.ground import Ground  # noqa: PLC0415 - as above

    ours = [sys.executable, "-m", "golden_ami"]
    pairs = {"says what it is": ([*ours, "--help"], ["--version"])}
    pairs["asks AWS"] = ([*ours, "status"], ["ssm", "describe-automation-executions"])
    aws = shutil.which("aws")
    with LocalAws() as local, tempfile.TemporaryDirectory() as folder:
        Ground(local).build(RICH, history=0)
        config = Path(folder, "factory.yaml")
        with config.open("w") as file:
            YAML(typ="safe", pure=True).dump(RICH.written(history=0), file)
        environment = local.isolated_environment(os.environ) | {"GOLDEN_AMI_CONFIG": str(config)}
        table = Table("", "golden-ami s", "aws s", "ratio", "golden-ami MiB", "aws MiB", "ratio")
        for name, (mine, arguments) in pairs.items():
            rounds = [
                (_measured(mine, environment), _measured([aws, *arguments], environment) if aws else None)
                for _ in range(ROUNDS)
            ]
            seconds, mebibytes = zip(*(each for each, _ in rounds), strict=True)
            others = [each for _, each in rounds if each]
            cells = [_cells(seconds, [each[0] for each in others], "{:.2f}")]
            cells.append(_cells(mebibytes, [each[1] for each in others], "{:.0f}"))
            table.add_row(name, *cells[0], *cells[1])
    Console().print(table)
    if not aws:
        Console().print("The AWS CLI is not on PATH, so there is nothing to compare with.")


def _cells(ours: tuple[float, ...], others: list[float], form: str) -> tuple[str, str, str]:
    mine = statistics.median(ours)
    if not others:
        return form.format(mine), "absent", ""
    theirs = statistics.median(others)
    return form.format(mine), form.format(theirs), f"{mine / theirs:.2f}"


def _measured(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Give seconds and the largest resident set in MiB."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LAUNCHER, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stderr}\n{command!r} ended with {done.returncode}")
    seconds, resident = done.stdout.split()
    # Linux counts it in KiB, macOS in bytes.
    return float(seconds), int(resident) / (1024 * 1024 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
