"""The values a configuration is made of: ids, names and ARNs, each with its pattern and a remedy.

Patterns are AWS's own: the Organizations, EC2 and KMS API references, and "IAM identifiers" (IAM User Guide).
"""

import datetime
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from golden_ami.arn import PARTITIONS, Arn, partition_of


class Model(BaseModel):
    """Base of every part of a configuration: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def matching(pattern: str, advice: str) -> Callable[[str], str]:
    """Make a check of a text by a pattern; the advice follows the text."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} {advice}")
        return value

    return check


def _schema(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^(?:{pattern})$"})


def _region(value: str) -> str:
    partition_of(value)
    return value


def _arn(value: str) -> str:
    Arn.parse(value)
    return value


def _not_interpolated(value: str) -> str:
    for opening, reader in (("{{", "Systems Manager"), ("${", "Terraform"), ("%{", "Terraform")):
        if opening in value:
            raise ValueError(f"{value!r} holds {opening!r}, which {reader} would expand; leave it out")
    return value


SLUG = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_ACCOUNT = r"[0-9]{12}"
_UNIT = r"ou-[0-9a-z]{4,32}-[a-z0-9]{8,32}"
_ORGANIZATION = r"o-[a-z0-9]{10,32}"

Text = Annotated[str, AfterValidator(_not_interpolated), Field(min_length=1, max_length=1024)]
"""Free text for people, such as a description."""

Slug = Annotated[
    str,
    AfterValidator(matching(SLUG, "is not a name; use lower-case letters, digits and single hyphens, like web-server")),
    AfterValidator(matching(r".{2,32}", "is too short or too long; use 2 to 32 characters")),
    _schema(SLUG),
]
"""Name of an image, a deployment, a component or a unit: it becomes part of AWS names and state addresses."""

AccountId = Annotated[
    str,
    AfterValidator(matching(_ACCOUNT, 'is not an account id; write its twelve digits in quotes, like "222222222222"')),
    _schema(_ACCOUNT),
]
OrganizationId = Annotated[
    str,
    AfterValidator(matching(_ORGANIZATION, "is not an organization id; it looks like o-a1b2c3d4e5")),
    _schema(_ORGANIZATION),
]
UnitId = Annotated[
    str,
    AfterValidator(matching(_UNIT, "is not the id of an organizational unit; it looks like ou-ab12-c3d4e5f6")),
    _schema(_UNIT),
]
Region = Annotated[
    str, AfterValidator(_region), _schema("|".join(pattern.replace(r"\d", "[0-9]") for pattern in PARTITIONS.values()))
]
ArnText = Annotated[str, AfterValidator(_arn), _schema(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws)?:.+")]
"""An ARN without wildcards; which service, account and Region it must be of is checked where it is used."""

SubnetId = Annotated[
    str,
    AfterValidator(matching(r"subnet-([0-9a-f]{8}|[0-9a-f]{17})", "is not a subnet id; it looks like subnet-0a1b2c3d")),
    _schema(r"subnet-[0-9a-f]{8,17}"),
]
SecurityGroupId = Annotated[
    str,
    AfterValidator(matching(r"sg-([0-9a-f]{8}|[0-9a-f]{17})", "is not a security group id; it looks like sg-0a1b2c3d")),
    _schema(r"sg-[0-9a-f]{8,17}"),
]
LaunchTemplateId = Annotated[
    str,
    AfterValidator(
        matching(r"lt-([0-9a-f]{8}|[0-9a-f]{17})", "is not a launch template id; it looks like lt-0123456789abcdef0")
    ),
    _schema(r"lt-[0-9a-f]{8,17}"),
]
TagKey = Annotated[
    str,
    AfterValidator(_not_interpolated),
    AfterValidator(
        matching(
            r"(?!aws:)[\w .:/=+\-@]{1,128}",
            "is not a tag key; AWS keeps the prefix aws: to itself and allows 128 characters",
        )
    ),
]
TagValue = Annotated[
    str,
    AfterValidator(_not_interpolated),
    AfterValidator(
        matching(r"[\w .:/=+\-@]{0,256}", "is not a tag value; use letters, digits, spaces and _.:/=+-@, at most 256")
    ),
]
BucketName = Annotated[
    str,
    AfterValidator(
        matching(
            r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
            "is not a bucket name; use 3 to 63 lower-case letters, digits, dots and hyphens",
        )
    ),
    _schema(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"),
]
Flag = Annotated[bool, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0)]


def arn_problem(
    text: str, *, service: str, resource: str, partition: str, region: str | None, account: str | None, what: str
) -> str | None:
    """Say why an ARN is not the one wanted, or nothing.

    Parameters
    ----------
    text : str
        A well-formed ARN.
    service, partition, region, account : str or None
        What its parts must be; ``None`` leaves the part out of the ARN.
    resource : str
        Pattern of the whole resource part.
    what : str
        How the remedy calls it, such as ``an SNS topic``.

    Returns
    -------
    str or None
        ``what is wrong; remedy``.
    """
    arn = Arn.parse(text)
    expected: dict[str, Any] = {
        "service": service,
        "partition": partition,
        "region": region or "",
        "account": account or "",
    }
    for part, value in expected.items():
        if getattr(arn, part) != value:
            return f"{text!r} is of {part} {getattr(arn, part)!r}, not {value!r}; name {what} of this deployment"
    if not re.fullmatch(resource, arn.resource):
        return f"{text!r} is not {what}; its last part must match {resource}"
    return None


def _day(value: object) -> object:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"{value!r} is no day; write it like 2027-03-31") from None


Day = Annotated[datetime.date, BeforeValidator(_day)]
"""A day, as YAML has it or as text."""
