"""Resources that exist already and are used instead of being created."""

from collections.abc import Iterator

from golden_ami.config.problems import Problem
from golden_ami.config.types import ArnText, Model, Slug, arn_problem
from golden_ami.names import DeploymentNames

KEY_RESOURCE = r"key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
_SHARE = r"resource-share/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class ExistingForDeployment(Model):
    """What the whole deployment brings.

    Attributes
    ----------
    topic : str, optional
        SNS topic ARN; the name must begin with ``Automation`` (aws:approve reference).
    key : str, optional
        KMS key ARN; its policy is yours to keep.
    log_bucket, evidence_bucket : str, optional
        Bucket ARNs.
    """

    topic: ArnText | None = None
    key: ArnText | None = None
    log_bucket: ArnText | None = None
    evidence_bucket: ArnText | None = None

    def problems_in(self, names: DeploymentNames) -> Iterator[Problem]:
        """Say which of them are not of this deployment's account, Region or kind."""
        yield from _checked(self, names, "topic", service="sns", resource=r"[\w-]+", what="an SNS topic")
        if self.topic and not self.topic.rsplit(":", 1)[1].startswith("Automation"):
            name = self.topic.rsplit(":", 1)[1]
            yield Problem(
                ("topic",), f"{name!r} does not begin with Automation, as Systems Manager wants; use another topic"
            )
        yield from _checked(self, names, "key", service="kms", resource=KEY_RESOURCE, what="a KMS key")
        for bucket in ("log_bucket", "evidence_bucket"):
            yield from _checked(self, names, bucket, service="s3", resource=_BUCKET, what="a bucket", everywhere=True)
        if self.log_bucket and self.log_bucket == self.evidence_bucket:
            yield Problem(
                ("evidence_bucket",), "is the log bucket, which build instances write; use a bucket of its own"
            )


class ExistingPipeline(Model):
    """An Image Builder pipeline that somebody else keeps.

    Attributes
    ----------
    arn : str
        Pipeline ARN. It must not share what it distributes: the runbook checks and refuses.
    recipe : str
        Name of its recipe; images are named after it, and the runbook may touch no others.
    """

    arn: ArnText
    recipe: Slug


class ExistingForImage(Model):
    """What one image brings.

    Attributes
    ----------
    pipeline : ExistingPipeline, optional
        Used instead of the one that the image's description would make.
    share : str, optional
        RAM resource share ARN; it must not allow external principals: the runbook checks and refuses.
    """

    pipeline: ExistingPipeline | None = None
    share: ArnText | None = None

    def problems_in(self, names: DeploymentNames) -> Iterator[Problem]:
        """Say which of them are not of this deployment's account, Region or kind."""
        if self.pipeline:
            yield from (
                problem.below("pipeline")
                for problem in _checked(
                    self.pipeline,
                    names,
                    "arn",
                    service="imagebuilder",
                    resource=r"image-pipeline/[a-z0-9-_]+",
                    what="an image pipeline",
                )
            )
        yield from _checked(self, names, "share", service="ram", resource=_SHARE, what="a resource share")


def _checked(
    model: Model,
    names: DeploymentNames,
    key: str,
    *,
    service: str,
    resource: str,
    what: str,
    everywhere: bool = False,
) -> Iterator[Problem]:
    """Check one ARN; ``everywhere`` for bucket ARNs, which carry neither Region nor account."""
    text = getattr(model, key)
    if text is None:
        return
    problem = arn_problem(
        text,
        service=service,
        resource=resource,
        partition=names.partition,
        region=None if everywhere else names.region,
        account=None if everywhere else names.account,
        what=what,
    )
    if problem:
        yield Problem((key,), problem)
