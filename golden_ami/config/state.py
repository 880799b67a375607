"""Where Terraform keeps the state of each stack."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from golden_ami.config.place import Account
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import ArnText, BucketName, Model, Region, Slug


def _prefix(value: str) -> str:
    if value.startswith("/") or value.endswith("/"):
        raise ValueError(f"{value!r} starts or ends with a slash; leave it out")
    return value


class LocalState(Model):
    """A file beside ``cdktf.json``, one a stack."""

    backend: Literal["local"] = "local"


class S3State(Model):
    """An object in S3, one a stack, locked by Terraform's own lock object.

    Attributes
    ----------
    bucket, region : str
        Where the states are; the bucket must exist, be versioned and be private, or be made by ``bootstrap``.
    key_prefix : str
        States are ``<key_prefix>/<deployment>.tfstate``.
    kms_key : str, optional
        Key ARN; S3-managed encryption without it.
    role : str, optional
        Role to assume for the state, when it lies in another account.
    bootstrap : Account, optional
        Make the bucket, in this account, by the stack ``state-bootstrap``, which keeps its own state beside
        ``cdktf.json`` and refuses to be destroyed.
    """

    backend: Literal["s3"]
    bucket: BucketName
    region: Region
    key_prefix: Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_prefix)] = "golden-ami"
    kms_key: ArnText | None = None
    role: ArnText | None = None
    bootstrap: Account | None = None

    @model_validator(mode="after")
    def _is_consistent(self) -> "S3State":
        refuse(self._problems())
        return self

    def _problems(self) -> Iterator[Problem]:
        if self.bootstrap:
            yield from (problem.below("bootstrap") for problem in self.bootstrap.role_problems(self.region))


class CloudState(Model):
    """A workspace of HCP Terraform or Terraform Enterprise, one a stack.

    Attributes
    ----------
    organization, hostname : str
        Whose workspaces, and where.
    project : str, optional
        Project of the workspaces.
    workspace_prefix : str
        Workspaces are named ``<workspace_prefix>-<deployment>``.
    """

    backend: Literal["cloud"]
    organization: Annotated[str, Field(min_length=1)]
    hostname: str = "app.terraform.io"
    project: str | None = None
    workspace_prefix: Slug = "golden-ami"


State = Annotated[LocalState | S3State | CloudState, Field(discriminator="backend")]
