"""``golden-ami start``: the starter's run is the image's, and says how to watch it."""

from tests.operate.conftest import Floor


def test_a_start_gives_the_execution_that_then_waits_for_people(floor: Floor) -> None:
    execution = floor.start()
    found = floor.client("ssm").get_automation_execution(AutomationExecutionId=execution)["AutomationExecution"]
    assert found["AutomationExecutionStatus"] == "Waiting"
    assert found["ExecutedBy"].endswith("/GoldenAmiStarter/sam")


def test_somebody_who_may_not_start_is_told_so_in_a_line(floor: Floor) -> None:
    said = floor.run("start", floor.name, who=("GoldenAmiOutsider", "eve"))
    assert (said.code, said.out) == (1, "")
    assert "AccessDenied" in said.err
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err


def test_an_image_that_nobody_builds_is_named_with_those_that_are(floor: Floor) -> None:
    said = floor.run("start", "nothing")
    assert said.code == 2
    assert floor.name in said.err
