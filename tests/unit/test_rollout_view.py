"""A rollout's table shows what is at work and what has failed, however many stacks there are."""

from pathlib import Path

from rich.console import Console

from golden_ami.cli.rollout_view import _table
from golden_ami.rollouts.report import Changes, Report
from golden_ami.rollouts.stack import Stack
from golden_ami.rollouts.terraform_log import failure, finished, planned


def _report(path: Path, count: int) -> Report:
    report = Report(path=path / "report.json", configuration="c.yaml", parallelism=4)
    for number in range(count):
        stack = Stack(name=f"s{number:03}", wave=1, account="222222222222", region="eu-west-1")
        report.begin(stack, "digest", None)
    return report


def _shown(report: Report, room: int) -> str:
    console = Console(width=120, height=room, record=True)
    with console.capture() as captured:
        console.print(_table(report, room))
    return captured.get()


def test_what_is_at_work_and_what_failed_is_seen_among_many(tmp_path: Path) -> None:
    report = _report(tmp_path, 300)
    report.change("s250", status="running", phase="apply", changes=Changes(add=40), finished=7)
    report.change("s299", status="failed", failure="no")
    shown = _shown(report, 10)
    assert "applies 40 to add, 0 to change, 0 to destroy: 7 of 40" in shown
    assert "s299" in shown
    assert "290 stacks more" in shown


def test_a_report_that_was_written_is_read_again(tmp_path: Path) -> None:
    report = _report(tmp_path, 2)
    report.change("s001", status="done", changes=Changes(destroy=1), seconds=1.5)
    again = Report.read(report.path)
    assert again is not None
    assert again.entries == report.entries
    assert [each.name for each in tmp_path.iterdir()] == ["report.json"]


def test_terraform_s_words_are_understood_with_and_without_its_frame() -> None:
    text = 'Plan: 1 to import, 3 to add, 2 to change, 1 to destroy.\naws_a.b["x"]: Creation complete after 1s [id=1]\n'
    assert planned(text) == Changes(add=3, change=2, destroy=1)
    assert planned("No changes.") == Changes()
    assert finished(text) == 1
    framed = "noise\n╷\n│ Error: creating IAM Policy: exists\n│ \n│   with aws_iam_policy.reader\n╵\n"
    for said in (framed, framed.replace("│ ", "").replace("╷\n", "").replace("╵\n", "")):
        found = failure(said, stack="a", folder="out/a")
        assert found.message.splitlines()[0] == "Error: creating IAM Policy: exists"
        assert "with aws_iam_policy.reader" in found.message


def test_what_fails_without_an_error_shows_its_last_words() -> None:
    assert failure("a\n" * 100 + "the end\n", stack="a", folder="f").message.endswith("the end")
