"""A running sandbox for each module, with its organization, and names that nothing else in the module uses."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from golden_ami.sandbox.organization import Organization, prepare_organization
from golden_ami.sandbox.server import LocalAws

_numbers = count(1)

COMPONENT = """\
schemaVersion: 1.0
phases:
  - name: build
    steps:
      - name: Say
        action: ExecuteBash
        inputs: {commands: ["echo hello"]}
"""


@pytest.fixture(scope="module")
def local() -> Iterator[LocalAws]:
    with LocalAws() as running:
        yield running


@pytest.fixture(scope="module")
def organization(local: LocalAws) -> Organization:
    return prepare_organization(local)


@pytest.fixture
def name() -> str:
    return f"thing-{next(_numbers)}"


@pytest.fixture
def token() -> str:
    return f"token-{next(_numbers)}"


class Factory:
    """Creates Image Builder resources with as few words as possible."""

    def __init__(self, local: LocalAws, **client: Any) -> None:
        self.builder = local.client("imagebuilder", **client)
        self._iam = local.client("iam", **{key: value for key, value in client.items() if key == "account"})
        self._profile: str | None = None

    @property
    def profile(self) -> str:
        if self._profile is None:
            self._profile = f"profile-{next(_numbers)}"
            self._iam.create_instance_profile(InstanceProfileName=self._profile)
        return self._profile

    def component(self, name: str, **changes: Any) -> str:
        parameters = {"semanticVersion": "1.0.0", "platform": "Linux", "data": COMPONENT} | changes
        answer = self.builder.create_component(name=name, clientToken=f"t-{next(_numbers)}", **parameters)
        return answer["componentBuildVersionArn"]

    def recipe(self, name: str, *components: Any, **changes: Any) -> str:
        parameters = {
            "semanticVersion": "1.0.0",
            "parentImage": "ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
        }
        if components:
            parameters["components"] = [c if isinstance(c, dict) else {"componentArn": c} for c in components]
        answer = self.builder.create_image_recipe(name=name, clientToken=f"t-{next(_numbers)}", **parameters | changes)
        return answer["imageRecipeArn"]

    def infrastructure(self, name: str, **changes: Any) -> str:
        answer = self.builder.create_infrastructure_configuration(
            **{"name": name, "instanceProfileName": self.profile, "clientToken": f"t-{next(_numbers)}"} | changes
        )
        return answer["infrastructureConfigurationArn"]

    def distribution(self, name: str, **changes: Any) -> str:
        parameters = {"distributions": [{"region": "eu-west-1"}]} | changes
        answer = self.builder.create_distribution_configuration(
            name=name, clientToken=f"t-{next(_numbers)}", **parameters
        )
        return answer["distributionConfigurationArn"]

    def pipeline(self, name: str, recipe: str, infrastructure: str, **changes: Any) -> str:
        answer = self.builder.create_image_pipeline(
            name=name,
            imageRecipeArn=recipe,
            infrastructureConfigurationArn=infrastructure,
            clientToken=f"t-{next(_numbers)}",
            **changes,
        )
        return answer["imagePipelineArn"]


@pytest.fixture(scope="module")
def factory(local: LocalAws, organization: Organization) -> Factory:
    return Factory(local)
