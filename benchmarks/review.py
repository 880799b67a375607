"""Measure the review of 200 deployments: seconds, memory, and the length of the comment.

Run it with ``make bench``. One deployment is applied to a local AWS and planned by the real Terraform and provider; its
plan is then written down 200 times, with another account and another name each, because 200 applies take hours. Each
review is a process of its own; memory is the largest that the system has seen of it.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
DEPLOYMENTS = 200
ACCOUNT = "222222222222"


def main() -> None:
    """Print the table."""
    sys.path.insert(0, str(ROOT))
    from golden_ami.review.render.markdown import LIMIT  # noqa: PLC0415 - the folder above is not on the path before
    from tests.review.changes import CHANGES, Change  # noqa: PLC0415
    from tests.review.conftest import deployed  # noqa: PLC0415

    wanted = {
        "nothing changes": Change(),
        "a unit may launch, too": CHANGES["add a unit"],
        "the quorum is lowered": CHANGES["lower the quorum"],
        "a deployment is renamed": CHANGES["rename a deployment"],
    }
    table = Table(
        "200 times", "plans MiB", "s", "MiB", "comment", "of the limit", title="The review of 200 deployments"
    )
    console = Console()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        console.print("apply one deployment, and plan its changes ...")
        with deployed(folder / "factory") as factory:
            plans = {"everything is new": factory.folder / "created.json"}
            plans |= {what: factory.plan(change, what.replace(" ", "-")) for what, change in wanted.items()}
        for what, plan in plans.items():
            console.print(f"review {DEPLOYMENTS} times: {what} ...")
            files = _written(plan, folder / plan.stem)
            seconds, memory = _reviewed(files, folder / "comment.md")
            comment = (folder / "comment.md").stat().st_size
            size = sum(each.stat().st_size for each in files) / 2**20
            table.add_row(
                what, f"{size:.0f}", f"{seconds:.1f}", f"{memory:.0f}", f"{comment:,}", f"{comment / LIMIT:.0%}"
            )
            for each in files:
                each.unlink()
    console.print(table)


def _written(plan: Path, folder: Path) -> list[Path]:
    """Write a plan for every deployment, each with its own account and name."""
    folder.mkdir()
    text = plan.read_text()
    files = []
    for number in range(DEPLOYMENTS):
        files.append(folder / f"deployment-{number:03}.json")
        own = text.replace(ACCOUNT, f"{600_000_000_000 + number}")
        files[-1].write_text(own.replace("GoldenAmiOutcome-", f"GoldenAmiOutcome-n{number:03}-"))
    return files


def _reviewed(files: list[Path], comment: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "golden_ami", "review", "--format", "json", "--markdown", str(comment)]
    started = time.perf_counter()
    child = os.posix_spawn(
        command[0],
        [*command, *map(str, files)],
        os.environ | {"PYTHONPATH": str(ROOT)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
    )
    _, status, usage = os.wait4(child, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"the review ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
