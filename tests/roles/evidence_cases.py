"""What the roles need that collect evidence, record decisions and put away, and what must stay impossible for them."""

from collections.abc import Iterator

from tests.roles.conftest import Case, Request, at, says, without
from tests.runbooks.conftest import KEY, NAMES

SCOPE = NAMES.scope
BUCKET = f"arn:aws:s3:::{SCOPE.evidence_bucket}"
EVIDENCE, DECISION = (f"{BUCKET}/{folder}/web-server/0aa1bb22.json" for folder in ("evidence", "decisions"))
IMAGE = SCOPE.arn("imagebuilder", "image/golden-ami-web-server/1.2.3/4")
FOREIGN = SCOPE.arn("imagebuilder", "image/payroll/1.2.3/4")
BUILT_AS = "ec2:ResourceTag/Ec2ImageBuilderArn"
OTHER_TAGS = {
    "another tag": says("aws:TagKeys", "owner"),
    "another tag, too": says("aws:TagKeys", "golden-ami:outcome", "owner"),
    "no tag": without("aws:TagKeys"),
}


def encryption(service: str, *actions: str) -> Iterator[Case]:
    """Use the key through one service."""
    for action in actions:
        yield Case(
            f"{action} through {service}",
            Request(f"kms:{action}", KEY, {"kms:ViaService": f"{service}.eu-west-1.amazonaws.com"}),
            {
                "another key": at(KEY.replace("11111111", "99999999")),
                "another service": says("kms:ViaService", "ec2.eu-west-1.amazonaws.com"),
                "no service": without("kms:ViaService"),
            },
        )


def reading() -> Iterator[Case]:
    """Read the evidence of the image."""
    yield Case(
        "read its evidence",
        Request("s3:GetObject", EVIDENCE),
        {
            "another image's": at(EVIDENCE.replace("web-server", "database")),
            "another bucket": at(EVIDENCE.replace("golden-ami-evidence", "golden-ami-logs")),
        },
    )
    yield Case("tell what is not there", Request("s3:ListBucket", BUCKET), {"another bucket": at(f"{BUCKET}-beta")})


def collecting() -> Iterator[Case]:
    """Write evidence, and look at what it is about."""
    yield from reading()
    yield Case(
        "write its evidence",
        Request("s3:PutObject", EVIDENCE),
        {"another image's": at(EVIDENCE.replace("web-server", "database")), "a decision": at(DECISION)},
    )
    yield Case(
        "read the policy of its key",
        Request("kms:GetKeyPolicy", KEY),
        {"another key": at(KEY.replace("11111111", "99999999"))},
    )
    yield from encryption("s3", "Decrypt", "GenerateDataKey")


def recording() -> Iterator[Case]:
    """Write decisions beside the evidence of any image."""
    yield Case(
        "read evidence",
        Request("s3:GetObject", EVIDENCE),
        {"another bucket": at(EVIDENCE.replace("golden-ami-evidence", "golden-ami-logs"))},
    )
    yield Case("write a decision", Request("s3:PutObject", DECISION), {"evidence": at(EVIDENCE)})
    yield Case("tell what is not there", Request("s3:ListBucket", BUCKET), {"another bucket": at(f"{BUCKET}-beta")})
    yield from encryption("s3", "Decrypt", "GenerateDataKey")


def putting_away(regions: tuple[str, ...]) -> Iterator[Case]:
    """Tag images and AMIs with their outcome, deprecate and disable."""
    for action in ("GetImage", "TagResource"):
        tags = {"aws:TagKeys": ("golden-ami:outcome",)} if action == "TagResource" else {}
        yield Case(
            f"{action} of an image of the deployment",
            Request(f"imagebuilder:{action}", IMAGE, tags),
            {"an image of nobody here": at(FOREIGN)} | (OTHER_TAGS if tags else {}),
        )
    for region in regions:
        ami = f"arn:aws:ec2:{region}::image/ami-0123456789abcdef0"
        own = {"ec2:Owner": SCOPE.account, BUILT_AS: IMAGE}
        for action in ("CreateTags", "DisableImage", "EnableImageDeprecation"):
            tags = {"aws:TagKeys": ("golden-ami:outcome",)} if action == "CreateTags" else {}
            yield Case(
                f"{action} of its own in {region}",
                Request(f"ec2:{action}", ami, own | tags),
                {
                    "built elsewhere": says(BUILT_AS, FOREIGN),
                    "not built by Image Builder": without(BUILT_AS),
                    "of another owner": says("ec2:Owner", "444444444444"),
                    "in another Region": at(ami.replace(region, "ap-southeast-2")),
                }
                | (OTHER_TAGS if tags else {}),
            )


def deciding() -> Iterator[Case]:
    """Read and list evidence and decisions, as approvers do."""
    for folder in ("evidence", "decisions"):
        yield Case(
            f"list its {folder}",
            Request("s3:ListBucket", BUCKET, {"s3:prefix": f"{folder}/web-server/"}),
            {
                "another image's": says("s3:prefix", f"{folder}/database/"),
                "one whose name begins like it": says("s3:prefix", f"{folder}/web-server-beta/"),
                "everything": without("s3:prefix"),
                "everybody's": says("s3:prefix", f"{folder}/"),
                "another bucket": at(f"{BUCKET}-beta"),
            },
        )
    for what, arn in (("evidence", EVIDENCE), ("decisions", DECISION)):
        yield Case(
            f"read its {what}",
            Request("s3:GetObject", arn),
            {"another image's": at(arn.replace("web-server", "database"))},
        )
    yield from encryption("s3", "Decrypt")
