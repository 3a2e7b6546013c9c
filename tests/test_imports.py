"""Who may know of whom: the directions that ARCHITECTURE.md draws, read from the source."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("retrieval", "bot")
HEAVY = {"torch", "transformers", "sentence_transformers"}
MEASURES = "bot.evaluation.measuring.answers"
FLOOR = {"datatypes", "errors", "messages", "protocols"}
WINGS_OF_RETRIEVAL = {
    "text": FLOOR,
    "onnx": FLOOR,
    "english": FLOOR | {"text"},
    "edits": FLOOR | {"text", "onnx"},
    "ingest": FLOOR | {"text", "english"},
    "index": FLOOR | {"onnx"},
    "reader": FLOOR | {"text", "onnx", "english"},
    "answer": FLOOR | {"text", "english"},
    "ambiguity": FLOOR | {"text", "answer"},
    "indexing": FLOOR | {"ingest", "index"},
    "fetch": FLOOR | {"ingest"},
}
"""What each folder of ``retrieval`` may import beside itself; ``pipeline`` joins the rest."""
_FRONT = {"dialogue", "presentation", "storage"}
WINGS_OF_BOT = {
    "dialogue": set[str](),
    "presentation": {"dialogue"},
    "storage": {"dialogue"},
    "assembly": {"config", "dialogue", "environment", "storage"},
    "terminal": _FRONT,
    "telegram_bot": _FRONT | {"config"},
    "evaluation": _FRONT | {"assembly", "config", "terminal"},
    "cli": {*_FRONT, "assembly", "config", "environment", "evaluation", "telegram_bot", "terminal"}
    - {"storage"},
}
"""What each wing of ``bot`` may import of the others: five floors, no way back up."""
SEEN_BY_FRONT_ENDS = {
    "retrieval.datatypes",
    "retrieval.errors",
    "retrieval.messages",  # sentences that can be said in another language
    "retrieval.text.characters",
    "retrieval.text.headline",  # whose spans are those of titles
    "retrieval.text.readable",  # what people see of what is stored
    "retrieval.text.resolved",
}
LONGEST = 350
"""Lines of a module that fits in a head."""


def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name."""
    files = [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]
    return {
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            file.read_text(encoding="utf-8")
        )
        for file in files
    }


MODULES = modules()


def imports(tree: ast.AST) -> Iterator[str]:
    """Dotted names that ``tree`` imports, also inside functions; modules where they are ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from [name for name in inner if name in MODULES] or [str(node.module)]


def importers(top: str) -> set[str]:
    """Modules that import the top-level package ``top`` anywhere."""
    return {
        name for name, tree in MODULES.items() if top in {i.split(".")[0] for i in imports(tree)}
    }


def local(name: str) -> set[str]:
    return {found for found in imports(MODULES[name]) if found.split(".")[0] in PACKAGES}


def test_the_modules_were_found() -> None:
    assert {"retrieval.datatypes", "bot.cli.main", "retrieval.index.bm25"} <= set(MODULES)


def test_retrieval_never_imports_bot() -> None:
    assert [name for name in importers("bot") if name.startswith("retrieval")] == []


def test_the_floor_imports_nothing_above_it() -> None:
    assert local("retrieval.messages") == local("retrieval.errors") == set()
    nouns = {name for name in MODULES if name.startswith("retrieval.datatypes")}
    below = {found for name in nouns for found in local(name)} - nouns
    assert below == {"retrieval.messages"}, "the reason of an abstention"


@pytest.mark.parametrize("wing", WINGS_OF_RETRIEVAL)
def test_wings_of_retrieval_import_what_lies_below_them(wing: str) -> None:
    assert imported_by("retrieval", wing) <= WINGS_OF_RETRIEVAL[wing]


@pytest.mark.parametrize("wing", WINGS_OF_BOT)
def test_wings_of_the_bot_import_what_lies_below_them(wing: str) -> None:
    assert imported_by("bot", wing) <= WINGS_OF_BOT[wing]


@pytest.mark.parametrize(
    ("package", "wings"), [("retrieval", WINGS_OF_RETRIEVAL), ("bot", WINGS_OF_BOT)]
)
def test_every_wing_is_drawn(package: str, wings: dict[str, set[str]]) -> None:
    folders = {p.name for p in (ROOT / package).iterdir() if (p / "__init__.py").exists()}
    assert folders - FLOOR == set(wings)


def test_at_most_ten_rooms_at_the_top_of_the_bot() -> None:
    rooms = {name.split(".")[1] for name in MODULES if name.startswith("bot.")}
    assert len(rooms) <= 10, sorted(rooms)


def imported_by(package: str, wing: str) -> set[str]:
    """Wings and modules at the top of ``package`` that ``wing`` imports, without itself."""
    start = f"{package}.{wing}."
    names = {i for name in MODULES if f"{name}.".startswith(start) for i in local(name)}
    return {name.split(".")[1] for name in names if name.startswith(f"{package}.")} - {wing}


def test_no_product_code_uses_the_doubles() -> None:
    assert [name for name in MODULES if "retrieval.doubles" in local(name)] == []


def test_no_product_code_imports_tests() -> None:
    assert importers("tests") == set()


def test_no_product_code_imports_training_or_benchmarks() -> None:
    assert importers("training") == importers("benchmarks") == set()


def test_training_uses_retrieval_and_one_pure_module_of_the_bot() -> None:
    found = {
        imported
        for file in sorted((ROOT / "training").glob("*.py"))
        for imported in imports(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert any(name.startswith("retrieval.") for name in found)
    assert {name for name in found if name.split(".")[0] == "bot"} == {MEASURES}
    assert not {name for name in found if name.split(".")[0] in {"tests", "benchmarks"}}
    assert local(MEASURES) == set(), "pure: it brings nothing of the bot along"


@pytest.mark.parametrize(
    ("package", "homes"),
    [
        ("rank_bm25", {"retrieval.index.bm25"}),
        ("bm25s", {"retrieval.index.bm25_sparse"}),
        ("usearch", {"retrieval.index.neighbours"}),
        ("numkong", {"retrieval.index.vectors"}),
        ("sentence_transformers", {"retrieval.index.encoder"}),
        ("torch", {"retrieval.index.encoder", "retrieval.reader.export"}),
        (
            "transformers",
            {"retrieval.index.encoder", "retrieval.reader.export", "retrieval.onnx.quiet"},
        ),
        ("sacrebleu", {"bot.evaluation.rewriting.measures"}),
        ("tomllib", {"bot.config", "retrieval.ingest.front_matter"}),
        ("matplotlib", {"bot.evaluation.report.charts", "bot.evaluation.report.svg"}),
        (
            "prompt_toolkit",
            {
                "bot.terminal.repl",
                "bot.terminal.prompt_history",
                "bot.evaluation.labelling.article_control",
                "bot.evaluation.labelling.marking_screen",
                "bot.evaluation.labelling.screen",
            },
        ),
        (
            "telegram",
            {
                f"bot.telegram_bot.{name}"
                for name in (
                    "command",
                    "handlers.inline",
                    "service",
                    "transport.delivery",
                    "transport.fetching",
                    "transport.incoming",
                    "transport.requests",
                )
            },
        ),
        (
            "httpx",
            {
                "bot.telegram_bot.transport.delivery",
                "retrieval.fetch.addresses",
                "retrieval.fetch.client",
                "retrieval.fetch.transfer",
            },
        ),
        ("protego", {"retrieval.fetch.robots"}),
        ("feedparser", {"retrieval.ingest.formats.feeds"}),
        ("watchfiles", {"bot.cli.watch"}),
        (
            "prometheus_client",
            {"bot.telegram_bot.operations.metrics", "bot.telegram_bot.operations.health_server"},
        ),
        (
            "sqlite3",
            {
                "bot.storage.sqlite_file",
                "retrieval.index.build_cache",
                "retrieval.index.catalogue",
                "retrieval.index.database",
                "retrieval.indexing.build",
                "retrieval.indexing.removing",
                "retrieval.indexing.spool",
                "retrieval.fetch.responses",
                "retrieval.indexing.versions",
            },
        ),
    ],
)
def test_one_importer_each(package: str, homes: set[str]) -> None:
    assert importers(package) <= homes


def test_only_one_module_reads_the_environment() -> None:
    readers = {
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "putenv"})
        or (isinstance(node, ast.alias) and node.name in {"environ", "getenv"})
    }
    assert readers <= {"bot.environment"}


def test_heavy_libraries_are_imported_inside_functions_only() -> None:
    eager = [
        (name, imported)
        for name, tree in MODULES.items()
        for imported in imports(ast.Module([s for s in tree.body if not is_lazy(s)], []))
        if imported.split(".")[0] in HEAVY
    ]
    assert eager == []


def is_lazy(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.If)


def test_the_terminal_sees_values_of_retrieval_alone() -> None:
    parts = [
        name for name in MODULES if name.startswith(("bot.terminal.views", "bot.presentation"))
    ]
    found = {i for name in parts for i in local(name) if i.startswith("retrieval.")}
    assert found <= SEEN_BY_FRONT_ENDS


def test_the_telegram_bot_sees_no_index_and_no_model() -> None:
    parts = [name for name in MODULES if name.startswith("bot.telegram_bot")]
    assert len(parts) > 20
    unseen = (
        "retrieval.index.",
        "retrieval.reader.",
        "retrieval.ingest.",
        "bot.assembly",
    )
    found = {(name, other) for name in parts for other in local(name) if other.startswith(unseen)}
    assert found == set()
    assert {name for name in parts if "bot.config" in local(name)} == {"bot.telegram_bot.command"}


def test_only_the_composition_root_names_concrete_parts() -> None:
    concrete = (
        "retrieval.index.",
        "retrieval.ingest.",
        "retrieval.reader.",
        "retrieval.edits.model",
    )
    found = {
        name
        for name in MODULES
        if name.startswith("bot")
        for imported in local(name)
        if imported.startswith(concrete)
    }
    assert {name for name in found if not name.startswith("bot.assembly.")} == set()


def test_no_module_imports_in_a_circle() -> None:
    graph = {name: local(name) & set(MODULES) - {name} for name in MODULES}
    while free := [name for name, needs in graph.items() if not needs]:
        for name in free:
            del graph[name]
        graph = {name: needs - set(free) for name, needs in graph.items()}
    assert graph == {}


def test_no_module_is_longer_than_a_head_can_hold() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines())
        for package in PACKAGES
        for file in (ROOT / package).rglob("*.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


def test_every_dependency_is_declared() -> None:
    """What is imported is in pyproject.toml, under the name it is installed by."""
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").lower().replace("-", "_")
    installed_as = {
        "dateutil": "python_dateutil",
        "docx": "python_docx",
        "Stemmer": "pystemmer",
        "telegram": "python_telegram_bot",
        "text_to_num": "text2num",
    }
    tops = {found.split(".")[0] for tree in MODULES.values() for found in imports(tree)}
    foreign = tops - set(sys.stdlib_module_names) - set(PACKAGES)
    missing = {
        name for name in foreign if f'"{installed_as.get(name, name).lower()}' not in declared
    }
    assert missing <= {"transformers"}, "it comes with sentence-transformers"
