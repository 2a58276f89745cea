#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Names of metrics are a promise to dashboards and alerts: they change together with metrics.golden or not at all."""

import re
from pathlib import Path

from source_tree import ROOT, Finding, report

SOURCES = ("server/base/metrics.cpp", "server/base/queue_metrics.cpp")
GOLDEN = "tests/lint/metrics.golden"


def names(source):
    return sorted(set(re.findall(r'"(switchboard_[a-z0-9_]+)"', source)))


def check(source, golden):
    declared, pinned = names(source), golden.split()
    findings = [Finding(SOURCES[0], 1, f"{name} is not in {GOLDEN}") for name in declared if name not in pinned]
    findings += [Finding(GOLDEN, 1, f"{name} is no longer declared") for name in pinned if name not in declared]
    for name in re.findall(r'counter\(registry_, "(\w+)"|BuildCounter\(\), "(\w+)"', source):
        name = name[0] or name[1]
        if not name.endswith("_total"):
            findings.append(Finding(SOURCES[0], 1, f"a counter ends in _total: {name}"))
    return findings


if __name__ == "__main__":
    declarations = "".join(Path(ROOT / source).read_text(encoding="utf-8") for source in SOURCES)
    report(check(declarations, Path(ROOT / GOLDEN).read_text(encoding="utf-8")))
