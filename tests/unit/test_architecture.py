"""The import rules of the house, as tests.

An exception to a rule is one line in ``EXCEPTIONS``, so that adding one is a reviewed act.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STUDIO = ROOT / "studio"

# What each package may import of ours, besides itself and the resource locator.
MAY_IMPORT = {
    "contract": set(),
    "service": {"contract"},
    "library": {"contract"},
    "engine": {"contract", "service"},
    "viewmodels": {"contract", "service", "library"},
    "ui": {"viewmodels", "library", "contract"},
    "commands": {"contract", "service", "library", "viewmodels"},
}
COMMON = {"resources", "__init__"}
ENTRY_POINTS = {"cli", "app", "__main__"}
EXCEPTIONS: set[tuple[str, str]] = {
    # Start-up: the command line hands over to the packages it starts, lazily.
    ("commands/doctor.py", "engine"),  # it asks other renderers as the engine would, without starting it
}
# The engine reaches other language models through the service layer's chat client, and nothing else of it.
ENGINE_MAY_USE_OF_SERVICE = {"chat", "connection", "transport", "models", "sse"}


def modules() -> list[Path]:
    return sorted(p for p in STUDIO.rglob("*.py") if "_resources" not in p.parts)


def imports(path: Path) -> list[str]:
    """Every module imported anywhere in *path*, dotted; relative imports are not used here."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def package_of(path: Path) -> str:
    parts = path.relative_to(STUDIO).parts
    return parts[0] if len(parts) > 1 else path.stem


def test_there_is_something_to_check() -> None:
    assert len(modules()) > 60


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_package_imports_only_what_it_may(path: Path) -> None:
    package = package_of(path)
    if package in ENTRY_POINTS | COMMON:
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "studio" or len(parts) < 2:
            continue
        target = parts[1]
        if target == package or target in COMMON or target == "__version__":
            continue
        if (str(path.relative_to(STUDIO)), target) in EXCEPTIONS:
            continue
        assert target in MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {name}"
        if package == "engine" and target == "service":
            assert parts[2] in ENGINE_MAY_USE_OF_SERVICE, f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_only_ui_imports_qt(path: Path) -> None:
    if package_of(path) == "ui":
        return
    for name in imports(path):
        assert not re.match(r"(PySide6|shiboken6|qasync)\b", name), f"{path.relative_to(ROOT)} imports {name}"


def test_no_module_is_a_giant() -> None:
    giants = {str(p.relative_to(ROOT)): n for p in modules() if (n := p.read_text().count("\n")) > 600}
    assert giants == {}


def test_heavy_libraries_are_not_imported_before_first_paint() -> None:
    """The modules that the window needs before it is painted pull in none of the slow imports."""
    code = (
        "import sys; import studio.cli, studio.app, studio.ui.main, studio.ui.shell;"
        "slow = {'httpx', 'keyring', 'numpy', 'PIL', 'asyncio', 'qasync', 'litestar', 'cv2', 'onnxruntime'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"


def test_nothing_names_a_machine_path() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:root|work|farm|home/\w+)/")
    for path in [*modules(), *ROOT.glob("*.md"), *ROOT.glob("packaging/*"), *ROOT.glob("tests/**/*.py")]:
        if path.is_file() and path != Path(__file__):
            assert not pattern.search(path.read_text(errors="ignore")), path
