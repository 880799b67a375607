"""Roll a fleet out on a local AWS: a failure, a kill, the rest, empty plans, and its end; seconds and memory of each.

``python benchmarks/waves.py --deployments 20 --parallelism 4``. States are in S3 on the same local AWS. Every
deployment is the smallest factory, in a Region of its own, in one of three waves. Memory is the largest proportional
set size of the command and all that it starts, looked at every second; only Linux tells it. The local AWS runs in this
process and on this machine, so the seconds are no measure of AWS's; they show what waits for what.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from synth import _memory  # noqa: E402 - the folder above is not on the path before

from golden_ami.sandbox.server import LocalAws  # noqa: E402
from tests.plan.fleet import Fleet  # noqa: E402

SECOND_WAVE = 0.3
"""Share of the deployments, after one canary."""


def main() -> None:
    """Print the table; end with 1 when the fleet did not converge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deployments", type=int, default=20)
    parser.add_argument("--parallelism", type=int, default=4)
    given = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as folder, LocalAws() as local:
        bench = Bench(Fleet(Path(folder), local), given.deployments, given.parallelism, console)
        bench.all()
        console.print(bench.table)
        if bench.wrong:
            sys.exit("\n".join(bench.wrong))


class Bench:
    """The steps, and what they cost.

    Parameters
    ----------
    fleet : Fleet
        On a running local AWS.
    count, parallelism : int
        Deployments, and how many at a time.
    """

    def __init__(self, fleet: Fleet, count: int, parallelism: int, console: Console) -> None:
        self.fleet, self.count, self.parallelism, self.console = fleet, count, parallelism, console
        self.wrong: list[str] = []
        title = f"{count} deployments in three waves, {parallelism} at a time"
        self.table = Table("step", "ends", "done", "applied now", "seconds", "stacks at a time", "MiB", title=title)
        regions = fleet.local.session("test", "test").get_available_regions("inspector2")
        if count > len(regions):
            sys.exit(f"--deployments {count} is more than the {len(regions)} Regions")
        second = 1 + round(count * SECOND_WAVE)
        self.deployments = {
            f"d{number:02}": {"region": regions[number], "wave": 1 if number == 0 else 2 if number < second else 3}
            for number in range(count)
        }
        self.second = [name for name, each in self.deployments.items() if each["wave"] == 2]
        self.third = [name for name, each in self.deployments.items() if each["wave"] == 3]

    def all(self) -> None:
        """Do all steps."""
        self.fleet.prepare()
        self.fleet.configure(self.deployments)
        iam = self.fleet.local.client("iam")
        document = '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}'
        blocker = iam.create_policy(PolicyName=f"golden-ami-{self.second[0]}-reader", PolicyDocument=document)
        found = self.step("a failure in wave two")
        self.expect(all(found[name] == "waiting" for name in self.third), "wave three began after a failure")
        iam.delete_policy(PolicyArn=blocker["Policy"]["Arn"])
        self.step("resumed, killed with -9 in wave three", kill=lambda: self.is_in_the_middle_of(self.third))
        found = self.step("resumed")
        self.expect(set(found.values()) == {"done"}, f"it did not converge: {found}")
        self.step("plans again", "--plan-only", report="plan")
        changes = [each["changes"] for each in self.fleet.report("plan")["stacks"]]
        self.expect(changes == [{"add": 0, "change": 0, "destroy": 0}] * self.count, f"plans are not empty: {changes}")
        self.destroy()

    def is_in_the_middle_of(self, stacks: list[str]) -> bool:
        """Tell whether one of some stacks is being applied."""
        return any(
            (entry := self.fleet.entry(name)).get("status") == "running" and entry["finished"] >= 5 for name in stacks
        )

    def step(
        self, title: str, *options: str, report: str = "report", kill: Callable[[], bool] | None = None
    ) -> dict[str, str]:
        """Run the command, look at its memory, and write a line of the table."""
        self.console.print(f"{title} ...")
        before = time.time()
        process = self.fleet.start("--parallelism", str(self.parallelism), *options)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            if kill and kill():
                process.kill()
            time.sleep(1)
        seconds = time.time() - before
        said = process.stdout.read() if process.stdout else ""
        found = self.fleet.report(report)
        self.console.print(said[-1500:], markup=False, highlight=False)
        entries = found["stacks"]
        self.row(title, process.returncode, entries, seconds, peak)
        return {each["name"]: each["status"] for each in entries}

    def row(self, title: str, code: int, entries: list[dict[str, Any]], seconds: float, peak: float) -> None:
        """Write a line of the table."""
        spans = [(each["started"], each["ended"] or "9") for each in entries if each["started"] and not each["kept"]]
        at_once = max((sum(one <= start < end for one, end in spans) for start, _ in spans), default=0)
        done = sum(each["status"] in {"done", "planned"} for each in entries)
        now = sum(each["status"] in {"done", "planned"} and not each["kept"] for each in entries)
        ends = {0: "done", 1: "failed", -9: "killed"}.get(code, str(code))
        self.table.add_row(title, ends, str(done), str(now), f"{seconds:.0f}", str(at_once), f"{peak:.0f}")

    def destroy(self) -> None:
        """Destroy wave by wave, the last one first, as one does by hand."""
        self.console.print("destroy ...")
        before = time.time()
        for wave in (3, 2, 1):
            names = [name for name, each in self.deployments.items() if each["wave"] == wave]
            with ThreadPoolExecutor(self.parallelism) as pool:
                for done in pool.map(self.destroyed, names):
                    self.expect(done.returncode == 0, done.stdout[-500:] + done.stderr[-1500:])
        left = self.fleet.local.client("iam").list_roles()["Roles"]
        left = [each["RoleName"] for each in left if each["RoleName"].startswith("golden-ami-")]
        self.expect(not left, f"left behind: {left}")
        self.table.add_row("destroy", "failed" if self.wrong else "done", "", "", f"{time.time() - before:.0f}", "", "")

    def destroyed(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Destroy one."""
        return self.fleet.terraform(name, "destroy", "-auto-approve", "-input=false", "-no-color")

    def expect(self, holds: bool, why: str) -> None:
        """Remember what is wrong, and go on."""
        if not holds:
            self.wrong.append(why)


if __name__ == "__main__":
    main()
