"""Evidence and decisions as the runbooks' own scripts write them: small, huge, hostile, unscanned, or the first."""

import hashlib
import json
import random
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from golden_ami.evidence import Decision, Evidence, render
from tests.runbooks.conftest import NAMES, ORGANIZATION, UNIT
from tests.runbooks.scripts.bucket import BUCKET, KEY
from tests.runbooks.scripts.evidence import Built
from tests.runbooks.scripts.test_record_decision import RECORD, Asked

LOCATION = f"s3://{BUCKET}/{KEY}"
PACKAGES = tuple(
    f"{stem}{end}"
    for stem in ("bash", "curl", "expat", "glibc", "kernel", "krb5", "nginx", "openssl", "python3", "systemd", "zlib")
    for end in ("", "-libs", "-common", "-minimal")
)
FIX = "0:8.5.1-1.amzn2023.0.4"
TITLES = (
    "heap buffer overflow when parsing a crafted header",
    "use after free in the connection cache",
    "integer overflow that leads to a denial of service",
    "improper validation of certificates with a wildcard",
    "race condition between unlink and open",
)
SHAPES = {"CRITICAL": 0.01, "HIGH": 0.12, "MEDIUM": 0.55, "LOW": 0.27, "UNTRIAGED": 0.05}
SCORES = {"CRITICAL": (9.0, 9.9), "HIGH": (7.0, 8.9), "MEDIUM": (4.0, 6.9), "LOW": (0.1, 3.9), "UNTRIAGED": (0.0, 0.0)}
HOSTILE = (
    "<script>window.pwned=1</script>",
    '"><img src=x onerror="window.pwned=1;alert(\'pwned\')">',
    "'-alert(1)-'",
    "</title></style></script></svg><script>alert(1)</script>",
    "javascript:window.pwned=1",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "approved \u202edeined\u202c \u2066x",
    "nul\x00 bell\x07 escape\x1b[31m line\nnext\ttab\u2028\x85",
    "zero\u200bwidth\u00ad \ufeff\U000e0041\u3164",
    "z" + "\u0301\u0489" * 40,
    "\u05e9\u05dc\u05d5\u05dd \u0627\u0644\u0633\u0644\u0627\u0645",
    "W" * 700,
    "half \ud800 a pair",
    "<!-- --><plaintext><base href=//evil.example><meta http-equiv=refresh content=0>",
    "\U0001f600" * 3 + "\u200d\U0001f525",
)


@dataclass
class Story:
    """What was built and found, now and in the image that was approved last.

    Attributes
    ----------
    findings, packages, before_findings, before_packages : list of dict
        As Image Builder lists them.
    first, lost : bool
        Whether no image was approved before, and whether its evidence is not what was approved.
    events : dict
        What the runbook is bound to, where that is not the usual.
    workflows : list of dict
        More than the usual one.
    image : dict
        What GetImage says, where that is not the usual.
    starter : str, optional
        Who started the run.
    """

    findings: list[dict[str, Any]] = field(default_factory=list)
    packages: list[dict[str, str]] = field(default_factory=list)
    before_findings: list[dict[str, Any]] = field(default_factory=list)
    before_packages: list[dict[str, str]] = field(default_factory=list)
    first: bool = False
    lost: bool = False
    events: dict[str, Any] = field(default_factory=dict)
    workflows: list[dict[str, Any]] = field(default_factory=list)
    image: dict[str, Any] = field(default_factory=dict)
    starter: str | None = None

    def body(self) -> bytes:
        """Let the script collect it."""
        aws = Built()
        for api, items, name in (
            ("ListImageScanFindings", "findings", "findings"),
            ("ListImagePackages", "imagePackageList", "packages"),
        ):
            aws.answers["imagebuilder", api] = lambda _, __, items=items, name=name: {items: getattr(aws, name)}
        aws.image |= {"platform": "Linux", "osVersion": "Amazon Linux 2023", "dateCreated": "2026-03-01T11:42:10Z"}
        aws.image |= {"sourcePipelineArn": NAMES.pipeline_arn} | self.image
        aws.workflows += self.workflows
        if self.starter:
            aws.answers["ssm", "GetAutomationExecution"]["AutomationExecution"]["ExecutedBy"] = self.starter
        if not self.first:
            aws.findings, aws.packages = self.before_findings, self.before_packages
            aws.approve_as_before()
        if self.lost and aws.approved:
            aws.approved["evidence"] = "0" * 64
        aws.findings, aws.packages = self.findings, self.packages
        usual = {"limits": {"critical": "0", "high": "0"}, "launch": [ORGANIZATION, UNIT, "333333333333"]}
        aws.collect(**usual | self.events)
        return aws.bucket.objects[KEY]


@cache
def many(count: int) -> bytes:
    """Give an image with so many findings: a third of them new, some waived, and others fixed."""
    chance = random.Random(count)
    found = sorted(drawn(chance, count + count // 6), key=_identifier)
    fixed, now = found[: count // 6], found[count // 6 :]
    chance.shuffle(now)
    worst = min(now, key=lambda each: list(SHAPES).index(each["severity"]))
    packages = [_package(name, chance) for name in [*PACKAGES, *(f"library-{number}" for number in range(count // 5))]]
    before = [{**each, "packageVersion": "0.9-1.amzn2023"} if chance.random() < 0.2 else each for each in packages[2:]]
    return Story(
        findings=now,
        before_findings=now[count // 3 :] + fixed,
        packages=packages,
        before_packages=[*before, {"packageName": "telnet", "packageVersion": "1:0.17-83.amzn2023"}],
        workflows=[_workflow("BUILD", 11), _workflow("DISTRIBUTION", 3)],
        events={
            "limits": {"critical": "0", "high": "5"} if count < 100 else {"critical": "100", "high": "1000"},
            "waivers": [
                _waiver(_identifier(worst), "The web server never parses XML: nginx is built without that module."),
                _waiver(_identifier(now[-2]), "Needs a local shell, which instances of this image do not offer."),
                _waiver("CVE-2025-9999", "Was fixed by the vendor in February; kept until the next review."),
            ],
        },
    ).body()


def unscanned() -> bytes:
    """Give an image that nobody has scanned, after one that was."""
    found = list(drawn(random.Random(1), 4))
    limits = {"limits": None, "unscanned": "Inspector does not know this platform yet"}
    return Story(before_findings=found, packages=[_package("zlib", random.Random(1))], events=limits).body()


def first() -> bytes:
    """Give the first image, without findings, which nobody may launch."""
    nobody = {"launch": None, "share": None, "receivers": None}
    return Story(first=True, packages=[_package("zlib", random.Random(1))], events=nobody).body()


def lost() -> bytes:
    """Give an image after one whose evidence is not what was approved."""
    return Story(findings=list(drawn(random.Random(2), 5)), lost=True).body()


def hostile(texts: tuple[str, ...] = HOSTILE) -> bytes:
    """Give an image in which every text that comes from outside is somebody's attempt."""
    chance = random.Random(0)
    found = list(drawn(chance, len(texts)))
    for each, text in zip(found, texts, strict=True):
        each |= {"title": text, "fixAvailable": text}
        each["packageVulnerabilityDetails"] |= {
            "vulnerabilityId": text,
            "sourceUrl": text if ":" in text else f"https://evil.example/{text}",
            "vulnerablePackages": [{"name": text, "version": text, "fixedInVersion": text}],
        }
    found[0]["severity"] = texts[-1]
    text = texts[0]
    return Story(
        findings=found,
        before_findings=found[::2],
        packages=[{"packageName": each, "packageVersion": each} for each in texts],
        before_packages=[{"packageName": each, "packageVersion": "1"} for each in texts[::2]],
        workflows=[
            {**_workflow(texts[1 % len(texts)], 3), "workflowBuildVersionArn": each, "status": each} for each in texts
        ],
        image={"platform": text, "osVersion": texts[-1], "dateCreated": text, "sourcePipelineArn": text},
        starter=texts[-1],
        events={
            "waivers": [{"id": each, "reason": each, "owner": each, "expires": each} for each in texts[1::3]],
            "launch": list(texts[:6]),
            "share": texts[-1],
            "receivers": list(texts[6:9]),
            "approvers": list(texts),
            "limits": {each: each for each in texts[:2]},
        },
    ).body()


def decision(
    body: bytes, outcome: str = "approved", *, changed: bool = False, said: tuple[dict[str, str], ...] = ()
) -> bytes:
    """Give the record of the decision upon evidence."""
    aws = Asked(*(json.dumps(each) for each in said or SAID))
    aws.steps["readEvidence"]["Outputs"]["Digest"] = [aws.bucket.keep(KEY, body)]
    if changed:
        aws.bucket.keep(KEY, body + b" ")
    try:
        aws.record(outcome)
    except ValueError:
        assert changed
    return aws.bucket.objects[RECORD]


SAID = (
    {"Approver": "arn:aws:sts::222222222222:assumed-role/Approver/ann", "Decision": "Approve", "Comment": "Read, fine"},
    {"Approver": "arn:aws:sts::222222222222:assumed-role/SecurityOnCall/bob", "Decision": "Approve", "Comment": ""},
)


def page(body: bytes, record: bytes | None = None) -> str:
    """Render it as the command line does."""
    return render(
        Evidence.parse(body),
        decision=Decision.parse(record) if record else None,
        digest=hashlib.sha256(body).hexdigest(),
        location=LOCATION,
        region="eu-west-1",
        deployment="prod-eu",
    )


def drawn(chance: random.Random, count: int) -> Any:
    """Draw findings as Image Builder lists them."""
    for number in range(count):
        severity = chance.choices(list(SHAPES), list(SHAPES.values()))[0]
        names = chance.sample(PACKAGES, chance.choice((1, 1, 1, 2, 3)))
        fixed = chance.random() < 0.8
        identifier = f"CVE-{chance.choice((2024, 2025, 2026))}-{10000 + number * 7}"
        yield {
            "severity": severity,
            "inspectorScore": round(chance.uniform(*SCORES[severity]), 1),
            "title": f"{identifier} - {names[0]}: {chance.choice(TITLES)}",
            "fixAvailable": "YES" if fixed else "NO",
            "packageVulnerabilityDetails": {
                "vulnerabilityId": identifier,
                "sourceUrl": f"https://alas.aws.amazon.com/cve/html/{identifier}.html",
                "vulnerablePackages": [
                    {
                        "name": name,
                        "version": "8.5.0",
                        "fixedInVersion": "0:8.5.1-1.amzn2023.0.4" if fixed else "NotAvailable",
                    }
                    for name in names
                ],
            },
        }


def _identifier(found: dict[str, Any]) -> str:
    return str(found["packageVulnerabilityDetails"]["vulnerabilityId"])


def _package(name: str, chance: random.Random) -> dict[str, str]:
    version = f"{chance.randint(1, 9)}.{chance.randint(0, 30)}.{chance.randint(0, 9)}"
    return {
        "packageName": name,
        "packageVersion": f"{version}-{chance.randint(1, 4)}.amzn2023.0.{chance.randint(1, 5)}",
    }


def _waiver(identifier: str, reason: str) -> dict[str, str]:
    return {"id": identifier, "reason": reason, "owner": "security@example.com", "expires": "2026-06-30"}


def _workflow(kind: str, steps: int) -> dict[str, Any]:
    arn = f"arn:aws:imagebuilder:eu-west-1:aws:workflow/{kind.lower()}/{kind.lower()}-image/1.0.2/1"
    counts = {"totalStepCount": steps, "totalStepsSucceeded": steps, "totalStepsFailed": 0, "totalStepsSkipped": 0}
    return {"workflowBuildVersionArn": arn, "type": kind, "status": "COMPLETED", **counts}
