"""A component of an image: a file of ours, one of AWS's, or any by ARN."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PrivateAttr, ValidationInfo, model_validator

from golden_ami.awstoe import ComponentDocument
from golden_ami.config.problems import Problem, refuse
from golden_ami.config.types import SLUG, Model, Slug, Text
from golden_ami.errors import InputError

_COMPONENT_ARN = (
    r"arn:aws[a-z-]*:imagebuilder:[a-z0-9-]+:([0-9]{12}|aws):component/[a-z0-9-_]+/(\d+|x)\.(\d+|x)\.(\d+|x)(/\d+)?"
)


def _managed(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(/(\d+|x)\.(\d+|x)\.(\d+|x))?", value):
        raise ValueError(f"{value!r} is no managed component; write its name, like update-linux or update-linux/1.0.2")
    return value if "/" in value else f"{value}/x.x.x"


def _arn(value: str) -> str:
    if not re.fullmatch(_COMPONENT_ARN, value):
        raise ValueError(f"{value!r} is no component ARN; copy it from ListComponents, with its version")
    return value


class Component(Model):
    """One entry of ``components``; exactly one of ``file``, ``aws`` and ``arn``.

    Attributes
    ----------
    file : str, optional
        Path of an AWSTOE document, relative to the configuration file.
    aws : str, optional
        Name of a component that AWS manages in every Region, with or without a version.
    arn : str, optional
        ARN of any component that the account may read; it is bound to its Region.
    name : str, optional
        Name of a component made from a file; the file's stem by default.
    description : str, optional
        For people; for components from files.
    parameters : dict of str to str
        Values for the document's parameters.
    """

    file: str | None = None
    aws: Annotated[str, AfterValidator(_managed)] | None = None
    arn: Annotated[str, AfterValidator(_arn)] | None = None
    name: Slug | None = None
    description: Text | None = None
    parameters: dict[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    _document: ComponentDocument | None = PrivateAttr(default=None)

    @property
    def document(self) -> ComponentDocument | None:
        """The file, read and checked; none for a component that AWS or somebody else keeps."""
        return self._document

    @property
    def label(self) -> str | None:
        """Name of a component from a file."""
        return self.name or (Path(self.file).stem if self.file else None)

    @model_validator(mode="after")
    def _is_consistent(self, info: ValidationInfo) -> "Component":
        refuse(self._problems((info.context or {}).get("folder", Path())))
        return self

    def _problems(self, folder: Path) -> Iterator[Problem]:
        given = [key for key in ("file", "aws", "arn") if getattr(self, key)]
        if len(given) != 1:
            found = " and ".join(given) or "none of them"
            yield Problem((), f"needs exactly one of file, aws and arn, and has {found}; keep one")
            return
        if not self.file and self.name:
            yield Problem(("name",), f"belongs to a component from a file; remove it, {given[0]} has its own name")
        if self.file:
            yield from self._file_problems(folder / self.file)

    def _file_problems(self, path: Path) -> Iterator[Problem]:
        if not re.fullmatch(SLUG, self.label or ""):
            yield Problem(("name",), f"{self.label!r} cannot name a component; give it a name like web-server")
        try:
            self._document = ComponentDocument.load(path)
        except InputError as error:
            yield Problem(("file",), str(error))
        else:
            yield from self._parameter_problems(self._document)

    def _parameter_problems(self, document: ComponentDocument) -> Iterator[Problem]:
        for name in self.parameters:
            if name not in document.parameters:
                known = ", ".join(document.parameters) or "none"
                yield Problem(
                    ("parameters", name), f"{self.file} declares no such parameter (it has: {known}); remove it"
                )
        for name in document.required_parameters:
            if name not in self.parameters:
                yield Problem(("parameters",), f"{self.file} needs {name!r}, which has no default; give it a value")

    def problems_on(self, platform: Literal["Linux", "Windows"]) -> Iterator[Problem]:
        """Say what keeps the component from running on the image's platform."""
        other = "Windows" if platform == "Linux" else "Linux"
        if self.document and other in self.document.platforms and platform not in self.document.platforms:
            yield Problem(("file",), f"{self.file} runs on {other} only, and the image is {platform}; use another file")
