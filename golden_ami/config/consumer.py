"""A consumer: what follows an approved image in an account that receives it."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from golden_ami.config.defaults import LAST_WAVE
from golden_ami.config.place import Place
from golden_ami.config.problems import Problem
from golden_ami.config.rollout import RoleName
from golden_ami.config.sharing import Sharing
from golden_ami.config.types import ArnText, Model, SecurityGroupId, Slug, SubnetId, arn_problem, matching

MAX_NAME_LENGTH = 26
"""Longest name of a consumer: with a prefix and a suffix, an IAM role name has at most 64 characters."""

InstanceType = Annotated[
    str,
    AfterValidator(matching(r"[a-z][a-z0-9-]*\.[a-z0-9-]+", "is no instance type; write it like m7i.large")),
]


class Group(Model):
    """An Auto Scaling group that is refreshed whenever another image is approved.

    Attributes
    ----------
    subnets : tuple of str
        Where instances run.
    min_size, max_size : int
        Its limits; what runs between them is its own business.
    min_healthy_percentage : int
        Percentage of the group that stays in service during a refresh.
    """

    subnets: Annotated[tuple[SubnetId, ...], Field(min_length=1, max_length=20)]
    min_size: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    max_size: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    min_healthy_percentage: Annotated[int, Field(strict=True, ge=0, le=100)] = 90


class Consumer(Place):
    """A launch template that follows an approved image, and a look at what still runs of one that was taken back.

    Attributes
    ----------
    deployment, image : str
        Whose approved image it follows; the parameter has to be shared with this account.
    wave : int, optional
        When `golden-ami rollout` applies it: later than its deployment, and the wave after that one without it.
    instance_type : str
        Of the launch template.
    security_groups : tuple of str
        Of its instances.
    instance_role : str, optional
        ``role/Name`` of an instance profile of the same name, which exists already.
    group : Group, optional
        Without it, there is the launch template only.
    check_minutes : int
        How often it is looked whether another image is approved, and whether instances run one that was taken back.
    alarm_topic : str, optional
        ARN of an SNS topic of this account and Region that hears of the alarm; without it, the alarm only shows.
    """

    deployment: Slug
    image: Slug
    wave: Annotated[int, Field(strict=True, ge=1, le=LAST_WAVE)] | None = None
    instance_type: InstanceType
    security_groups: Annotated[tuple[SecurityGroupId, ...], Field(max_length=5)] = ()
    instance_role: RoleName | None = None
    group: Group | None = None
    check_minutes: Annotated[int, Field(strict=True, ge=5, le=720)] = 15
    alarm_topic: ArnText | None = None

    def problems_in(self, name: str, factory: Any, sharing: Sharing | None) -> Iterator[Problem]:
        """Say what cannot work.

        Parameters
        ----------
        name : str
            The consumer's own name.
        factory : Deployment or None
            The deployment that it names.
        sharing : Sharing or None
            With whom the image is shared.
        """
        yield from self.role_problems(self.region)
        if len(name) > MAX_NAME_LENGTH:
            yield Problem((), f"the name {name!r} has more than {MAX_NAME_LENGTH} characters; shorten it")
        if self.alarm_topic:
            problem = arn_problem(
                self.alarm_topic,
                service="sns",
                resource=r"[\w-]{1,256}",
                partition=self.partition,
                region=self.region,
                account=self.account,
                what="a topic",
            )
            if problem:
                yield Problem(("alarm_topic",), problem)
        if self.group and self.group.min_size > self.group.max_size:
            yield Problem(("group", "min_size"), f"{self.group.min_size} is more than max_size; lower it")
        if factory is not None and self.wave is not None and self.wave <= factory.wave:
            yield Problem(
                ("wave",),
                f"{self.wave} is not after {factory.wave}, the wave of {self.deployment!r}, whose parameter it reads; "
                f"write {factory.wave + 1} or more, or remove it",
            )
        if factory is not None and sharing is not None:
            yield from self._sharing_problems(factory, sharing)

    def _sharing_problems(self, factory: Any, sharing: Sharing) -> Iterator[Problem]:
        if self.region != factory.region:
            yield Problem(
                ("region",),
                f"{self.region!r} is not {factory.region!r}, where {self.deployment!r} shares its parameter; RAM "
                "shares none elsewhere",
            )
        if self.account == factory.account:
            yield Problem(("account",), f"{self.account!r} is the factory's own; use rollout of the image there")
        elif not sharing.share_parameter:
            yield Problem(
                ("image",), f"the parameter of {self.image!r} is not shared; set sharing.share_parameter: true there"
            )
        elif not _may_be_shared(self.account, sharing.image_builder):
            yield Problem(
                ("account",), f"{self.account!r} is not among sharing.image_builder of {self.image!r}; add it there"
            )


def _may_be_shared(account: str, principals: tuple[str, ...]) -> bool:
    """Tell whether a parameter can reach an account; which accounts a unit has is not in the configuration."""
    return any(principal == account or not principal.isdigit() for principal in principals)
