"""A sound document to break, what lint says of sound documents, and that it never fails itself."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from golden_ami.runbook import Runbook, load
from golden_ami.runbook.lint import Report, examine, lint
from golden_ami.runbooks import FOLDER
from tests.runbooks.conftest import BINDINGS, OTHERS

Change = Callable[[dict[str, Any]], object]

SOUND = YAML(typ="safe").load(r"""
schemaVersion: '0.3'
assumeRole: arn:aws:iam::222222222222:role/Automation
parameters:
  Pipeline: {type: String, description: Which one.}
  Receivers: {type: StringList}
outputs: [start.image]
mainSteps:
  - name: start
    action: aws:executeAwsApi
    onFailure: step:tell
    isCritical: true
    inputs:
      Service: imagebuilder
      Api: StartImagePipelineExecution
      imagePipelineArn: '{{ Pipeline }}'
      clientToken: '{{ automation:EXECUTION_ID }}'
    outputs:
      - {Name: image, Selector: $.imageBuildVersionArn, Type: String}
    nextStep: wait
  - name: wait
    action: aws:waitForAwsResourceProperty
    onFailure: step:tell
    isCritical: true
    inputs:
      Service: imagebuilder
      Api: GetImage
      imageBuildVersionArn: '{{ start.image }}'
      PropertySelector: $.image.state.status
      DesiredValues: [AVAILABLE, FAILED, CANCELLED, DEPRECATED, DELETED, DISABLED]
    nextStep: look
  - name: look
    action: aws:executeScript
    onFailure: step:tell
    isCritical: true
    inputs:
      Runtime: python3.11
      Handler: handler
      Script: |
        def handler(events, context):
            return {"state": "AVAILABLE"}
    outputs:
      - {Name: state, Selector: $.Payload.state, Type: String}
    nextStep: choose
  - name: choose
    action: aws:branch
    onFailure: step:tell
    isCritical: true
    inputs:
      Choices:
        - {NextStep: ask, Variable: '{{ look.state }}', StringEquals: AVAILABLE}
      Default: refuse
  - name: refuse
    action: aws:assertAwsResourceProperty
    onFailure: step:tell
    isCritical: true
    inputs:
      Service: imagebuilder
      Api: GetImage
      imageBuildVersionArn: '{{ start.image }}'
      PropertySelector: $.image.state.status
      DesiredValues: [AVAILABLE]
    nextStep: ask
  - name: ask
    action: aws:approve
    onFailure: step:tell
    isCritical: true
    timeoutSeconds: 604800
    inputs:
      NotificationArn: arn:aws:sns:eu-west-1:222222222222:Automation-topic
      Message: Please
      MinRequiredApprovals: 1
      Approvers: ['arn:aws:iam::222222222222:role/Approver']
    nextStep: share
  - name: share
    action: aws:executeAwsApi
    onFailure: step:takeBack
    onCancel: step:takeBack
    isCritical: true
    inputs:
      Service: ec2
      Api: ModifyImageAttribute
      ImageId: ami-1
      Attribute: launchPermission
      OperationType: add
      UserIds: '{{ Receivers }}'
    nextStep: tell
  - name: takeBack
    action: aws:executeAwsApi
    onFailure: step:tell
    isCritical: true
    inputs:
      Service: ec2
      Api: ModifyImageAttribute
      ImageId: ami-1
      Attribute: launchPermission
      OperationType: remove
      UserIds: '{{ Receivers }}'
    nextStep: tell
  - name: tell
    action: aws:executeAwsApi
    onFailure: Abort
    isCritical: true
    inputs:
      Service: sns
      Api: Publish
      TopicArn: arn:aws:sns:eu-west-1:222222222222:Automation-topic
      Message: It ended.
    isEnd: true
""")


def step(content: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in content["mainSteps"] if each["name"] == name)


def examined(*changes: Change, pinned: bool = False, folder: Path = Path()) -> Report:
    content = copy.deepcopy(SOUND)
    for change in changes:
        change(content)
    return examine(Runbook(folder / "document.yaml", content), pinned=pinned)


def findings(*changes: Change) -> list[str]:
    return [str(each) for each in examined(*changes).findings]


def of(which: str, /, **values: Any) -> Change:
    """Change keys of a step; nothing removes one."""

    def change(content: dict[str, Any]) -> None:
        found = step(content, which)
        for key, value in values.items():
            found[key] = value
            if value is None:
                del found[key]

    return change


def inputs(which: str, /, **values: Any) -> Change:
    """Change inputs of a step; nothing removes one."""

    def change(content: dict[str, Any]) -> None:
        for key, value in values.items():
            step(content, which)["inputs"][key] = value
            if value is None:
                del step(content, which)["inputs"][key]

    return change


def every(**values: Any) -> Change:
    return lambda content: content.update(values)


def parameter(name: str, **declared: Any) -> Change:
    """Declare a parameter, and use it."""

    def change(content: dict[str, Any]) -> None:
        content["parameters"][name] = {"type": "String", **declared}
        step(content, "ask")["inputs"]["Message"] += f" {{{{ {name} }}}}"

    return change


def test_a_sound_document_is_sound() -> None:
    assert examined() == Report(())
    assert lint(SOUND) == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_our_documents_are_clean_as_they_stand(path: Path) -> None:
    assert examine(load(path)) == Report(())


CHOSEN = [*BINDINGS[:2], *BINDINGS[-2:], *OTHERS]


@pytest.mark.parametrize("bound", [each for _, each in CHOSEN], ids=[name for name, _ in CHOSEN])
def test_our_documents_are_clean_as_they_are_deployed(bound: Any) -> None:
    assert examine(Runbook(Path("bound.yaml"), bound.content)) == Report(())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("{{ start.image }}"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, inner in pairs for place in _places(inner, (*path, key)))] if path else [
        place for key, inner in pairs for place in _places(inner, (key,))
    ]  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.sampled_from(_places(SOUND)), JSON), min_size=1, max_size=2))
def test_whatever_stands_in_a_document_it_is_judged_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    content = copy.deepcopy(SOUND)
    for path, value in changes:
        inner: Any = content
        try:
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue
    steps = content["mainSteps"]
    if isinstance(steps, list) and all(isinstance(each, dict) and "name" in each for each in steps):
        for finding in examine(Runbook(Path("x.yaml"), content)).findings:
            assert str(finding).count("\n") == 0
