"""Brought resources, copies and networks."""

from tests.unit.bad_configurations import Case

CASES: list[Case] = [
    (
        "launch permissions in a copy",
        [
            (
                "deployments.prod-eu.copies",
                {
                    "eu-north-1": {
                        "key": "arn:aws:kms:eu-north-1:222222222222:key/11111111-2222-3333-4444-555555555555",
                        "launch": ["organization"],
                    }
                },
            )
        ],
        ["deployments.prod-eu.copies.eu-north-1.launch: is not a key here; remove it or mend its spelling"],
    ),
    (
        "topic without the prefix",
        [("deployments.prod-eu.existing", {"topic": "arn:aws:sns:eu-west-1:222222222222:Approvals"})],
        [
            "deployments.prod-eu.existing.topic: 'Approvals' does not begin with Automation, as Systems Manager wants; use another topic"
        ],
    ),
    (
        "topic of another Region",
        [("deployments.prod-eu.existing", {"topic": "arn:aws:sns:eu-west-2:222222222222:AutomationX"})],
        [
            "deployments.prod-eu.existing.topic: 'arn:aws:sns:eu-west-2:222222222222:AutomationX' is of region 'eu-west-2', not 'eu-west-1'; name an SNS topic of this deployment"
        ],
    ),
    (
        "topic that is a queue",
        [("deployments.prod-eu.existing", {"topic": "arn:aws:sqs:eu-west-1:222222222222:AutomationX"})],
        [
            "deployments.prod-eu.existing.topic: 'arn:aws:sqs:eu-west-1:222222222222:AutomationX' is of service 'sqs', not 'sns'; name an SNS topic of this deployment"
        ],
    ),
    (
        "key of another account",
        [
            (
                "deployments.prod-eu.existing",
                {"key": "arn:aws:kms:eu-west-1:333333333333:key/11111111-2222-3333-4444-555555555555"},
            )
        ],
        [
            "deployments.prod-eu.existing.key: 'arn:aws:kms:eu-west-1:333333333333:key/11111111-2222-3333-4444-555555555555' is of account '333333333333', not '222222222222'; name a KMS key of this deployment"
        ],
    ),
    (
        "key alias",
        [("deployments.prod-eu.existing", {"key": "arn:aws:kms:eu-west-1:222222222222:alias/x"})],
        [
            "deployments.prod-eu.existing.key: 'arn:aws:kms:eu-west-1:222222222222:alias/x' is not a KMS key; its last part must match key/(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
        ],
    ),
    (
        "no ARN",
        [("deployments.prod-eu.existing", {"key": "my-key"})],
        [
            "deployments.prod-eu.existing.key: 'my-key' is not an ARN; write arn:partition:service:region:account:resource"
        ],
    ),
    (
        "one bucket for logs and evidence",
        [("deployments.prod-eu.existing", {"log_bucket": "arn:aws:s3:::b-1", "evidence_bucket": "arn:aws:s3:::b-1"})],
        [
            "deployments.prod-eu.existing.evidence_bucket: is the log bucket, which build instances write; use a bucket of its own"
        ],
    ),
    (
        "share of another Region",
        [
            (
                "deployments.prod-eu.images",
                {
                    "web": {
                        "existing": {
                            "share": "arn:aws:ram:us-east-1:222222222222:resource-share/12345678-1234-1234-1234-123456789012"
                        }
                    }
                },
            )
        ],
        [
            "deployments.prod-eu.images.web.existing.share: 'arn:aws:ram:us-east-1:222222222222:resource-share/12345678-1234-1234-1234-123456789012' is of region 'us-east-1', not 'eu-west-1'; name a resource share of this deployment"
        ],
    ),
    (
        "share that nobody uses",
        [
            (
                "deployments.prod-eu.images",
                {
                    "web": {
                        "existing": {
                            "share": "arn:aws:ram:eu-west-1:222222222222:resource-share/12345678-1234-1234-1234-123456789012"
                        },
                        "sharing": {"launch": ["workloads"]},
                    }
                },
            )
        ],
        [
            "deployments.prod-eu.images.web.existing.share: is never used, because sharing.image_builder is empty; add receivers or remove it"
        ],
    ),
    (
        "pipeline without its recipe",
        [
            (
                "deployments.prod-eu.images",
                {
                    "web": {
                        "existing": {
                            "pipeline": {"arn": "arn:aws:imagebuilder:eu-west-1:222222222222:image-pipeline/x"}
                        }
                    }
                },
            )
        ],
        ["deployments.prod-eu.images.web.existing.pipeline.recipe: is missing; add it"],
    ),
    (
        "pipeline that is a recipe",
        [
            (
                "deployments.prod-eu.images",
                {
                    "web": {
                        "existing": {
                            "pipeline": {
                                "arn": "arn:aws:imagebuilder:eu-west-1:222222222222:image-recipe/x/1.0.0",
                                "recipe": "xx",
                            }
                        }
                    }
                },
            )
        ],
        [
            "deployments.prod-eu.images.web.existing.pipeline.arn: 'arn:aws:imagebuilder:eu-west-1:222222222222:image-recipe/x/1.0.0' is not an image pipeline; its last part must match image-pipeline/[a-z0-9-_]+"
        ],
    ),
    (
        "role to assume of another account",
        [("deployments.prod-eu.assume_role", {"arn": "arn:aws:iam::333333333333:role/D"})],
        [
            "deployments.prod-eu.assume_role.arn: 'arn:aws:iam::333333333333:role/D' is of account '333333333333', not '222222222222'; name a role of this deployment"
        ],
    ),
    (
        "subnet without security groups",
        [("deployments.prod-eu.network", {"subnet": "subnet-0123456789abcdef0"})],
        ["deployments.prod-eu.network.security_groups: is missing; add it"],
    ),
    (
        "subnet id",
        [("deployments.prod-eu.network", {"subnet": "subnet-1", "security_groups": ["sg-0123456789abcdef0"]})],
        ["deployments.prod-eu.network.subnet: 'subnet-1' is not a subnet id; it looks like subnet-0a1b2c3d"],
    ),
    (
        "copy to the own Region",
        [
            (
                "deployments.prod-eu.copies",
                {"eu-west-1": {"key": "arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555"}},
            )
        ],
        ["deployments.prod-eu.copies.eu-west-1: eu-west-1 is the deployment's own Region; remove it"],
    ),
    (
        "copy with a key of another Region",
        [
            (
                "deployments.prod-eu.copies",
                {"eu-north-1": {"key": "arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555"}},
            )
        ],
        [
            "deployments.prod-eu.copies.eu-north-1.key: 'arn:aws:kms:eu-west-1:222222222222:key/11111111-2222-3333-4444-555555555555' is of region 'eu-west-1', not 'eu-north-1'; name a key in eu-north-1 of this deployment"
        ],
    ),
    (
        "copy without a key",
        [("deployments.prod-eu.copies", {"eu-north-1": {}})],
        ["deployments.prod-eu.copies.eu-north-1.key: is missing; add it"],
    ),
]
