"""What a platform team changes in the demonstration: a component, and a waiver in the configuration."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from golden_ami.errors import SandboxError
from golden_ami.sandbox import demo_acts
from golden_ami.sandbox.demo_cdktf import STACK, Cdktf
from golden_ami.sandbox.server import LocalAws

_BEFORE_EDIT = "\n  - name: validate\n"
_EDIT = """
      - name: MessageOfTheDay
        action: CreateFile
        inputs:
          - path: /etc/motd.d/golden
            content: This is a golden image.
            overwrite: true
"""
"""A step for the end of the build phase of ``web-server.yaml``."""

_WAIVER = """
waivers:
  - id: {id}
    reason: No image of ours serves with this library
    owner: security@example.com
    expires: {expires}
"""


def edit(local: LocalAws, cdktf: Cdktf, config: Path) -> str:
    """Edit and deploy, and make sure that exactly what has to be new is new.

    Parameters
    ----------
    local : LocalAws
        The local AWS.
    cdktf : Cdktf
        The command line.
    config : Path
        The configuration, beside its components.
    """
    before = _built_from(local)
    expires = (local.clock.now() + timedelta(days=90)).date()
    waiver = _WAIVER.format(id=demo_acts.FINDING.id, expires=expires)
    config.write_text(config.read_text(encoding="utf-8") + waiver, encoding="utf-8")
    file = config.parent / "components" / "web-server.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(_BEFORE_EDIT, _EDIT + _BEFORE_EDIT), encoding="utf-8")
    outcome = cdktf.run("deploy", STACK, "--auto-approve")
    after = _built_from(local)
    if before.pipelines != after.pipelines:
        raise SandboxError(f"the pipeline was replaced: {after.pipelines}", remedy="it must be updated in place")
    if len(after.recipes) != 1 or after.recipes == before.recipes:
        raise SandboxError(f"recipes are {after.recipes} after {before.recipes}", remedy="the old one must go")
    if len(after.components) != len(before.components) or len(after.components - before.components) != 1:
        raise SandboxError(
            f"components are {after.components} after {before.components}", remedy="exactly one must be replaced"
        )
    return f"{outcome.summary()}; new component and recipe, same pipeline, old versions gone"


@dataclass(frozen=True)
class _Built:
    components: frozenset[str]
    recipes: frozenset[str]
    pipelines: frozenset[str]


def _built_from(local: LocalAws) -> _Built:
    client = local.client("imagebuilder")
    return _Built(
        frozenset(each["arn"] for each in client.list_components(owner="Self")["componentVersionList"]),
        frozenset(each["arn"] for each in client.list_image_recipes(owner="Self")["imageRecipeSummaryList"]),
        frozenset(each["arn"] for each in client.list_image_pipelines()["imagePipelineList"]),
    )
