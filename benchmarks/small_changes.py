"""The small changes that a source file permits and that some test ought to notice.

A change replaces one expression or statement by another that is still Python: a boundary of a
comparison, a small number by its neighbour and a larger one by its half, a condition by its
opposite, an operation by its counterpart, a statement by nothing, an argument by the one
beside it, a returned value by a constant. Left out is what cannot matter to who uses the
code: messages of errors and logs, documentation, `__repr__`, annotations, protocols and what
only type checkers see.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPERATIONS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_COUNTERPARTS = {
    "round": "int",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "sorted": "list",
}
_LARGEST_NUMBER_STEPPED = 12
_EMPTY = {"str": '""', "int": "0", "float": "0.0", "bytes": 'b""', "list": "[]", "tuple": "()"}
_EMPTY |= {"dict": "{}", "set": "set()"}
_SILENT = frozenset({"logger", "logging", "log", "warnings"})
_NO_BEHAVIOUR = frozenset({"__repr__", "__all__"})


@dataclass(frozen=True)
class Change:
    """One replacement.

    Attributes:
        path: The file, relative to the repository.
        line: 1-based line where it begins.
        start: First byte that is replaced.
        end: Byte behind the last one.
        before: What stands there.
        after: What is put there.
        scope: Names of the class and function around it.
        order: Decides with a seed which changes are drawn.
    """

    path: str
    line: int
    start: int
    end: int
    before: str
    after: str
    scope: str
    order: str

    def applied_to(self, source: bytes) -> bytes:
        """The file's bytes with the change."""
        return source[: self.start] + self.after.encode() + source[self.end :]


def changes_of(root: Path, path: str, seed: int) -> list[Change]:
    """List the changes of a file.

    The order of a change follows from the seed, its place in the code and its own text, not
    from lines: an edit elsewhere in the file leaves the others' order as it was.

    Args:
        root: The repository.
        path: The file, relative to it.
        seed: Seed of the sample.
    """
    source = (root / path).read_bytes()
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    seen: dict[str, int] = {}
    found = []
    for node, after, scope in _walk(ast.parse(source), ""):
        start = lines[node.lineno - 1] + node.col_offset
        end = lines[node.end_lineno - 1] + node.end_col_offset
        before = source[start:end].decode()
        identity = f"{seed}:{path}:{scope}:{before}:{after}"
        seen[identity] = seen.get(identity, 0) + 1
        order = hashlib.sha256(f"{identity}:{seen[identity]}".encode()).hexdigest()
        found.append(Change(path, node.lineno, start, end, before, after, scope, order))
    return found


_Replacements = Iterator[tuple[ast.expr | ast.stmt, str]]
_Found = Iterator[tuple[ast.expr | ast.stmt, str, str]]


def _walk(node: ast.AST, scope: str) -> _Found:
    """Nodes that may be replaced, by what, and where they stand."""
    if _is_without_behaviour(node):
        return
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        scope = f"{scope}.{node.name}".lstrip(".")
    yield from ((place, after, scope) for place, after in _replacements(node))
    for child in _children(node):
        yield from _walk(child, scope)


def _is_without_behaviour(node: ast.AST) -> bool:
    silent = False
    match node:
        case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            silent = name in _NO_BEHAVIOUR
        case ast.ClassDef(bases=bases):
            silent = any("Protocol" in ast.unparse(base) for base in bases)
        case ast.If(test=test):
            silent = "TYPE_CHECKING" in ast.unparse(test)
        case ast.Expr(value=ast.Call(func=function)):
            silent = bool(_SILENT & set(ast.unparse(function).split(".")))
        case ast.Raise() | ast.Import() | ast.ImportFrom() | ast.JoinedStr() | ast.Assert():
            silent = True
    return silent


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child


def _replacements(node: ast.AST) -> _Replacements:
    match node:
        case ast.Compare() | ast.BinOp() | ast.BoolOp() | ast.UnaryOp():
            yield from _other_operators(node)
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
                yield test, f"(not {ast.unparse(test)})"
        case ast.Constant(value=value):
            yield from ((node, after) for after in _other_values(value))
        case ast.Call():
            yield from _other_calls(node)
        case ast.Expr(value=ast.Call() | ast.Await()):
            yield node, "pass"
        case ast.AugAssign() | ast.Continue() | ast.Break():
            yield node, "pass"
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _other_returns(node)


def _other_operators(node: ast.expr) -> _Replacements:
    changed: ast.expr
    match node:
        case ast.Compare(left, [operator], right) if type(operator) in _COMPARISONS:
            changed = ast.Compare(left, [_COMPARISONS[type(operator)]()], right)
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATIONS:
            changed = ast.BinOp(left, _OPERATIONS[type(operator)](), right)
        case ast.BoolOp(op=operator, values=values):
            changed = ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            changed = ast.Call(ast.Name("bool"), [operand], [])
        case _:
            return
    yield node, f"({ast.unparse(changed)})"


def _other_values(value: object) -> Iterator[str]:
    match value:
        case bool():
            yield str(not value)
        case int() if abs(value) <= _LARGEST_NUMBER_STEPPED:
            yield str(value + 1)
            if value:
                yield str(value - 1)
        case int():
            yield str(value // 2)
        case float() if value:
            yield str(value / 2)


def _other_calls(node: ast.Call) -> _Replacements:
    match node.func:
        case ast.Name(id=name) if name in _COUNTERPARTS and not node.keywords:
            yield node.func, _COUNTERPARTS[name]
    if isinstance(node.func, ast.Name) and node.func.id in {"isinstance", "min", "max"}:
        return
    for place in range(len(node.args) - 1):
        one, other = node.args[place : place + 2]
        if any(isinstance(each, ast.Starred) for each in (one, other)):
            continue
        arguments = [*node.args]
        arguments[place : place + 2] = [other, one]
        yield node, ast.unparse(ast.Call(node.func, arguments, node.keywords))


def _other_returns(node: ast.FunctionDef | ast.AsyncFunctionDef) -> _Replacements:
    declared = ast.unparse(node.returns) if node.returns else ""
    for statement in _own_statements(node):
        if isinstance(statement, ast.Return) and statement.value is not None:
            said = ast.unparse(statement.value)
            for value in _constants(declared):
                if value != said:
                    yield statement.value, value


def _constants(declared: str) -> tuple[str, ...]:
    if declared == "bool":
        return ("True", "False")
    return (_EMPTY.get(declared.partition("[")[0], "None"),)


def _own_statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements of a function without those of functions inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield child
        yield from _own_statements(child)
