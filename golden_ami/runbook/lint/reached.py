"""What of a script a step reaches: what waits for a value that the step does not give, never runs.

An image without a resource share has the same scripts as one with it, and its role may do nothing with shares. Only
what is certain is left out: branches of the handler that ask for a key which the step's InputPayload lacks or leaves
empty, and functions that nothing else names.
"""

import ast
from typing import Any

_READING = frozenset({"get", "items", "keys", "values"})
_ENDING = (ast.Return, ast.Raise)
_Function = ast.FunctionDef | ast.AsyncFunctionDef


def reached(source: str, handler: str, payload: Any) -> str:
    """Give a script without what it never runs.

    Parameters
    ----------
    source : str
        The script.
    handler : str
        The function that Systems Manager calls with the payload.
    payload : Any
        InputPayload of the step. One that is no mapping, such as a reference, can hold anything.
    """
    tree = ast.parse(source)
    function = next((each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == handler), None)
    if function is None:
        return source
    try:
        if isinstance(payload, dict) and function.args.args and _is_only_read(tree, function.args.args[0].arg):
            _Pruning(function, payload).visit(function)
            _end(function)
        names = _named(tree, handler)
        tree.body = [each for each in tree.body if not isinstance(each, _Function) or each.name in names]
        return ast.unparse(tree)
    except RecursionError:
        return source


class _Pruning(ast.NodeTransformer):
    """Leaves out the branches whose conditions are known to fail."""

    def __init__(self, function: ast.FunctionDef, payload: dict[str, Any]) -> None:
        self._events = function.args.args[0].arg
        self._payload = payload
        self._empty: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if self._truth(node.value) is False and _is_only_read(function, name, stores=1):
                    self._empty.add(name)

    def visit_If(self, node: ast.If) -> Any:
        truth = self._truth(node.test)
        if truth is None:
            return self.generic_visit(node)
        kept: list[ast.stmt] = []
        for each in node.body if truth else node.orelse:
            visited = self.visit(each)
            kept += visited if isinstance(visited, list) else [visited]
        return kept or [ast.Pass()]

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        truth = self._truth(node.test)
        return self.generic_visit(node) if truth is None else self.visit(node.body if truth else node.orelse)

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        if isinstance(node.op, ast.And):
            for index, each in enumerate(node.values):
                if self._truth(each) is False:
                    node.values = node.values[: index + 1]
                    break
        return self.generic_visit(node) if len(node.values) > 1 else self.visit(node.values[0])

    def _truth(self, node: ast.expr) -> bool | None:
        """Tell whether a condition holds, or None where that depends."""
        truth: bool | None = None
        match node:
            case ast.Constant():
                truth = bool(node.value)
            case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
                truth = False
            case ast.Name(id=name) if name in self._empty:
                truth = False
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._truth(operand)
                truth = None if inner is None else not inner
            case ast.BoolOp(op=op, values=values):
                truth = _together([self._truth(each) for each in values], decisive=isinstance(op, ast.Or))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=self._events), attr="get"), args=[key, *default]):
                truth = self._given(key, default)
            case ast.Compare(left=ast.Constant(value=key), ops=[ast.In()], comparators=[ast.Name(id=self._events)]):
                truth = key in self._payload
        return truth

    def _given(self, key: ast.expr, default: list[ast.expr]) -> bool | None:
        if not isinstance(key, ast.Constant):
            return None
        if key.value not in self._payload:
            return self._truth(default[0]) if default else False
        return None if self._payload[key.value] else False


def _together(truths: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in truths:
        return decisive
    return None if None in truths else not decisive


def _is_only_read(tree: ast.AST, name: str, *, stores: int = 0) -> bool:
    """Tell whether a variable keeps what it got: nothing else is stored in it, and nothing is put into it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=found, ctx=ast.Store() | ast.Del()) if found == name:
                stores -= 1
            case ast.Attribute(value=ast.Name(id=found), attr=attribute) if found == name:
                if attribute not in _READING:
                    return False
            case ast.Subscript(value=ast.Name(id=found), ctx=ast.Store() | ast.Del()) if found == name:
                return False
    return stores == 0


def _end(function: ast.FunctionDef) -> None:
    """Leave out what comes after the end."""
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            statements = getattr(node, field, None)
            if isinstance(statements, list):
                ends = [index for index, each in enumerate(statements) if isinstance(each, _ENDING)]
                if ends:
                    del statements[ends[0] + 1 :]


def _named(tree: ast.Module, handler: str) -> set[str]:
    """Name the functions that the handler, or what runs when the script is loaded, comes to."""
    functions = {each.name: each for each in tree.body if isinstance(each, _Function)}
    todo: list[ast.AST] = [each for each in tree.body if not isinstance(each, _Function)]
    todo.append(functions[handler])
    found = {handler}
    while todo:
        for node in ast.walk(todo.pop()):
            name = _name(node)
            if name in functions and name not in found:
                found.add(name)
                todo.append(functions[name])
    return found


def _name(node: ast.AST) -> Any:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
            return name
    return None
