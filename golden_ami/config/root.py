"""The whole configuration: one organization, its images, and where each of them is built."""

import re
from collections.abc import Iterator

from pydantic import Field, model_validator

from golden_ami.arn import partition_of
from golden_ami.config.consumer import Consumer
from golden_ami.config.defaults import Defaults
from golden_ami.config.deployment import Deployment
from golden_ami.config.image import Images
from golden_ami.config.organization import Organization
from golden_ami.config.organization_policies import OrganizationPolicies, reaches
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.sharing import Sharing
from golden_ami.config.state import LocalState, State
from golden_ami.config.types import Model, Slug, TagKey, TagValue
from golden_ami.config.waiver import Waiver
from golden_ami.names import BOOTSTRAP_STACK, ORGANIZATION_STACK, OWNER_TAG

MAX_TAGS = 40
"""AWS allows 50 on a resource; ten are left for the ones that the stacks and AWS add."""

MAX_WAIVERS = 50
"""They are part of the runbook's text, which has a limit."""


class Config(Model):
    """A validated configuration; nothing is synthesised or called before it holds.

    Attributes
    ----------
    organization : Organization
        Nobody outside it can receive an image.
    state : State
        Where Terraform keeps state.
    tags : dict of str to str
        On everything that takes tags, beside ``owner: golden-ami-automation``.
    images : dict of str to Image
        What is built.
    defaults : Defaults
        What every deployment has that does not say otherwise; `load` has put it into each of them.
    deployments : dict of str to Deployment
        Where it is built; each is a stack.
    waivers : tuple of Waiver
        Findings that do not count.
    organization_policies : OrganizationPolicies, optional
        What the organization enforces, once: the stack ``organization``.
    consumers : dict of str to Consumer
        What follows approved images in accounts that receive them; each is a stack.
    """

    organization: Organization
    state: State = LocalState()
    tags: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=MAX_TAGS)
    images: Images
    defaults: Defaults = Defaults()
    deployments: dict[Slug, Deployment] = Field(min_length=1)
    waivers: tuple[Waiver, ...] = Field(default=(), max_length=MAX_WAIVERS)
    organization_policies: OrganizationPolicies | None = None
    consumers: dict[Slug, Consumer] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Config":
        refuse(self._problems())
        return self

    def all_tags(self, deployment: str) -> dict[str, str]:
        """Tags of everything in a deployment that takes tags."""
        return {**self.tags, **self.deployments[deployment].tags, OWNER_TAG[0]: OWNER_TAG[1]}

    def common_tags(self) -> dict[str, str]:
        """Tags of everything that is in no deployment and takes tags."""
        return {**self.tags, OWNER_TAG[0]: OWNER_TAG[1]}

    def wave_of(self, consumer: Consumer) -> int:
        """Wave of a consumer: right after its deployment's, when it names none."""
        return consumer.wave or self.deployments[consumer.deployment].wave + 1

    def images_of(self, deployment: str) -> tuple[str, ...]:
        """Names of the images that a deployment builds, in the configuration's order."""
        chosen = self.deployments[deployment].images
        return tuple(self.images) if chosen is None else tuple(image for image in self.images if image in chosen)

    def _problems(self) -> Iterator[Problem]:
        yield from _owner_problems(self.tags)
        yield from self._repeated_units()
        yield from self._waiver_problems()
        seen: dict[tuple[str, str], str] = {}
        for name, deployment in self.deployments.items():
            place = (deployment.account, deployment.region)
            if place in seen:
                yield Problem(
                    ("deployments", name),
                    f"account {place[0]} in {place[1]} is already {seen[place]!r}; put its images there",
                )
            seen.setdefault(place, name)
            yield from (problem.below("deployments", name) for problem in self._problems_of(name, deployment))
            yield from (problem.below("deployments", name) for problem in self._tag_problems(deployment))
        yield from self._taken_names()
        yield from self._policy_problems()
        yield from self._consumer_problems()

    def _tag_problems(self, deployment: Deployment) -> Iterator[Problem]:
        yield from _owner_problems(deployment.tags)
        count = len({**self.tags, **deployment.tags})
        if count > MAX_TAGS >= len(self.tags):
            yield Problem(("tags",), f"makes {count} with those of the configuration, and {MAX_TAGS} fit; remove some")

    def _taken_names(self) -> Iterator[Problem]:
        # A stack's name is its state's.
        taken = dict.fromkeys((ORGANIZATION_STACK, BOOTSTRAP_STACK), "a stack of its own")
        for key, names in (("deployments", self.deployments), ("consumers", self.consumers)):
            for name in names:
                if name in taken:
                    yield Problem((key, name), f"{name!r} is the name of {taken[name]}; choose another one")
                taken.setdefault(name, f"a {key.removesuffix('s')}")

    def _policy_problems(self) -> Iterator[Problem]:
        policies = self.organization_policies
        if policies is None:
            return
        factories = {name: each.account for name, each in self.deployments.items()}
        found = policies.problems_in(self.organization, factories)
        yield from (problem.below("organization_policies") for problem in found)
        images = policies.images
        for name, deployment in self.deployments.items():
            both = images and images.block_public_images and deployment.block_public_images
            if images and both and reaches(images.targets, deployment.account):
                yield Problem(
                    ("deployments", name, "block_public_images"),
                    "is the business of organization_policies.images, which nobody may change in an account; set it "
                    "to false",
                )

    def _consumer_problems(self) -> Iterator[Problem]:
        for name, consumer in self.consumers.items():
            factory = self.deployments.get(consumer.deployment)
            there = self.images_of(consumer.deployment) if factory else ()
            sharing = None
            if factory is None:
                known = ", ".join(self.deployments)
                text = f"there is no deployment {consumer.deployment!r}; name one of: {known}"
                yield Problem(("consumers", name, "deployment"), text)
            elif consumer.image not in there:
                text = f"{consumer.deployment!r} builds no image {consumer.image!r}; name one of: {', '.join(there)}"
                yield Problem(("consumers", name, "image"), text)
            else:
                sharing = factory.settings(consumer.image).sharing or factory.sharing
            found = consumer.problems_in(name, factory, sharing)
            yield from (problem.below("consumers", name) for problem in found)

    def _repeated_units(self) -> Iterator[Problem]:
        units = list(self.organization.units.items())
        for index, (name, unit) in enumerate(units):
            if unit in [other for _, other in units[:index]]:
                yield Problem(("organization", "units", name), f"{unit!r} has another name already; remove one")

    def _waiver_problems(self) -> Iterator[Problem]:
        for index, waiver in enumerate(self.waivers):
            for image in waiver.images:
                if image not in self.images:
                    known = ", ".join(self.images)
                    yield Problem(("waivers", index, "images"), f"there is no image {image!r}; name one of: {known}")
            for image in self.images:
                earlier = [other for other in self.waivers[:index] if other.id == waiver.id and other.concerns(image)]
                if earlier and waiver.concerns(image):
                    yield Problem(("waivers", index, "id"), f"{waiver.id!r} is there twice for {image!r}; remove one")

    def waivers_of(self, image: str) -> tuple[Waiver, ...]:
        """Waivers that are for an image."""
        return tuple(waiver for waiver in self.waivers if waiver.concerns(image))

    def _problems_of(self, name: str, deployment: Deployment) -> Iterator[Problem]:
        partition = partition_of(deployment.region)
        for image in deployment.images or {}:
            if image not in self.images:
                known = ", ".join(self.images)
                yield Problem(
                    ("images", image), f"there is no image {image!r}; describe it under images (there: {known})"
                )
        sharings: dict[tuple[str, ...], Sharing] = {("sharing",): deployment.sharing}
        for image in self.images_of(name):
            yield from deployment.problems_for(image, name)
            yield from self._parent_problems(image, deployment)
            own = deployment.settings(image).sharing
            if own:
                sharings["images", image, "sharing"] = own
        for path, sharing in sharings.items():
            yield from (problem.below(*path) for problem in sharing.problems_in(self.organization, partition))

    def _parent_problems(self, image: str, deployment: Deployment) -> Iterator[Problem]:
        """Find ARNs and AMI ids that cannot exist where the image is built."""
        described = self.images[image]
        if deployment.settings(image).existing.pipeline:
            return
        arns = {"parent": described.parent} | {
            f"components[{index}].arn": component.arn
            for index, component in enumerate(described.components)
            if component.arn
        }
        for key, value in arns.items():
            region = value.split(":")[3] if value.startswith("arn:") else deployment.region
            if region != deployment.region:
                yield Problem(
                    ("images", image),
                    f"images.{image}.{key} is of {region} and cannot be used in {deployment.region}; "
                    "use ssm:, aws: or a file, which work in every Region",
                )
        homes = {other.region for name, other in self.deployments.items() if image in self.images_of(name)}
        if re.match("ami-", described.parent) and len(homes) > 1:
            yield Problem(
                ("images", image),
                f"images.{image}.parent is an AMI id, which exists in one Region, and the image is built in "
                f"{len(homes)}; use ssm: or aws:, which work in every Region",
            )


def _owner_problems(tags: dict[str, str]) -> Iterator[Problem]:
    key, value = OWNER_TAG
    if tags.get(key, value) != value:
        yield Problem(
            ("tags", key), f"{tags[key]!r} would hide resources from the runbooks; remove it, it is {value!r}"
        )
