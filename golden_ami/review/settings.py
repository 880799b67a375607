"""The policy of a review: floors, versions, and what was accepted, by whom, why and until when."""

from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from golden_ami.config.types import AccountId, Day, Model, OrganizationId
from golden_ami.errors import InputError

DEFAULT: Final = Path("config/review/policy.yaml")


class ReviewPolicyError(InputError):
    """When the policy of the review cannot be read, or says something that it cannot say."""


def _rule(value: str) -> str:
    from golden_ami.review.rules import RULES  # noqa: PLC0415 - rules read settings

    if value not in RULES:
        raise ValueError(f"{value!r} is no rule; name one of: {', '.join(RULES)}")
    return value


class Suppression(Model):
    """A finding that somebody has accepted, for a reason and for a time.

    Attributes
    ----------
    rule : str
        Name of the rule.
    deployment, address : str
        What it is about; every deployment, and every resource, without them.
    reason, owner : str
        Why, and who answers for it.
    expires : date
        Last day on which it holds; afterwards it fails the review until it is renewed or removed.
    """

    rule: Annotated[str, AfterValidator(_rule)]
    deployment: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    address: Annotated[str, Field(min_length=3, max_length=256)] | None = None
    reason: Annotated[str, Field(min_length=10, max_length=256)]
    owner: Annotated[str, Field(min_length=3, max_length=128)]
    expires: Day

    def __str__(self) -> str:
        return f"{self.rule} for {self.address or self.deployment or 'everything'}"


class Settings(Model):
    """What a plan is measured by; the defaults are strict.

    Attributes
    ----------
    organization : str or None
        The only organization that may receive anything; without it, the one that is deployed.
    accounts : tuple of str or None
        The only accounts that may be named one by one; any, without it: a plan does not tell whose an account is.
    minimum_approvers, minimum_quorum : int
        Fewest approvers, and fewest of them that must approve.
    minimum_key_deletion_days : int
        Shortest time between a key's deletion and its end.
    minimum_log_retention_days : int
        Shortest time for which build logs are kept.
    provider_from, provider_below : str
        Versions of the AWS provider.
    suppressions : tuple of Suppression
        What was accepted.
    """

    organization: OrganizationId | None = None
    accounts: tuple[AccountId, ...] | None = None
    minimum_approvers: Annotated[int, Field(ge=1, le=10)] = 2
    minimum_quorum: Annotated[int, Field(ge=1, le=10)] = 2
    minimum_key_deletion_days: Annotated[int, Field(ge=7, le=30)] = 30
    minimum_log_retention_days: Annotated[int, Field(ge=1)] = 30
    provider_from: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = "5.100.0"
    provider_below: Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")] = "6.0.0"
    suppressions: tuple[Suppression, ...] = ()


def load_settings(path: Path | None = None) -> Settings:
    """Read a policy.

    Parameters
    ----------
    path : Path, optional
        A YAML file; without one ``config/review/policy.yaml``, and the strict defaults where that is missing.

    Raises
    ------
    ReviewPolicyError
        With the key, the value and what to do, of every mistake.
    """
    if path is None and not DEFAULT.is_file():
        return Settings()
    path = path or DEFAULT
    try:
        data: Any = YAML(typ="safe", pure=True).load(StringIO(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ReviewPolicyError(f"{path} cannot be read: {error.strerror}", remedy="name another --policy") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ReviewPolicyError(f"{path} is not YAML: {str(error).splitlines()[0]}", remedy="mend it") from error
    try:
        return Settings.model_validate(data if data is not None else {})
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg'].removeprefix('Value error, ')}"
            for each in error.errors()
        ]
        raise ReviewPolicyError(f"{path}: {'; '.join(lines)}", remedy="mend each of them") from error
