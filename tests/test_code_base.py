"""What holds for every file of the checkout: no import circles, importing does nothing, no error is swallowed."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "retrieval")
LOAD_TEST = Path("tests/load")
CLOCKS = {"bot/__main__.py", "bot/cli/chat.py", "retrieval/cli/terminal.py"}
"""Where commands are put together, and with them the clock that everything else is handed."""

Guard = Callable[[ast.Module], Iterator[tuple[int, str]]]
"""Finds what must not be: the line and what stands there."""


@cache
def every_tree() -> dict[Path, ast.Module]:
    """All files, parsed when the first test needs them: each process of a test run imports this module."""
    return {
        path.relative_to(ROOT): ast.parse(path.read_text(encoding="utf-8"))
        for package in (*PACKAGES, "tests")
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def program() -> dict[Path, ast.Module]:
    """The files that aren't tests."""
    return {path: tree for path, tree in every_tree().items() if path.parts[0] in PACKAGES}


def found(guard: Guard, trees: dict[Path, ast.Module]) -> list[str]:
    """What a guard finds in all these files, with its place."""
    return [f"{path}:{line}: {text}" for path, tree in trees.items() for line, text in guard(tree)]


def found_in(guard: Guard, source: str) -> bool:
    """Whether a guard finds anything in these lines."""
    return any(guard(ast.parse(source)))


# --- imports -----------------------------------------------------------------------------------


def module_of(path: Path) -> str:
    """A file's name for ``import``."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """The files of the program, by module."""
    return {module_of(path): path for path in program()}


def imported(tree: ast.Module) -> Iterator[str]:
    """All that a file imports, in functions too: ``a.b`` for ``from a import b`` where that is a module, else ``a``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None, "imports are absolute"
            assert node.level == 0, "imports are absolute"
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if inner in modules() else node.module


def imports() -> dict[str, set[str]]:
    """Which modules each module of the program imports."""
    known, trees = modules(), program()
    return {
        module: {name for name in imported(trees[path]) if name in known and name != module}
        for module, path in known.items()
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    """Not even through a function's own imports."""
    graph = {module: names for module, names in imports().items() if module.startswith(package)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(reversed(error.args[1])))


def test_modules_are_named_for_what_they_do() -> None:
    """A drawer for everything fills with everything."""
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared"}
    assert [str(path) for path in every_tree() if drawers & set(path.with_suffix("").parts)] == []


def test_every_module_says_what_it_is_for() -> None:
    """In its first lines."""
    assert [str(path) for path, tree in every_tree().items() if not ast.get_docstring(tree)] == []


# --- at import ---------------------------------------------------------------------------------

_SETS_UP = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
_DOES = frozenset(
    """
    open read read_text read_bytes write write_text write_bytes load loads mkdir exists is_file is_dir iterdir glob
    rglob connect create_engine urlopen request get post run system Popen check_output getenv now utcnow today monotonic
    sleep print basicConfig setLevel associations load_settings load_token load_library_settings
    """.split()
)


def called_name(call: ast.Call) -> str:
    """The last part of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _declares(node: ast.stmt) -> bool:
    """Whether a statement only says what is: a text, an index of a table, a program's entry, the Python it needs."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="Index" | "require_python"))):
            return True
        case ast.For(body=body):
            return all(map(_declares, body))
        case ast.If(test=test):
            return ast.unparse(test) == "__name__ == '__main__'"
        case _:
            return isinstance(node, _SETS_UP)


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """A statement's parts that run when the module is imported: bodies of functions do not."""
    yield node
    later: list[ast.stmt] | list[ast.expr] = []
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        later = node.body
    elif isinstance(node, ast.Lambda):
        later = [node.body]
    for child in ast.iter_child_nodes(node):
        if child not in later:
            yield from _run_at_import(child)


def work_at_import(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Statements of a module that do more than to define; calls among them that read, write, ask or tell the time."""
    for statement in tree.body:
        if not _declares(statement):
            yield statement.lineno, ast.unparse(statement)
        elif not isinstance(statement, ast.If):
            for node in _run_at_import(statement):
                if isinstance(node, ast.Call) and called_name(node) in _DOES:
                    yield node.lineno, ast.unparse(node)


def test_importing_does_nothing() -> None:
    """No file is read, nothing is opened, no clock is asked before somebody calls a function.

    Alembic's scripts are left out: they are run, not imported.
    """
    assert (
        found(work_at_import, {path: tree for path, tree in program().items() if "migrations" not in path.parts}) == []
    )


@pytest.mark.parametrize(
    "source",
    [
        "print('x')",
        "SETTINGS = load_settings()",
        "WORDS = Path('x').read_text()",
        "START: datetime = datetime.now(UTC)",
        "class A:\n    started = time.monotonic()",
        "def f(now=datetime.now()): pass",
        "with open('x') as file: A = file.read()",
        "if A: B = 1",
        "for each in A: register(each)",
        "A = [open(each) for each in B]",
    ],
)
def test_the_guard_sees_work_at_import(source: str) -> None:
    """It would find it in a file of ours."""
    assert found_in(work_at_import, source)


@pytest.mark.parametrize(
    "source",
    [
        "'''What it is.'''\nA = re.compile('x')\n'''Its meaning.'''",
        "def f(): return open('x')",
        "A = lambda: datetime.now(UTC)",
        "class A:\n    def f(self): print(1)",
        "for name in ('a', 'b'):\n    Index(name)",
        "if __name__ == '__main__':\n    run()",
    ],
)
def test_the_guard_lets_definitions_be(source: str) -> None:
    """It alarms for nothing else."""
    assert not found_in(work_at_import, source)


# --- errors ------------------------------------------------------------------------------------


def swallowed(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Handlers of everything that neither raise nor call anything, and bare ones."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            done = {type(part) for statement in node.body for part in ast.walk(statement)}
            if not caught or (re.search(r"\b(?:Base)?Exception\b", caught) and not done & {ast.Raise, ast.Call}):
                yield node.lineno, f"except {caught}"
        elif isinstance(node, ast.Call) and called_name(node) == "suppress":
            names = {ast.unparse(each) for each in node.args}
            if names & {"Exception", "BaseException"}:
                yield node.lineno, ast.unparse(node)


def test_no_error_is_swallowed() -> None:
    """Whoever catches everything logs it, tells it or raises it again."""
    assert found(swallowed, every_tree()) == []


@pytest.mark.parametrize(
    "handler",
    [
        "except: raise",
        "except Exception: pass",
        "except Exception as error: ...",
        "except (ValueError, Exception): return",
        "except BaseException: x = 1",
    ],
)
def test_the_guard_sees_swallowed_errors(handler: str) -> None:
    """It would find them in a file of ours."""
    assert found_in(swallowed, f"def f():\n  try: a()\n  {handler}")
    assert found_in(swallowed, "with suppress(Exception): a()")
    assert not found_in(swallowed, "def f():\n  try: a()\n  except Exception as error: tell(error)")
    assert not found_in(swallowed, "def f():\n  try: a()\n  except ValueError: pass")


# --- time --------------------------------------------------------------------------------------


def times_of_nowhere(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Moments without a zone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            of, name = ast.unparse(node.func.value), node.func.attr
            if not re.search(r"\b(?:datetime|date|dt)$", of):
                continue
            bare = name in {"now", "fromtimestamp"} and not any(
                ast.unparse(each) != "None"
                for each in (*node.args[name == "fromtimestamp" :], *(kw.value for kw in node.keywords))
            )
            if bare or name in {"utcnow", "utcfromtimestamp", "today"}:
                yield node.lineno, ast.unparse(node)


def clocks(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Places that ask for the time of day."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "datetime.now", "datetime.today", "date.today", "dt.datetime.now", "time.time", "time.time_ns",
            "time.localtime", "time.gmtime",
        }:  # fmt: skip
            yield node.lineno, ast.unparse(node)


def sleeps(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """``time.sleep``, which stops everybody."""
    for node in ast.walk(tree):
        if (isinstance(node, ast.Attribute) and ast.unparse(node) == "time.sleep") or (
            isinstance(node, ast.ImportFrom) and node.module == "time" and any(n.name == "sleep" for n in node.names)
        ):
            yield node.lineno, ast.unparse(node)


def naps(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """``asyncio.sleep`` for longer than a turn of the loop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"asyncio.sleep", "sleep"}:
            match node.args:
                case [ast.Constant(value=0)]:
                    pass
                case _:
                    yield node.lineno, ast.unparse(node)


def test_every_moment_has_a_zone() -> None:
    """In tests too: a server in another zone posts at the same hour."""
    assert found(times_of_nowhere, every_tree()) == []


def test_time_is_an_argument() -> None:
    """The clock is made where a command begins and handed on, so that tests can move it."""
    assert found(clocks, {path: tree for path, tree in program().items() if path.as_posix() not in CLOCKS}) == []


def test_contributing_names_the_files_that_ask_the_clock() -> None:
    """All of them and no other, and each of them does."""
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("**Time is an argument.**")[2]
    assert set(re.findall(r"`([\w/]+\.py)`", told.partition("\n- **")[0])) == CLOCKS
    assert all(any(clocks(program()[Path(name)])) for name in CLOCKS)


def test_nobody_sleeps() -> None:
    """The program never stops the loop; tests wait for what they wait for. A load test keeps to a rate."""
    assert found(sleeps, every_tree()) == []
    tests = {
        path: tree for path, tree in every_tree().items() if path not in program() and LOAD_TEST not in path.parents
    }
    assert found(naps, tests) == []


@pytest.mark.parametrize(
    ("guard", "source"),
    [
        (times_of_nowhere, "datetime.now()"),
        (times_of_nowhere, "datetime.now(None)"),
        (times_of_nowhere, "dt.datetime.now(tz=None)"),
        (times_of_nowhere, "datetime.utcnow()"),
        (times_of_nowhere, "date.today()"),
        (times_of_nowhere, "datetime.fromtimestamp(1)"),
        (clocks, "datetime.now(UTC)"),
        (clocks, "time.time()"),
        (sleeps, "time.sleep(1)"),
        (sleeps, "from time import sleep"),
        (naps, "asyncio.sleep(1)"),
        (naps, "asyncio.sleep(0.05)"),
        (naps, "asyncio.sleep(seconds)"),
    ],
)
def test_the_guards_see_clocks_and_sleep(guard: Guard, source: str) -> None:
    """They would find them in a file of ours."""
    assert found_in(guard, source)


@pytest.mark.parametrize(
    ("guard", "source"),
    [
        (times_of_nowhere, "datetime.now(UTC)"),
        (times_of_nowhere, "datetime.now(tz=zone)"),
        (times_of_nowhere, "datetime.fromtimestamp(1, UTC)"),
        (clocks, "self.clock.now()"),
        (clocks, "time.monotonic()"),
        (naps, "asyncio.sleep(0)"),
    ],
)
def test_the_guards_let_the_rest_be(guard: Guard, source: str) -> None:
    """They alarm for nothing else."""
    assert not found_in(guard, source)


# --- all tracked files -------------------------------------------------------------------------

# Written so that it does not find itself.
_MACHINE = re.compile(r"(?<![\w.~}-])/(?:home|Users|root|work)/\w|\b[A-Za-z]:[\\/]{1,2}Users[\\/]")
_SECRET = re.compile(r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{38}\b")


@pytest.fixture(scope="module")
def tracked() -> dict[str, str]:
    """The text of every file that git keeps."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no checkout of git")
    files = {name: ROOT / name for name in listed.stdout.split("\0") if name}
    return {name: path.read_text(encoding="utf-8", errors="ignore") for name, path in files.items() if path.is_file()}


def test_no_file_names_a_folder_of_somebodys_machine(tracked: dict[str, str]) -> None:
    """A clone works wherever it lies."""
    found = [f"{name}: {each[0]}" for name, text in tracked.items() for each in _MACHINE.finditer(text)]
    assert found == []


def test_no_file_holds_a_token(tracked: dict[str, str]) -> None:
    """A repository is public sooner or later; the tests' own tokens are of another shape."""
    found = [name for name, text in tracked.items() if _SECRET.search(text)]
    assert found == []


@pytest.mark.parametrize("path", [["home", "ada"], ["Users", "ada"], ["work", "main"], ["root", "x"]])
def test_the_guard_sees_somebodys_folders(path: list[str]) -> None:
    """And no link or relative path."""
    assert _MACHINE.search(f'open("/{"/".join(path)}")')
    assert _MACHINE.search("C:\\" + "Users\\ada")
    assert not _MACHINE.search(f"https://a.example/{'/'.join(path)} ~/{path[0]}/x ./{path[0]}/x {{base}}/{path[0]}/x")
