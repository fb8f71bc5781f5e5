"""What the tools say to people goes through gettext: an English sentence in a French studio is
found here, not by the studio."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOOLS = ["frameio", "lucidlink", "notifications"]
NOT_FOR_PRODUCERS = {"sandbox", "commands", "migrations"}  # a command's --help is English
GETTEXT = {"_", "gettext_noop"}
# Three words in a row are a sentence, or a part of one.
WORDS = re.compile(r"[A-Za-z']+[ ,:]+[a-z']+[ ,:]+[a-z']+")
NAMES_OF_FILE_SYSTEMS = ("apfs ", "devtmpfs ")
PROGRAM = "\nimport json"


def files() -> Iterator[tuple[Path, ast.Module]]:
    for tool in TOOLS:
        for path in sorted((ROOT / tool).rglob("*.py")):
            name = path.relative_to(ROOT)
            if not NOT_FOR_PRODUCERS & set(name.parts):
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def literal(node: ast.AST) -> str | None:
    """A text in the source, with {} for what an f-string fills in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "{}" for part in node.values)
    return None


def called(node: ast.AST) -> str:
    """`_`, `log.warning`; empty for what is no call."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def untranslated(node: ast.AST) -> Iterator[str]:
    """The texts below `node`, but for documentation and what goes to the log."""
    if called(node) in GETTEXT or called(node).startswith("log."):
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Expr) and literal(child.value) is not None:
            continue
        if (text := literal(child)) is not None:
            yield text
        else:
            yield from untranslated(child)


def test_every_sentence_is_translated() -> None:
    bare = [
        (path, text)
        for path, module in files()
        for text in untranslated(module)
        if WORDS.search(text) and not text.startswith((*NAMES_OF_FILE_SYSTEMS, PROGRAM))
    ]
    assert bare == []


def test_no_error_is_raised_with_words_of_one_language() -> None:
    bare = [
        (path, text)
        for path, module in files()
        for node in ast.walk(module)
        if isinstance(node, ast.Raise)
        for text in untranslated(node)
        if re.search(r"[A-Za-z]{2} ", text)
    ]
    assert bare == []


def test_the_translator_finds_every_text() -> None:
    """xgettext reads plain texts alone; a name, or a table's entry, was marked where it stands."""
    found = (ast.Constant, ast.Name, ast.Subscript)
    hidden = [
        (path, ast.unparse(node))
        for path, module in files()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and called(node) in GETTEXT
        and not isinstance(node.args[0], found)
    ]
    assert hidden == []
