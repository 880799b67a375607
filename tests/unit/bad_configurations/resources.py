"""Deployments, schedules, state and tags."""

from tests.unit.bad_configurations import Case

CASES: list[Case] = [
    ("unknown key at the top", [("imges", {})], ["imges: is not a key here; remove it or mend its spelling"]),
    (
        "unknown key of a deployment",
        [("deployments.prod-eu.regoin", "x")],
        ["deployments.prod-eu.regoin: is not a key here; remove it or mend its spelling"],
    ),
    (
        "a lock of a bucket that goes",
        [("deployments.prod-eu.evidence", {"lock_days": 30}), ("deployments.prod-eu.retain_on_destroy", False)],
        [
            "deployments.prod-eu.evidence.lock_days: keeps a bucket that retain_on_destroy would let go; remove one of "
            "them"
        ],
    ),
    (
        "a lock of a bucket that is brought",
        [
            ("deployments.prod-eu.evidence", {"lock_days": 30}),
            ("deployments.prod-eu.existing", {"evidence_bucket": "arn:aws:s3:::somebodys-evidence"}),
        ],
        ["deployments.prod-eu.evidence.lock_days: is the business of who owns existing.evidence_bucket; remove it"],
    ),
    ("no deployments", [("deployments", {})], ["deployments: has 0 entries and needs 1; add some"]),
    (
        "account as a number",
        [("deployments.prod-eu.account", 222222222222)],
        ['deployments.prod-eu.account: 222222222222 is a number; quote it: "222222222222"'],
    ),
    (
        "account with eleven digits",
        [("deployments.prod-eu.account", "22222222222")],
        [
            "deployments.prod-eu.account: '22222222222' is not an account id; write its twelve digits in quotes, like \"222222222222\""
        ],
    ),
    (
        "Region that is none",
        [("deployments.prod-eu.region", "europe")],
        ["deployments.prod-eu.region: 'europe' is not the name of an AWS Region; write it like eu-west-1"],
    ),
    (
        "deployment name too long",
        [
            (
                "deployments",
                {
                    "ppppppppppppppppppppppppppppppppp": {
                        "account": "222222222222",
                        "region": "eu-west-1",
                        "approval": {"approvers": ["role/A", "role/B"], "required": 1},
                        "sharing": {"launch": ["workloads"], "image_builder": ["workloads"]},
                    }
                },
            )
        ],
        [
            "deployments.ppppppppppppppppppppppppppppppppp: 'ppppppppppppppppppppppppppppppppp' is too short or too long; use 2 to 32 characters"
        ],
    ),
    (
        "names too long together",
        [
            (
                "deployments",
                {
                    "pppppppppppppppppppppppppppppppp": {
                        "account": "222222222222",
                        "region": "eu-west-1",
                        "approval": {"approvers": ["role/A", "role/B"], "required": 1},
                        "sharing": {"launch": ["workloads"], "image_builder": ["workloads"]},
                    }
                },
            ),
            (
                "images",
                {
                    "wwwwwwwwww": {
                        "description": "A web server",
                        "version": "1.0",
                        "parent": "ssm:/aws/service/ami-amazon-linux-latest/al2023",
                        "components": [{"aws": "update-linux"}, {"file": "components/web-server.yaml"}],
                    }
                },
            ),
        ],
        [
            "deployments.pppppppppppppppppppppppppppppppp.images.wwwwwwwwww: the names 'pppppppppppppppppppppppppppppppp' and 'wwwwwwwwww' have 42 characters together, and IAM role names leave room for 41; shorten one"
        ],
    ),
    (
        "same account and Region twice",
        [
            (
                "deployments.other",
                {"account": "222222222222", "region": "eu-west-1", "approval": {"approvers": ["role/A"]}},
            )
        ],
        ["deployments.other: account 222222222222 in eu-west-1 is already 'prod-eu'; put its images there"],
    ),
    (
        "unknown image",
        [("deployments.prod-eu.images", {"web": None, "wbe": None})],
        ["deployments.prod-eu.images.wbe: there is no image 'wbe'; describe it under images (there: web)"],
    ),
    (
        "no images chosen",
        [("deployments.prod-eu.images", {})],
        ["deployments.prod-eu.images: has 0 entries and needs 1; add some"],
    ),
    (
        "cron with five fields",
        [("deployments.prod-eu.schedule", {"expression": "cron(0 6 * * 1)"})],
        [
            "deployments.prod-eu.schedule.expression: 'cron(0 6 * * 1)' has 5 fields, and EventBridge Scheduler wants six: minutes, hours, day of month, month, day of week, year; write it like cron(0 6 ? * MON *)"
        ],
    ),
    (
        "cron with two question marks",
        [("deployments.prod-eu.schedule", {"expression": "cron(0 6 ? * ? *)"})],
        [
            "deployments.prod-eu.schedule.expression: 'cron(0 6 ? * ? *)': exactly one of day of month and day of week must be ?; write ? for the other"
        ],
    ),
    (
        "cron without a question mark",
        [("deployments.prod-eu.schedule", {"expression": "cron(0 6 * * * *)"})],
        [
            "deployments.prod-eu.schedule.expression: 'cron(0 6 * * * *)': exactly one of day of month and day of week must be ?; write ? for the other"
        ],
    ),
    (
        "rate expression",
        [("deployments.prod-eu.schedule", {"expression": "rate(1 day)"})],
        [
            "deployments.prod-eu.schedule.expression: 'rate(1 day)' is no cron expression; write it like cron(0 6 ? * MON *)"
        ],
    ),
    (
        "time zone",
        [("deployments.prod-eu.schedule", {"expression": "cron(0 6 ? * MON *)", "timezone": "Paris"})],
        ["deployments.prod-eu.schedule.timezone: 'Paris' is no IANA time zone; write it like Europe/Paris or UTC"],
    ),
    (
        "findings below zero",
        [("deployments.prod-eu.findings", {"critical": -1})],
        ["deployments.prod-eu.findings.critical: -1 is less than 0; raise it"],
    ),
    (
        "log retention of zero days",
        [("deployments.prod-eu.log_retention_days", 0)],
        ["deployments.prod-eu.log_retention_days: 0 is less than 1; raise it"],
    ),
    (
        "retention in words",
        [("deployments.prod-eu.retain_on_destroy", "no way")],
        ["deployments.prod-eu.retain_on_destroy: 'no way' is neither true nor false; write one of them without quotes"],
    ),
    (
        "state backend",
        [("state", {"backend": "gcs"})],
        ["state: backend 'gcs' is not known; use 'local', 's3', 'cloud'"],
    ),
    ("state without a backend", [("state", {"bucket": "b"})], ["state: has no backend; use 'local', 's3' or 'cloud'"]),
    (
        "S3 state without a bucket",
        [("state", {"backend": "s3", "region": "eu-west-1"})],
        ["state.bucket: is missing; add it"],
    ),
    (
        "state key prefix",
        [("state", {"backend": "s3", "region": "eu-west-1", "bucket": "bucket", "key_prefix": "/x"})],
        ["state.key_prefix: '/x' starts or ends with a slash; leave it out"],
    ),
    (
        "tag of AWS",
        [("tags", {"aws:x": "y"})],
        ["tags.aws:x: 'aws:x' is not a tag key; AWS keeps the prefix aws: to itself and allows 128 characters"],
    ),
    (
        "owner tag",
        [("tags", {"owner": "me"})],
        ["tags.owner: 'me' would hide resources from the runbooks; remove it, it is 'golden-ami-automation'"],
    ),
    (
        "41 tags",
        [
            (
                "tags",
                {
                    "k0": "v",
                    "k1": "v",
                    "k2": "v",
                    "k3": "v",
                    "k4": "v",
                    "k5": "v",
                    "k6": "v",
                    "k7": "v",
                    "k8": "v",
                    "k9": "v",
                    "k10": "v",
                    "k11": "v",
                    "k12": "v",
                    "k13": "v",
                    "k14": "v",
                    "k15": "v",
                    "k16": "v",
                    "k17": "v",
                    "k18": "v",
                    "k19": "v",
                    "k20": "v",
                    "k21": "v",
                    "k22": "v",
                    "k23": "v",
                    "k24": "v",
                    "k25": "v",
                    "k26": "v",
                    "k27": "v",
                    "k28": "v",
                    "k29": "v",
                    "k30": "v",
                    "k31": "v",
                    "k32": "v",
                    "k33": "v",
                    "k34": "v",
                    "k35": "v",
                    "k36": "v",
                    "k37": "v",
                    "k38": "v",
                    "k39": "v",
                    "k40": "v",
                },
            )
        ],
        ["tags: has 41 entries and may have 40; remove some"],
    ),
]
