"""Whether the laws notice: each mutant of a document or a script has to be killed by a law, or by the linter."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError
from ruamel.yaml import YAML

from golden_ami.errors import RunbookError
from golden_ami.runbook import Bindable, Runbook, bind, load
from golden_ami.runbook.lint import examine
from golden_ami.runbooks import APPROVAL, EVIDENCE, FOLDER, OUTCOME, RETIREMENT, REVOCATION, ROLLBACK
from verification.choice import concerning
from verification.factory import Factory, outcome
from verification.mutants_of_documents import changes
from verification.mutants_of_scripts import mutants as mutants_of
from verification.pool import ChildError, in_forks
from verification.scenarios import Scenario
from verification.world import World

EQUIVALENT: Final = Path(__file__).with_name("equivalent.yaml")
DOCUMENTS: Final = {
    "approval": APPROVAL,
    "evidence": EVIDENCE,
    "retirement": RETIREMENT,
    "revocation": REVOCATION,
    "rollback": ROLLBACK,
    "outcome": OUTCOME,
}


class LintedError(Exception):
    """When the linter finds something wrong, as it is meant to."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A document or script with one thing wrong.

    Attributes
    ----------
    id : str
        File, and what is wrong in it.
    kind : str
        ``documents`` or ``scripts``.
    steps : frozenset of str
        Steps that it touches.
    document : tuple of (str, dict) or None
        Which document, and its content.
    script : tuple of (str, str) or None
        Which script, and its text.
    """

    id: str
    kind: str
    steps: frozenset[str]
    document: tuple[str, dict[str, Any]] | None = None
    script: tuple[str, str] | None = None


class Killer(StrEnum):
    """What noticed that a mutant is wrong."""

    LAW = "a law"
    LINTER = "the linter"
    BINDING = "binding"
    SYSTEMS_MANAGER = "CreateDocument"
    CRASH = "a crash"


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a mutant.

    Attributes
    ----------
    mutant : Mutant
        Which one.
    killer : Killer or None
        What noticed first; None where nothing did.
    why : str
        Which law in which scenario, or what was said.
    played : int
        How many scenarios it met.
    """

    mutant: Mutant
    killer: Killer | None = None
    why: str = ""
    played: int = 0


def mutants() -> Iterator[Mutant]:
    """Make every mutant."""
    for document, path in DOCUMENTS.items():
        for change in changes(load(path).content):
            yield Mutant(
                id=f"{path.stem}: {change.name}",
                kind="documents",
                steps=frozenset({change.step}),
                document=(document, change.content),
            )
    # What no step of the enumerated documents runs, such as a rollout's script, meets no scenario.
    for script in filter(lambda path: _steps_of(path.name), sorted((FOLDER / "scripts").glob("*.py"))):
        for name, text in mutants_of(script.read_text()):
            yield Mutant(
                id=f"{script.name}: {name}", kind="scripts", steps=_steps_of(script.name), script=(script.name, text)
            )


def equivalent() -> dict[str, str]:
    """Read which mutants behave as the original does, and why."""
    found: dict[str, str] = YAML(typ="safe", pure=True).load(EQUIVALENT.read_text()) or {}
    return found


def hunt(
    world: World,
    scenarios: Sequence[Scenario],
    hunted: Sequence[Mutant],
    *,
    processes: int,
    see: Callable[[Fate], None] = lambda _: None,
) -> list[Fate]:
    """Let every mutant meet the scenarios that concern it, until one kills it."""
    fates = []
    for fate in in_forks(lambda mutant: _meet(world, scenarios, mutant), hunted, processes=processes):
        see(fate)
        fates.append(fate)
    return fates


def deploy(world: World, mutant: Mutant, factories: Sequence[Factory], *, linted: bool = True) -> None:
    """Put a mutant where the real documents were, unless the linter is asked and refuses it.

    Raises
    ------
    LintedError
        When the linter refuses it.
    RunbookError, KeyError
        When it cannot be bound to an image.
    ClientError
        When Systems Manager refuses it.
    """
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(FOLDER, Path(folder) / "runbooks")
        if mutant.script:
            (Path(folder) / "runbooks" / "scripts" / mutant.script[0]).write_text(mutant.script[1])
        for document, path in DOCUMENTS.items():
            content = load(path).content
            if mutant.document and mutant.document[0] == document:
                content = mutant.document[1]
            elif not mutant.script or not mutant.steps & {step["name"] for step in content["mainSteps"]}:
                continue
            runbook = Runbook(Path(folder) / "runbooks" / path.name, content)
            if linted and (problems := examine(runbook).findings):
                raise LintedError(str(problems[0]))
            for name, binding in _deployed(document, factories).items():
                text = bind(runbook, binding).render()
                ssm = world.local.plain("ssm")
                ssm.delete_document(Name=name)
                ssm.create_document(Name=name, Content=text, DocumentType="Automation", DocumentFormat="YAML")


def _meet(world: World, scenarios: Sequence[Scenario], mutant: Mutant) -> Fate:
    chosen = concerning(scenarios, mutant.steps, _documents_of(mutant))
    needed = [world.factories[due] for due in dict.fromkeys(scenario.due for scenario in chosen)]
    try:
        deploy(world, mutant, needed)
    except LintedError as error:
        return Fate(mutant=mutant, killer=Killer.LINTER, why=str(error))
    except (RunbookError, KeyError) as error:  # binding writes into steps that may be gone
        return Fate(mutant=mutant, killer=Killer.BINDING, why=str(error))
    except ClientError as error:
        return Fate(mutant=mutant, killer=Killer.SYSTEMS_MANAGER, why=str(error))
    played = 0
    try:
        for verdict in in_forks(world.judge, chosen, processes=1):
            played += 1
            if verdict.broken:
                why = f"{verdict.broken[0].partition(':')[0]} in {verdict.scenario.id}"
                return Fate(mutant=mutant, killer=Killer.LAW, why=why, played=played)
    except ChildError as error:
        return Fate(mutant=mutant, killer=Killer.CRASH, why=str(error).strip().splitlines()[-1], played=played)
    return Fate(mutant=mutant, played=played)


def _deployed(document: str, factories: Sequence[Factory]) -> dict[str, Bindable]:
    """Name the deployed documents with what each is bound to."""
    if document == "outcome":
        scopes = [factory.image.names.scope for factory in factories]
        return {scope.outcome.document: outcome(scope).binding for scope in scopes}
    if document == "evidence":
        return {factory.image.names.evidence.document: factory.evidence().binding for factory in factories}
    if document == "approval":
        return {factory.image.names.approval.document: factory.approval().binding for factory in factories}
    if document == "revocation":
        return {factory.image.names.revocation.document: factory.revocation().binding for factory in factories}
    if document == "rollback":
        return {factory.image.names.rollback.document: factory.rollback().binding for factory in factories}
    return {factory.image.names.retirement.document: factory.retirement().binding for factory in factories}


def _documents_of(mutant: Mutant) -> frozenset[str]:
    """Name the documents in which it is wrong."""
    if mutant.document and not mutant.script:
        return frozenset({mutant.document[0]})
    return frozenset(
        name
        for name, path in DOCUMENTS.items()
        if mutant.steps & {step["name"] for step in load(path).content["mainSteps"] if _runs(step, mutant)}
    )


def _runs(step: dict[str, Any], mutant: Mutant) -> bool:
    """Whether a step runs the script that is wrong, itself or in what it imports."""
    if mutant.script is None:
        return True
    return step.get("inputs", {}).get("Script") in _users(mutant.script[0])


def _steps_of(script: str) -> frozenset[str]:
    """Find the steps that run a script, or a script that imports it."""
    users = _users(script)
    return frozenset(
        step["name"]
        for path in DOCUMENTS.values()
        for step in load(path).content["mainSteps"]
        if step.get("inputs", {}).get("Script") in users
    )


@cache
def _users(script: str) -> frozenset[str]:
    """Find a script and all that import it, themselves or through another one."""
    found, more = {script}, {script}
    while more:
        modules = [each.removesuffix(".py") for each in more if each.startswith("_")]
        texts = {path.name: path.read_text() for path in (FOLDER / "scripts").glob("*.py")}
        using = {name for name, text in texts.items() for module in modules if f"from {module} import" in text}
        more = using - found
        found |= using
    return frozenset(found)
