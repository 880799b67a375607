"""The AWS bindings load lazily, with the same output, and fall back to the stock import."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stacks import bindings

ROOT = Path(__file__).parent.parent.parent


def _synthesise(script: str, output: Path) -> dict[str, bytes]:
    environment = {**os.environ, "CDKTF_OUTDIR": str(output), "GOLDEN_AMI_CONFIG": "config/example.yaml"}
    subprocess.run([sys.executable, script], cwd=ROOT, env=environment, check=True, capture_output=True)
    return {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*.json")}


def test_lazy_and_stock_bindings_synthesise_the_same_bytes(tmp_path: Path) -> None:
    lazy = _synthesise("main.py", tmp_path / "lazy")
    stock = _synthesise("benchmarks/stock.py", tmp_path / "stock")
    assert any(name.endswith("cdk.tf.json") for name in lazy)
    assert lazy == stock


def test_synthesis_imports_only_the_modules_that_the_stacks_name() -> None:
    code = "import main, sys; print(*(name for name in sys.modules if name.startswith('cdktf_cdktf_provider_aws.')))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert 10 < len({name.split(".")[1] for name in done.stdout.split()}) < 60


def test_a_package_of_another_shape_is_imported_whole_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / bindings.PACKAGE).mkdir()
    (tmp_path / bindings.PACKAGE / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, bindings.PACKAGE)
    monkeypatch.delenv("NODE_OPTIONS", raising=False)
    with pytest.warns(UserWarning, match="importing all of it"):
        bindings.make_lazy()
    assert bindings.PACKAGE not in sys.modules
    assert "NODE_OPTIONS" not in os.environ


def test_a_package_that_is_already_imported_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NODE_OPTIONS", raising=False)
    before = sys.modules[bindings.PACKAGE]
    bindings.make_lazy()
    assert sys.modules[bindings.PACKAGE] is before
    assert "NODE_OPTIONS" not in os.environ


def test_the_users_own_node_options_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=4096")
    monkeypatch.delitem(sys.modules, bindings.PACKAGE)
    kept = sys.modules.get(bindings.PACKAGE)
    bindings.make_lazy()
    assert os.environ["NODE_OPTIONS"].startswith("--max-old-space-size=4096 --require ")
    assert kept is None


def test_the_users_own_semi_space_is_kept_and_calling_twice_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODE_OPTIONS", "--max-semi-space-size=16")
    monkeypatch.delitem(sys.modules, bindings.PACKAGE)
    bindings.make_lazy()
    once = os.environ["NODE_OPTIONS"]
    monkeypatch.delitem(sys.modules, bindings.PACKAGE)
    bindings.make_lazy()
    assert os.environ["NODE_OPTIONS"] == once
    assert once.count(bindings.SEMI_SPACE) == once.count("--require") == 1


@pytest.mark.parametrize(
    ("index", "output"),
    [
        ('exports.a = require("./a");\n', "['a']"),
        ('exports.a = require("./a");\nexports.b = load(require("./b"));\n', "a b"),
    ],
    ids=["known form: loaded at use", "unknown form: loaded at once, and it says so"],
)
def test_node_loads_modules_lazily_only_when_it_knows_the_index(tmp_path: Path, index: str, output: str) -> None:
    package = tmp_path / "node_modules" / "@cdktf" / "provider-aws" / "lib"
    package.mkdir(parents=True)
    (package / "index.js").write_text('"use strict";\nexports.a = void 0;\nconst load = (x) => x;\n' + index)
    for name in "ab":
        (package / f"{name}.js").write_text(f'global.loaded = [...(global.loaded ?? []), "{name}"]; exports.X = 1;')
    code = (
        f'const m = require({str(package / "index.js")!r}); const before = (global.loaded ?? []).join(" ");'
        "m.a.X; console.log(before || JSON.stringify(global.loaded).replaceAll('\"', \"'\"));"
    )
    command = ["node", "--require", str(bindings.PRELOAD), "-e", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == output
    assert ("loading all of it" in done.stderr) == ("b.js" in index or "./b" in index)
