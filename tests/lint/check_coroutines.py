#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""g++ 12 miscompiles or rejects some coroutine expressions; these rules keep to the ones it gets right.
tests/compiler/gcc12_coroutine_canary.cpp shows at run time that what is allowed works."""

import re

from source_tree import Finding, block_end, code_only, files, line_of, report

ALLOWED_AWAIT = re.compile(r"(?:(?:const )?auto \w+ = )?co_await [^{}\[\]]*", re.S)
CONTROL_HEADER = re.compile(r"(?:else\s+)?(?:if|while|for)\s*(?:constexpr\s*)?\(|else\b|do\b|(?:case [^:?]+|default)\s*:(?!:)")
LAMBDA = re.compile(r"\[(?P<captures>[^\[\]]*)\]\s*(?:\([^{};]*?\))?\s*(?:mutable\b|noexcept\b|->[^{;]+|\s)*\{")
CATCH = re.compile(r"\bcatch\s*\([^)]*\)\s*\{")
COROUTINE_WORD = re.compile(r"\bco_(?:await|return|yield)\b")
WEBSOCKET_WRITE = re.compile(r"\b(?:ws|websocket|stream|socket)_?(?:\.|->)(?:next_layer\(\)\.)?async_(?:write|close)\s*\(")


def statement_around(code, offset):
    begin = max(code.rfind(mark, 0, offset) for mark in ";{}") + 1
    end = min(position for position in (code.find(";", offset), len(code)) if position >= 0)
    return begin, code[begin:end].strip()


def without_control_header(statement):
    """`if (ready) co_await f()` is judged as `co_await f()`; an await inside the parentheses stays visible."""
    while match := CONTROL_HEADER.match(statement):
        end = match.end()
        if match.group(0).endswith("("):
            depth = 1
            while end < len(statement) and depth:
                depth += {"(": 1, ")": -1}.get(statement[end], 0)
                end += 1
            if COROUTINE_WORD.search(statement[match.end():end]):
                return statement
        statement = statement[end:].strip()
    return statement


def check_awaits(path, code):
    for match in re.finditer(r"\bco_await\b", code):
        line = line_of(code, match.start())
        _, statement = statement_around(code, match.start())
        statement = " ".join(without_control_header(statement).split())
        if not ALLOWED_AWAIT.fullmatch(statement) or statement.count("co_await") != 1:
            yield Finding(path, line, "co_await only as a statement or as `auto x = co_await f(a);`, without braces or lambdas in it")


def check_lambdas(path, code):
    for match in LAMBDA.finditer(code):
        before = code[:match.start()].rstrip()[-1:]
        if before and (before.isalnum() or before in "_])"):
            continue  # a subscript or an attribute
        body = code[match.end() - 1:block_end(code, match.end() - 1)]
        if match.group("captures").strip() and COROUTINE_WORD.search(body):
            yield Finding(path, line_of(code, match.start()), "a lambda with captures must not be a coroutine: name it")


def check(path, text):
    code = code_only(text)
    findings = list(check_awaits(path, code)) + list(check_lambdas(path, code))
    for match in CATCH.finditer(code):
        if re.search(r"\bco_return\b", code[match.start():block_end(code, match.end() - 1)]):
            findings.append(Finding(path, line_of(code, match.start()), "no co_return in catch: set a variable, return at the end"))
    for match in re.finditer(r"\bdetached\b", code):
        findings.append(Finding(path, line_of(code, match.start()), "detached swallows exceptions: use spawn_logged()"))
    if path != "server/base/task.cpp":
        for match in re.finditer(r"\bco_spawn\b", code):
            findings.append(Finding(path, line_of(code, match.start()), "co_spawn only in base/task.cpp: use spawn_logged()"))
    if path.startswith("server/") and path != "server/net/ws_session.cpp":
        for match in WEBSOCKET_WRITE.finditer(code):
            findings.append(Finding(path, line_of(code, match.start()), "only net/ws_session.cpp writes to or closes a WebSocket"))
    return findings


if __name__ == "__main__":
    report([finding for path, text in files(".cpp", ".hpp", under=("server/", "client-sdk/", "tests/")) for finding in check(path, text)])
