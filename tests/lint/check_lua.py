#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scripts of Redis: one short atomic verb per file, with its contract in the header, and no key that was not passed in."""

import re

from source_tree import Finding, files, line_of, report

LIMIT = 80
PRELUDE_LIMIT = 160  # what every script shares; it is not a verb


def check(path, text):
    findings = []
    lines = text.count("\n")
    prelude = path.endswith("/prelude.lua")
    limit = PRELUDE_LIMIT if prelude else LIMIT
    if lines > limit:
        findings.append(Finding(path, lines, f"{lines} lines, the limit is {limit}"))
    if prelude:
        return findings
    header = re.match(r"(?:--[^\n]*\n)*", text).group(0)
    for word in ("KEYS", "ARGV", "RETURNS"):
        if not re.search(rf"\b{word}\b", header):
            findings.append(Finding(path, 1, f"the header must explain {word}"))
    for match in re.finditer(r"""['"]sb:""", text):
        findings.append(Finding(path, line_of(text, match.start()), "every key comes in through KEYS; keys.cpp builds them"))
    for match in re.finditer(r"""redis\.p?call\(\s*['"](?:KEYS|SCAN|FLUSHALL|FLUSHDB)['"]""", text, re.I):
        findings.append(Finding(path, line_of(text, match.start()), "no command whose cost grows with the whole database"))
    return findings


if __name__ == "__main__":
    report([finding for path, text in files(".lua", under=("server/redis/lua/",)) for finding in check(path, text)])
