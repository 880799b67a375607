"""Render evidence as one HTML file, which asks nobody for anything and runs nothing."""

import base64
import hashlib
import re
from datetime import UTC, datetime
from functools import cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from golden_ami.errors import InputError
from golden_ami.evidence.commands import Commands
from golden_ami.evidence.decision import Decision
from golden_ami.evidence.findings import KINDS, Findings
from golden_ami.evidence.model import Difference, Evidence
from golden_ami.evidence.picture import Picture
from golden_ami.evidence.receiver import Receiver
from golden_ami.evidence.visible import visible

_POLICY: Final = "default-src 'none'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'"
_TONES: Final = {"approved": "good", "denied": "bad"}


def render(
    evidence: Evidence,
    *,
    decision: Decision | None = None,
    digest: str,
    location: str,
    region: str | None = None,
    deployment: str | None = None,
) -> str:
    """Write the page.

    Parameters
    ----------
    evidence : Evidence
        What is decided upon.
    decision : Decision, optional
        How that went, when it has been decided.
    digest : str
        SHA-256 of the evidence's bytes.
    location : str
        Where they are, as ``s3://bucket/key``.
    region : str, optional
        Region of the execution; that of the image without it.
    deployment : str, optional
        Name of the deployment, for the commands.

    Raises
    ------
    InputError
        When the decision is not upon this execution's image.
    """
    if decision and (decision.execution, decision.image) != (evidence.execution.id, evidence.image.arn):
        raise InputError(
            f"the decision is of execution {decision.execution} and {decision.image}, and the evidence of "
            f"{evidence.execution.id} and {evidence.image.arn}",
            remedy="read both of the same execution",
        )
    template, style = _template()
    findings = Findings.of(evidence)
    return template.render(
        policy=_POLICY.format(base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()),
        style=style,
        evidence=evidence,
        decision=decision,
        digests=_digests(decision, digest),
        tone=_TONES.get(decision.outcome, "warning") if decision else None,
        digest=digest,
        location=location,
        deployment=deployment,
        commands=Commands.of(evidence, location=location, region=region, deployment=deployment),
        launch=[Receiver.of(each) for each in evidence.access.launch],
        shared=[Receiver.of(each) for each in evidence.access.image_builder] if evidence.access.share else [],
        findings=findings,
        kinds=KINDS,
        picture=Picture.of(findings),
        packages=evidence.difference.packages if isinstance(evidence.difference, Difference) else None,
        used={finding.id for finding in evidence.findings if finding.waiver},
    )


def _digests(decision: Decision | None, digest: str) -> dict[str, str]:
    """Name the digests that must all be the same, when something was decided."""
    if not decision:
        return {}
    return {
        "when people were asked": decision.evidence.then,
        "when the decision was recorded": decision.evidence.now,
        "of the document that this page shows": digest,
    }


@cache
def _template() -> tuple[Template, Markup]:
    """Read the page and its style once."""
    environment = Environment(
        loader=PackageLoader("golden_ami.evidence", "."),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"when": _when, "last": _last}
    source = environment.loader and environment.loader.get_source(environment, "page.css")[0]
    style = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", source or "", flags=re.DOTALL)).strip()
    return environment.get_template("page.html.j2"), Markup(style)  # noqa: S704 - our own file


def _when(text: str | None) -> str | Markup:
    """Show a moment in UTC to the minute; what is none stays the text that it is."""
    try:
        moment = datetime.fromisoformat(text or "")
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return text or "unknown"
    return Markup('<time datetime="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), f"{moment:%Y-%m-%d %H:%M} UTC"
    )


def _last(arn: str) -> str:
    """Shorten an ARN to what names the thing within its account."""
    return arn.split(":", 5)[-1] if arn.startswith("arn:") else arn
