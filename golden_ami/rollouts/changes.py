"""What a change touches: which stacks differ between a commit and the working tree, and why."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from golden_ami.config import Config, load
from golden_ami.errors import ConfigError, InputError
from golden_ami.rollouts.git import Repository
from golden_ami.rollouts.meaning import differences, meaning
from golden_ami.rollouts.sources import concerns_every_stack, source_files
from golden_ami.rollouts.stack import Stack, stacks_of

_NAMED = 3
"""Keys and files that a reason names; the rest is counted."""


@dataclass(frozen=True, kw_only=True)
class Touched:
    """A stack that a change touches.

    Attributes
    ----------
    stack : Stack
        As it is now; as it was, when it is gone.
    change : str
        ``new``, ``changed`` or ``removed``. A removed one is in no rollout: Terraform has to destroy it.
    reasons : tuple of str
        Why.
    """

    stack: Stack
    change: Literal["new", "changed", "removed"]
    reasons: tuple[str, ...]


def changed_since(ref: str, config: Config, *, path: Path, root: Path) -> list[Touched]:
    """Compare the stacks of a commit with those of the working tree.

    Parameters
    ----------
    ref : str
        Branch, tag or commit.
    config : Config
        As it is now.
    path : Path
        Where it was read.
    root : Path
        The project's folder.

    Raises
    ------
    InputError
        When there is no such commit, or the configuration is in no repository.
    """
    repository = Repository(root)
    commit = repository.commit(ref)
    place = _inside(repository, path)
    project = root.resolve().relative_to(repository.root.resolve())
    with tempfile.TemporaryDirectory() as folder:
        then = Path(folder)
        repository.extract(commit, [project], then)
        if not (then / place).exists():
            repository.extract(commit, [place if path.is_dir() else place.parent], then)
        code = _changed_code(repository, commit, root, then / project)
        if not (then / place).exists():
            why = f"{place} is not in {ref}"
            return [Touched(stack=each, change="new", reasons=(why,)) for each in stacks_of(config)]
        try:
            before = load(then / place)
        except ConfigError:
            why = f"the configuration of {ref} is none for this version"
            return [Touched(stack=each, change="changed", reasons=(why, *code)) for each in stacks_of(config)]
        return _compared(before, config, _folder(then / place), _folder(path), code)


def _inside(repository: Repository, path: Path) -> Path:
    try:
        return path.resolve().relative_to(repository.root.resolve())
    except ValueError as error:
        raise InputError(
            f"{path} is not in the git repository {repository.root}", remedy="keep the configuration in it"
        ) from error


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _changed_code(repository: Repository, commit: str, root: Path, then: Path) -> tuple[str, ...]:
    """Name what every stack is made from and differs; modules count that either version imports."""
    modules = source_files(root) | source_files(then)
    files = [each for each in repository.changed_files(commit, root) if concerns_every_stack(each, modules)]
    return (f"code: {_few(files)}",) if files else ()


def _compared(before: Config, after: Config, then: Path, now: Path, code: tuple[str, ...]) -> list[Touched]:
    found: list[Touched] = []
    there = {each.name: each for each in stacks_of(before)}
    for stack in stacks_of(after):
        if stack.name not in there:
            found.append(Touched(stack=stack, change="new", reasons=(f"new {stack.kind}",)))
            continue
        keys = differences(meaning(before, there.pop(stack.name), then), meaning(after, stack, now))
        reasons = (*((f"configuration: {_few(keys)}",) if keys else ()), *code)
        if reasons:
            found.append(Touched(stack=stack, change="changed", reasons=reasons))
    why = "no longer in the configuration; destroy it from the commit that has it"
    return found + [Touched(stack=each, change="removed", reasons=(why,)) for each in there.values()]


def _few(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
