#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What holds for every file: short, licensed, finished, of no particular machine; and tests that neither sleep nor skip.
`--functions` lists C++ functions over 40 lines, as advice."""

import re
import sys

from source_tree import Finding, block_end, code_only, files, line_of, report

LIMIT = 450
FUNCTION_LIMIT = 40
SOURCES = (".cpp", ".hpp", ".h", ".lua", ".ts", ".tsx", ".mjs", ".js", ".css", ".py")
LICENSED = (".cpp", ".hpp", ".h", ".ts", ".tsx", ".mjs", ".js", ".py", ".proto")
PATTERNS = [
    (re.compile(r"(?:^|[^\w])/(?:work|farm|root)/[\w.-]+"), "a path of one machine"),
    (re.compile(r'"resolved": *"https?://|registry\.npmjs\.|files\.pythonhosted\.|deb\.debian\.'), "an address of a package host"),
    (re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"), "an unfinished place"),
    (re.compile(r"^(?:<{7}|>{7}) ", re.M), "a merge conflict"),
]
TEST_PATTERNS = [
    (re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\b|time\.sleep|setTimeout\(resolve|waitForTimeout|^\s*sleep \d", re.M),
     "tests wait for a condition with a deadline, they do not sleep"),
    (re.compile(r"doctest::skip|doctest::may_fail|\b(?:test|it|describe|suite)\.(?:skip|only|todo)\b"), "a skipped or focused test"),
]
FUNCTION = re.compile(r"^(?: {4})?[A-Za-z_][^;{}#=]*\)[^;{}=()]*\{", re.M)


def is_test(path):
    # tests/support holds the waiting itself, which has to pause between two looks.
    return (path.startswith("tests/") and not path.startswith("tests/support/")) or "/test/" in path


def is_pause_of_a_wait(text, match):
    """The pause between two looks at a condition: the lines before it compare with a deadline."""
    before = text[:match.start()].rsplit("\n", 5)[1:]
    return match.group(0) in ("sleep_for", "sleep_until", "time.sleep") and any("deadline" in line for line in before)


def check(path, text):
    if path.startswith("tests/lint/") or path.endswith(("package-lock.json",)):
        patterns = PATTERNS[1:2] if path.endswith(".json") else []
    else:
        patterns = PATTERNS + (TEST_PATTERNS if is_test(path) else [])
    findings = [Finding(path, line_of(text, match.start()), message) for pattern, message in patterns for match in pattern.finditer(text)
                if not is_pause_of_a_wait(text, match)]
    lines = text.count("\n")
    if path.endswith(SOURCES) and lines > LIMIT:
        findings.append(Finding(path, lines, f"{lines} lines, the limit is {LIMIT}"))
    if (path.endswith(LICENSED) or text.startswith("#!")) and "SPDX-License-Identifier: Apache-2.0" not in "\n".join(text.split("\n", 2)[:2]):
        findings.append(Finding(path, 1, "the first line names the licence: SPDX-License-Identifier: Apache-2.0"))
    return findings


def long_functions(path, text):
    code = code_only(text)
    for match in FUNCTION.finditer(code):
        if re.match(r"\s*(?:namespace|class|struct|enum|extern|TEST_CASE|TEST_SUITE|if|for|while|switch)\b", match.group(0)):
            continue
        first = line_of(code, match.start())
        length = line_of(code, block_end(code, match.end() - 1)) - first + 1
        if length > FUNCTION_LIMIT:
            yield Finding(path, first, f"a function of {length} lines; {FUNCTION_LIMIT} read better")


if __name__ == "__main__":
    if sys.argv[1:] == ["--functions"]:
        for name, content in files(".cpp", ".hpp", under=("server/", "client-sdk/")):
            for advice in long_functions(name, content):
                print(advice)
    else:
        report([finding for name, content in files() for finding in check(name, content)])
