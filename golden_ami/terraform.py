"""Where Terraform finds the AWS provider: the public registry, or a filesystem mirror where that is out of reach.

Looked for in this order: a CLI configuration that exists at ``TF_CLI_CONFIG_FILE``; a mirror named by the user; a
mirror in one of the usual places; the public registry. ``python -m golden_ami.terraform`` prints the variables for a
shell.
"""

import os
import platform
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from golden_ami.errors import GoldenAmiError, InputError

PROVIDER = Path("hashicorp", "aws")
VERSION = "5.100.0"
"""Of the bindings that the stacks are written with; the synthesised configuration requires exactly it."""

CLI_CONFIG_VARIABLE = "TF_CLI_CONFIG_FILE"
MIRROR_VARIABLE = "GOLDEN_AMI_PROVIDER_MIRROR"
REGISTRY_FOLDER = "registry.terraform.io"
USUAL_PLACES = ("/opt", "/usr/local/share", "/usr/share", "~/.terraform.d")
_DEPTH = 3


@dataclass(frozen=True)
class ProviderSource:
    """Where the provider comes from.

    Attributes
    ----------
    kind : str
        ``cli-config``, ``mirror`` or ``registry``.
    path : Path or None
        The CLI configuration, or the folder that holds ``registry.terraform.io``.
    reason : str
        Why this one, for people.
    """

    kind: Literal["cli-config", "mirror", "registry"]
    path: Path | None
    reason: str


def provider_source(base: Mapping[str, str], *, mirror: Path | None = None) -> ProviderSource:
    """Find where the provider comes from.

    Parameters
    ----------
    base : mapping of str to str
        The user's environment.
    mirror : Path, optional
        A mirror named by the caller; ``GOLDEN_AMI_PROVIDER_MIRROR`` without it.

    Raises
    ------
    InputError
        When the named mirror does not hold the provider.
    """
    cli_config = base.get(CLI_CONFIG_VARIABLE)
    if cli_config and Path(cli_config).is_file():
        return ProviderSource("cli-config", Path(cli_config), f"{CLI_CONFIG_VARIABLE} names it")
    named = mirror or (Path(base[MIRROR_VARIABLE]) if base.get(MIRROR_VARIABLE) else None)
    if named:
        root = named.parent if named.name == REGISTRY_FOLDER else named
        if not _holds_provider(root / REGISTRY_FOLDER):
            raise InputError(
                f"{MIRROR_VARIABLE}: {named} holds no {PROVIDER} {VERSION} for {_platform()}",
                remedy="fill it with `terraform providers mirror`, or unset it",
            )
        return ProviderSource("mirror", root, "you named it")
    for place in USUAL_PLACES:
        for found in _registry_folders(Path(place).expanduser(), _DEPTH):
            if _holds_provider(found):
                return ProviderSource("mirror", found.parent, "it was found there")
    return ProviderSource("registry", None, "no mirror was found")


def provider_environment(base: Mapping[str, str], *, mirror: Path | None = None, workdir: Path) -> dict[str, str]:
    """Complete an environment for Terraform and cdktf.

    Parameters
    ----------
    base : mapping of str to str
        The user's environment.
    mirror : Path, optional
        As for `provider_source`.
    workdir : Path
        Folder for the CLI configuration that a mirror needs.

    Returns
    -------
    dict of str to str
        ``base``, with what the source needs.

    Raises
    ------
    InputError
        When the named mirror does not hold the provider.
    """
    source = provider_source(base, mirror=mirror)
    environment = {**base, "CHECKPOINT_DISABLE": "1"}
    if source.kind == "cli-config":
        return environment
    environment.pop(CLI_CONFIG_VARIABLE, None)
    if source.path:
        written = workdir.resolve() / "terraform.rc"
        _write(written, _cli_configuration(source.path.resolve()))
        # `terraform providers lock`, which cdktf runs, knows registries only.
        environment |= {CLI_CONFIG_VARIABLE: str(written), "CDKTF_SKIP_PROVIDER_LOCK": "true"}
    return environment


def _holds_provider(registry: Path) -> bool:
    """Tell whether a mirror has the provider, unpacked or as the archive that Terraform would download."""
    folder = registry / PROVIDER
    packed = folder / f"terraform-provider-aws_{VERSION}_{_platform()}.zip"
    return packed.is_file() or any((folder / VERSION / _platform()).glob("terraform-provider-aws*"))


def _platform() -> str:
    machine = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return f"{platform.system().lower()}_{machine}"


def _registry_folders(place: Path, depth: int) -> Iterator[Path]:
    try:
        folders = sorted(each for each in place.iterdir() if each.is_dir())
    except OSError:
        return
    for folder in folders:
        if folder.name == REGISTRY_FOLDER:
            yield folder
        elif depth > 1:
            yield from _registry_folders(folder, depth - 1)


def _cli_configuration(mirror: Path) -> str:
    # A mirror and a bare `direct {}` would still ask the registry for what the mirror holds.
    path = str(mirror).replace("\\", "\\\\").replace('"', '\\"')
    return (
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f'    path    = "{path}"\n'
        f'    include = ["{REGISTRY_FOLDER}/hashicorp/*"]\n'
        "  }\n"
        "  direct {\n"
        f'    exclude = ["{REGISTRY_FOLDER}/hashicorp/*"]\n'
        "  }\n"
        "}\n"
    )


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    Path(temporary).replace(path)


def main() -> int:
    """Print, as shell commands, what differs from the environment."""
    base = dict(os.environ)
    try:
        environment = provider_environment(base, workdir=Path(".tools"))
    except GoldenAmiError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    source = provider_source(base)
    lines = [f"# {source.kind} {source.path or ''}: {source.reason}"]
    lines += [f"unset {name}" for name in base if name not in environment]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in environment.items() if base.get(name) != value]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
