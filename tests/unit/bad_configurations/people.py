"""Organization, approvers and receivers."""

from tests.unit.bad_configurations import Case

CASES: list[Case] = [
    (
        "unknown key of an approval",
        [("deployments.prod-eu.approval.aprovers", [])],
        ["deployments.prod-eu.approval.aprovers: is not a key here; remove it or mend its spelling"],
    ),
    ("no organization", [("organization", Ellipsis)], ["organization: is missing; add it"]),
    ("no approval", [("deployments.prod-eu.approval", Ellipsis)], ["deployments.prod-eu.approval: is missing; add it"]),
    (
        "account as a name",
        [("organization.management_account", "management")],
        [
            "organization.management_account: 'management' is not an account id; write its twelve digits in quotes, like \"222222222222\""
        ],
    ),
    (
        "organization id",
        [("organization.id", "o-1")],
        ["organization.id: 'o-1' is not an organization id; it looks like o-a1b2c3d4e5"],
    ),
    (
        "organization id with capitals",
        [("organization.id", "O-A1B2C3D4E5")],
        ["organization.id: 'O-A1B2C3D4E5' is not an organization id; it looks like o-a1b2c3d4e5"],
    ),
    (
        "unit id",
        [("organization.units.workloads", "ou-1")],
        [
            "organization.units.workloads: 'ou-1' is not the id of an organizational unit; it looks like ou-ab12-c3d4e5f6"
        ],
    ),
    (
        "unit name",
        [("organization.units", {"Work Loads": "ou-ab12-c3d4e5f6"})],
        [
            "organization.units.Work Loads: 'Work Loads' is not a name; use lower-case letters, digits and single hyphens, like web-server"
        ],
    ),
    (
        "unit twice",
        [("organization.units.sandboxes", "ou-ab12-c3d4e5f6")],
        ["organization.units.sandboxes: 'ou-ab12-c3d4e5f6' has another name already; remove one"],
    ),
    (
        "no approvers",
        [("deployments.prod-eu.approval.approvers", [])],
        ["deployments.prod-eu.approval.approvers: has 0 entries and needs 1; add some"],
    ),
    (
        "eleven approvers",
        [
            (
                "deployments.prod-eu.approval.approvers",
                [
                    "role/R0",
                    "role/R1",
                    "role/R2",
                    "role/R3",
                    "role/R4",
                    "role/R5",
                    "role/R6",
                    "role/R7",
                    "role/R8",
                    "role/R9",
                    "role/R10",
                ],
            )
        ],
        ["deployments.prod-eu.approval.approvers: 11 approvers, and Systems Manager takes 10; name roles"],
    ),
    (
        "more required than approvers",
        [("deployments.prod-eu.approval.required", 3)],
        ["deployments.prod-eu.approval.required: 3 is more than the 2 approvers; lower it or add approvers"],
    ),
    (
        "none required",
        [("deployments.prod-eu.approval.required", 0)],
        ["deployments.prod-eu.approval.required: 0 is less than 1; raise it"],
    ),
    (
        "required as text",
        [("deployments.prod-eu.approval.required", "two")],
        ["deployments.prod-eu.approval.required: 'two' is not a whole number; write it without quotes"],
    ),
    (
        "approver twice",
        [("deployments.prod-eu.approval.approvers", ["role/A", "role/A"])],
        ["deployments.prod-eu.approval.approvers[1]: 'role/A' is there twice; remove one"],
    ),
    (
        "approver twice, once as ARN",
        [("deployments.prod-eu.approval.approvers", ["role/A", "arn:aws:iam::222222222222:role/A"])],
        ["deployments.prod-eu.approval.approvers[1]: 'arn:aws:iam::222222222222:role/A' is there twice; remove one"],
    ),
    (
        "approver of another account",
        [("deployments.prod-eu.approval.approvers", ["arn:aws:iam::333333333333:role/A"])],
        [
            "deployments.prod-eu.approval.approvers[0]: 'arn:aws:iam::333333333333:role/A' is of account 333333333333 in aws, and approvals are given in 222222222222 in aws; name a principal of that account"
        ],
    ),
    (
        "approver of another partition",
        [("deployments.prod-eu.approval.approvers", ["arn:aws-cn:iam::222222222222:role/A"])],
        [
            "deployments.prod-eu.approval.approvers[0]: 'arn:aws-cn:iam::222222222222:role/A' is of account 222222222222 in aws-cn, and approvals are given in 222222222222 in aws; name a principal of that account"
        ],
    ),
    (
        "whole account as approver",
        [("deployments.prod-eu.approval.approvers", ["arn:aws:iam::222222222222:root"])],
        [
            "deployments.prod-eu.approval.approvers[0]: 'arn:aws:iam::222222222222:root' is a whole account; name a role or a user"
        ],
    ),
    (
        "wildcard approver",
        [("deployments.prod-eu.approval.approvers", ["role/*"])],
        [
            "deployments.prod-eu.approval.approvers[0]: 'role/*' is no IAM principal; write role/Name, user/name or the ARN of one, without wildcards"
        ],
    ),
    (
        "approver of another service",
        [("deployments.prod-eu.approval.approvers", ["arn:aws:s3:::bucket"])],
        [
            "deployments.prod-eu.approval.approvers[0]: 'arn:aws:s3:::bucket' is no IAM principal; write role/Name, user/name or the ARN of one"
        ],
    ),
    (
        "group as approver",
        [("deployments.prod-eu.approval.approvers", ["group/Admins"])],
        [
            "deployments.prod-eu.approval.approvers[0]: 'group/Admins' is no IAM principal; write role/Name, user/name or the ARN of one, without wildcards"
        ],
    ),
    (
        "expiry of zero days",
        [("deployments.prod-eu.approval.expires_after_days", 0)],
        ["deployments.prod-eu.approval.expires_after_days: 0 is less than 1; raise it"],
    ),
    (
        "expiry of 31 days",
        [("deployments.prod-eu.approval.expires_after_days", 31)],
        ["deployments.prod-eu.approval.expires_after_days: 31 is more than Systems Manager's 30; lower it"],
    ),
    (
        "subscription without address",
        [("deployments.prod-eu.approval.subscriptions", [{"protocol": "email", "endpoint": "nobody"}])],
        ["deployments.prod-eu.approval.subscriptions[0].endpoint: 'nobody' is no email endpoint; write a full one"],
    ),
    (
        "subscription over http",
        [("deployments.prod-eu.approval.subscriptions", [{"protocol": "http", "endpoint": "http://x.example"}])],
        [
            "deployments.prod-eu.approval.subscriptions[0].protocol: 'http' is not known; use 'email', 'email-json', 'https', 'sms', 'sqs', 'lambda' or 'firehose'"
        ],
    ),
    (
        "image override needs too many",
        [("deployments.prod-eu.images", {"web": {"approval": {"approvers": ["role/A"], "required": 2}}})],
        ["deployments.prod-eu.images.web.approval.required: 2 is more than the 1 approver; lower it or add approvers"],
    ),
    (
        "a parameter for nobody",
        [
            ("deployments.prod-eu.sharing.image_builder", []),
            ("deployments.prod-eu.sharing.share_parameter", True),
        ],
        [
            "deployments.prod-eu.sharing.share_parameter: has nobody to share with; add receivers to sharing.image_builder"
        ],
    ),
    (
        "unknown receiver",
        [("deployments.prod-eu.sharing.launch", ["workload"]), ("deployments.prod-eu.sharing.image_builder", [])],
        [
            "deployments.prod-eu.sharing.launch[0]: 'workload' is no account id, unit or organization; write twelve digits in quotes or one of: organization, workloads, sandboxes"
        ],
    ),
    (
        "receiver of another organization",
        [
            (
                "deployments.prod-eu.sharing",
                {"launch": ["arn:aws:organizations::111111111111:organization/o-zzzzzzzzzz"]},
            )
        ],
        [
            "deployments.prod-eu.sharing.launch[0]: 'arn:aws:organizations::111111111111:organization/o-zzzzzzzzzz' does not belong to organization o-a1b2c3d4e5; share inside the organization only"
        ],
    ),
    (
        "unit of another organization",
        [
            (
                "deployments.prod-eu.sharing",
                {"launch": ["arn:aws:organizations::111111111111:ou/o-zzzzzzzzzz/ou-ab12-c3d4e5f6"]},
            )
        ],
        [
            "deployments.prod-eu.sharing.launch[0]: 'arn:aws:organizations::111111111111:ou/o-zzzzzzzzzz/ou-ab12-c3d4e5f6' does not belong to organization o-a1b2c3d4e5; share inside the organization only"
        ],
    ),
    (
        "unit that is not named",
        [
            (
                "deployments.prod-eu.sharing",
                {"launch": ["arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-zzzzzzzz"]},
            )
        ],
        [
            "deployments.prod-eu.sharing.launch[0]: 'arn:aws:organizations::111111111111:ou/o-a1b2c3d4e5/ou-ab12-zzzzzzzz' is not among organization.units; add the unit there with a readable name"
        ],
    ),
    (
        "organization of another partition",
        [
            (
                "deployments.prod-eu.sharing",
                {"launch": ["arn:aws-cn:organizations::111111111111:organization/o-a1b2c3d4e5"]},
            )
        ],
        [
            "deployments.prod-eu.sharing.launch[0]: 'arn:aws-cn:organizations::111111111111:organization/o-a1b2c3d4e5' is of partition 'aws-cn', not 'aws'; share within one partition"
        ],
    ),
    (
        "role as receiver",
        [("deployments.prod-eu.sharing", {"launch": ["arn:aws:iam::333333333333:role/A"]})],
        [
            "deployments.prod-eu.sharing.launch[0]: 'arn:aws:iam::333333333333:role/A' cannot receive images; name an account, a unit or the organization"
        ],
    ),
    (
        "everybody as receiver",
        [("deployments.prod-eu.sharing", {"launch": ["all"]})],
        [
            "deployments.prod-eu.sharing.launch[0]: 'all' is no account id, unit or organization; write twelve digits in quotes or one of: organization, workloads, sandboxes"
        ],
    ),
    (
        "receiver as a number",
        [("deployments.prod-eu.sharing", {"launch": [333333333333]})],
        ['deployments.prod-eu.sharing.launch[0]: 333333333333 is a number; quote it: "333333333333"'],
    ),
    (
        "receiver twice",
        [("deployments.prod-eu.sharing", {"launch": ["workloads", "workloads"]})],
        ["deployments.prod-eu.sharing.launch[1]: 'workloads' is there twice; remove one"],
    ),
    (
        "receiver of the image that cannot launch",
        [("deployments.prod-eu.sharing.image_builder", ["sandboxes"])],
        [
            "deployments.prod-eu.sharing.image_builder[0]: 'sandboxes' could not launch the AMI that the image holds; add it to sharing.launch"
        ],
    ),
]
