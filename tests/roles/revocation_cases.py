"""What revocation and rollback need beside retirement, and what must stay impossible for them."""

from collections.abc import Iterator

from tests.roles.conftest import Case, Change, Request, at, says, without
from tests.roles.evidence_cases import BUILT_AS, DECISION, FOREIGN, IMAGE, OTHER_TAGS, reading
from tests.runbooks.conftest import NAMES

SCOPE = NAMES.scope
OUTCOME = "aws:RequestTag/golden-ami:outcome"
REVOKED = {OUTCOME: "revoked", "aws:TagKeys": ("golden-ami:outcome",)}
NOT_REVOKED: dict[str, Change] = {
    "as approved": says(OUTCOME, "approved"),
    "as nothing": without(OUTCOME),
    **OTHER_TAGS,
}


def saying_so(regions: tuple[str, ...]) -> Iterator[Case]:
    """Tag image and AMIs as revoked, and as nothing else."""
    yield Case(
        "tag its image as revoked",
        Request("imagebuilder:TagResource", IMAGE, REVOKED),
        {"an image of nobody here": at(FOREIGN)} | NOT_REVOKED,
    )
    yield from _amis(regions, "CreateTags", REVOKED, NOT_REVOKED)
    for action in ("DisableImage", "EnableImageDeprecation"):
        yield from _amis(regions, action, {}, {})


def enabling(regions: tuple[str, ...]) -> Iterator[Case]:
    """Bring back what was put away, and read that people approved it."""
    for action in ("DisableImageDeprecation", "EnableImage"):
        yield from _amis(regions, action, {}, {})
    yield from reading()
    yield Case(
        "read the decision on it",
        Request("s3:GetObject", DECISION),
        {"another image's": at(DECISION.replace("web-server", "database"))},
    )


def _amis(
    regions: tuple[str, ...], action: str, more: dict[str, str | tuple[str, ...]], changes: dict[str, Change]
) -> Iterator[Case]:
    for region in regions:
        ami = f"arn:aws:ec2:{region}::image/ami-0123456789abcdef0"
        yield Case(
            f"{action} of its own in {region}",
            Request(f"ec2:{action}", ami, {"ec2:Owner": SCOPE.account, BUILT_AS: IMAGE} | more),
            {
                "built elsewhere": says(BUILT_AS, FOREIGN),
                "not built by Image Builder": without(BUILT_AS),
                "of another owner": says("ec2:Owner", "444444444444"),
                "in another Region": at(ami.replace(region, "ap-southeast-2")),
            }
            | changes,
        )
