"""Where Terraform keeps the state of each stack."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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
        Where the states are; the bucket must exist, be versioned and be private.
    key_prefix : str
        States are ``<key_prefix>/<deployment>.tfstate``.
    kms_key : str, optional
        Key ARN; S3-managed encryption without it.
    role : str, optional
        Role to assume for the state, when it lies in another account.
    """

    backend: Literal["s3"]
    bucket: BucketName
    region: Region
    key_prefix: Annotated[str, Field(min_length=1, max_length=512), AfterValidator(_prefix)] = "golden-ami"
    kms_key: ArnText | None = None
    role: ArnText | None = None


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
