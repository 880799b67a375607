"""Runbooks: what the rules about them let pass, and what not."""

from tests.review.building import APPROVERS, Raw, approval, document, reference, resource, share

ASK, READ, SHARE = approval()["mainSteps"]
LIMITS = {"critical": "0", "high": "0"}


def _evidence(**payload: object) -> Raw:
    step = {"name": "checkFindings", "action": "aws:executeScript", "inputs": {"InputPayload": payload}}
    content = {"schemaVersion": "0.3", "assumeRole": "arn:aws:iam::222222222222:role/e", "mainSteps": [step]}
    return document(content, "GoldenAmiEvidence-web")


def _pipeline(**scanning: object) -> Raw:
    values = {"name": "web", "image_scanning_configuration": [scanning]}
    return resource("aws_imagebuilder_image_pipeline", "p", values)


PASSING: dict[str, dict[str, list[Raw]]] = {
    "approvers-floor": {"two roles": [document(approval())]},
    "quorum-floor": {"two of two": [document(approval())]},
    "document-pinned": {
        "literals": [document(approval())],
        "a share of this plan": [
            resource("aws_ram_resource_share", "share", {"allow_external_principals": False}),
            resource(
                "aws_ssm_document",
                "document",
                {"name": "GoldenAmiApproval-web", "document_type": "Automation"},
                unknown={"content": True},
                expressions={
                    "content": reference(
                        "aws_ram_resource_share.share.arn",
                        text="schemaVersion: '0.3'\nassumeRole: arn:aws:iam::222222222222:role/a\nmainSteps:\n"
                        "- name: a\n  action: aws:sleep\n  inputs:\n    share: ${aws_ram_resource_share.share.arn}\n",
                    )
                },
            ),
        ],
    },
    "runbook-known": {"our scripts": [document(approval())]},
    "approval-before-sharing": {
        "asked, read back, shared": [document(approval())],
        "nothing to share": [document(approval(steps=[{"name": "a", "action": "aws:sleep"}]), "GoldenAmiOutcome-web")],
    },
    "scanning": {
        "a pipeline that scans": [_pipeline(image_scanning_enabled=True)],
        "findings that are counted": [_evidence(limits=LIMITS)],
    },
}

FAILING: dict[str, dict[str, tuple[list[Raw], str]]] = {
    "approvers-floor": {
        "one": ([document(approval(approvers=APPROVERS[:1], required=1))], "has 1 approvers, fewer than 2"),
        "one in two spellings": (
            [document(approval(approvers=(APPROVERS[0], APPROVERS[0].upper().replace("ARN:AWS:IAM", "arn:aws:iam"))))],
            "has 1 approvers, fewer than 2",
        ),
        "one of another account": (
            [document(approval(approvers=(*APPROVERS, "arn:aws:iam::999999999999:role/Stranger")))],
            "not of our account",
        ),
        "whoever is called so": ([document(approval(approvers=("arn:aws:iam::222222222222:role/*", "a")))], "approve"),
        "whoever the starter names": ([document(approval(approvers=("{{ Who }}", "someone")))], "an approver that is"),
    },
    "quorum-floor": {
        "one": ([document(approval(required=1))], "wants 1 approvals, fewer than 2"),
        "nothing said": (
            [document(approval(steps=[ASK | {"inputs": {"Approvers": list(APPROVERS)}}]))],
            "wants 1 approvals, fewer than 2",
        ),
        "a text": ([document(approval(required="{{ Required }}"))], "a number of approvals that is {{ Required }}"),
        "checked otherwise": ([document(approval(checked=1))], "checks for 1 approvals, and asks for another number"),
        "other people counted": (
            [
                document(
                    approval(
                        steps=[ASK, READ | {"inputs": {"InputPayload": {"approvers": ["arn:aws:iam::222222222222:role/X"]}}}]
                    )
                )
            ],
            "asks others than those whose approval it checks",
        ),
    },
    "document-pinned": {
        "an approver as parameter": (
            [document(approval(parameters={"PipelineApproverArn": {"type": "StringList"}}))],
            "has the parameter PipelineApproverArn",
        ),
        "by another name": (
            [document(approval(approvers="{{ People }}", parameters={"People": {"type": "StringList"}}))],
            "takes Approvers from {{ People }}",
        ),
        "receivers by another name": (
            [document(approval(principals="{{ Receivers }}", parameters={"Receivers": {"type": "StringList"}}))],
            "takes principals from Receivers",
        ),
        "from a variable": (
            [document(approval(principals="{{ variable:to }}", variables={"to": {"type": "StringList"}}))],
            "takes principals from variable:to",
        ),
        "from Parameter Store": ([document(approval(principals="{{ ssm:/who }}"))], "takes principals from ssm:/who"),
        "the role": ([document(approval(assumeRole="{{ Role }}"))], "choose the role"),
        "an unknown text": (
            [
                resource(
                    "aws_ssm_document",
                    "document",
                    {"name": "GoldenAmiApproval-web", "document_type": "Automation"},
                    unknown={"content": True},
                    expressions={"content": reference("data.http.somewhere.body")},
                )
            ],
            "its text is known after apply (data.http.somewhere.body)",
        ),
        "another type": ([document(approval(), document_type="Command")], "of type Command"),
        "no YAML": ([document("a: [")], "its text is not YAML"),
        "the same key twice": ([document("mainSteps: []\nmainSteps: []\n")], "its text is not YAML"),
    },
    "runbook-known": {
        "another script": ([document(approval(steps=[share(inputs={"Script": "x = 1"})]))], "none of runbooks/scripts"),
        "another runbook": (
            [document(approval(steps=[{"name": "a", "action": "aws:executeAutomation", "inputs": {}}]))],
            "is of the action aws:executeAutomation",
        ),
        "inside of a loop": (
            [
                document(
                    approval(
                        steps=[{"name": "l", "action": "aws:loop", "inputs": {"Steps": [share(inputs={"Script": "x"})]}}]
                    )
                )
            ],
            "none of runbooks/scripts",
        ),
    },
    "approval-before-sharing": {
        "a script of somebody": (
            [
                document(
                    approval(steps=[share(inputs={"Script": "boto3.client('ec2').modify_image_attribute()"}), ASK, READ])
                )
            ],
            "share can share without an approval",
        ),
        "nobody is asked": ([document(approval(steps=[SHARE]))], "asks nobody"),
        "shared by another document": ([document(approval(steps=[SHARE]), "GoldenAmiOutcome-web")], "nobody is asked"),
        "shared first": ([document(approval(steps=[SHARE, ASK, READ]))], "share can share without an approval"),
        "not read back": ([document(approval(steps=[ASK, SHARE]))], "share can share without reading the approval back"),
        "a denial goes on": (
            [document(approval(steps=[ASK | {"onFailure": "step:share"}, READ, SHARE]))],
            "share can share without an approval",
        ),
        "a denial continues": (
            [document(approval(steps=[ASK | {"onFailure": "Continue"}, READ, SHARE]))],
            "share can share without an approval",
        ),
        "a branch around it": (
            [
                document(
                    approval(
                        steps=[
                            {
                                "name": "b",
                                "action": "aws:branch",
                                "inputs": {"Choices": [{"NextStep": "share"}], "Default": "ask"},
                            },
                            ASK, READ, SHARE,
                        ]
                    )
                )
            ],
            "share can share without an approval",
        ),
        "by the API itself": (
            [
                document(
                    approval(
                        steps=[
                            {
                                "name": "api",
                                "action": "aws:executeAwsApi",
                                "inputs": {"Service": "ec2", "Api": "ModifyImageAttribute", "ImageId": "ami-1"},
                            },
                            ASK, READ, share(),
                        ]
                    )
                )
            ],
            "api can share without an approval",
        ),
    },
    "scanning": {
        "a pipeline that does not": ([_pipeline(image_scanning_enabled=False)], "has image_scanning_enabled false"),
        "a pipeline that says nothing": ([resource("aws_imagebuilder_image_pipeline", "p", {"name": "w"})], "nothing"),
        "findings that nobody counts": ([_evidence(image="x")], "counts no findings"),
        "any number of findings": ([_evidence(limits={"critical": None})], "takes nothing critical findings"),
        "no scan at all": ([_evidence(limits=LIMITS, unscanned="slow")], "leaves the scan out: slow"),
    },
}  # fmt: skip
