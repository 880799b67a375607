"""Images are scanned, and nobody is asked before the findings are counted."""

from collections.abc import Iterator
from typing import Any, Final

from golden_ami.review.documents import Document
from golden_ami.review.rule import Examined, Rule, Violation
from golden_ami.review.unknown import shown


def _check(examined: Examined) -> Iterator[Violation]:
    for resource in examined.of("aws_imagebuilder_image_pipeline"):
        enabled = resource.get("image_scanning_configuration", "image_scanning_enabled")
        if enabled is not True:
            yield Violation(resource.address, f"has image_scanning_enabled {shown(enabled)}")
    for document in examined.documents:
        if document.name.startswith("GoldenAmiEvidence-") and not document.problem:
            yield from (Violation(document.address, f"{document.name} {each}") for each in _problems(document))


def _problems(document: Document) -> Iterator[str]:
    limits = [each for each in document.literals("limits") if isinstance(each, dict)]
    if not limits:
        yield "counts no findings"
    for each in limits:
        if "critical" not in each:
            yield "has no limit of critical findings"
        yield from (f"takes {shown(value)} {key} findings" for key, value in each.items() if not _is_number(value))
    yield from (f"leaves the scan out: {shown(each)}" for each in document.literals("unscanned"))


def _is_number(value: Any) -> bool:
    return str(value).isdigit()


RULE: Final = Rule(
    name="scanning",
    title="Pipelines scan their images, and the findings are counted against limits before people are asked.",
    why="An image without a scan has no known findings, which is not the same as none.",
    remedy="leave scanning on; where Inspector does not know the platform, suppress this with that reason",
    check=_check,
)
