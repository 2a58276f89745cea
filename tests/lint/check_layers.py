#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Folders of server/ include each other in one direction only, and every outside library stays in the folder that owns it."""

import re

from source_tree import Finding, code_only, files, line_of, report

# folder -> the folders it may include, besides itself
LAYERS = {
    "base": set(),
    "domain": {"base"},
    "ports": {"base", "domain"},
    "app": {"base", "domain", "ports"},
    "net": {"base", "domain", "ports", "app"},
    "redis": {"base", "domain", "ports"},
    "archive": {"base", "domain", "ports"},
    "auth": {"base", "domain", "ports"},
    "simulation": {"base", "domain"},
}
LAYERS["runtime"] = set(LAYERS)

# include prefix -> pattern of the paths that may use it. Tests may use what they test.
OWNED = {
    "boost/beast": r"server/net/.*\.cpp|server/base/boost_impl\.cpp|client-sdk/cpp/.*|tests/.*",
    "hiredis/": r"server/redis/.*|tests/.*",
    "sqlite3.h": r"server/archive/.*|tests/.*",
    "libpq-fe.h": r"server/archive/.*|tests/.*",
    "jwt.h": r"server/auth/.*|tests/.*",
    "google/protobuf": r"server/(app|net)/.*|server/redis/(redis_bus|activity).*|client-sdk/cpp/.*|tests/.*",
    "switchboard/v1/": r"server/(app|net)/.*|server/redis/(redis_bus|activity).*|client-sdk/cpp/.*|tests/.*",
}
# Domain is pure: neither sockets nor clocks nor threads reach it, not even through base.
IMPURE_FOR_DOMAIN = ("boost/asio", "spdlog/", "prometheus/", "base/task.hpp", "base/log.hpp", "base/metrics.hpp",
                     "base/worker_pool.hpp", "thread", "mutex", "random")
SQL = re.compile(r'"\s*(?:SELECT\s.+\sFROM|INSERT\s+INTO|CREATE\s+TABLE|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b', re.I)
KEY_LITERAL = re.compile(r'"sb:')
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"]+)[>"]', re.M)
CLOCK_READ = re.compile(r"\b(?:system_clock|steady_clock|high_resolution_clock)::now\b")


def folder_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "server" and len(parts) > 2 else ""


def check_include(path, line, header):
    folder = folder_of(path)
    target = header.split("/")[0]
    if folder and target in LAYERS and target != folder and target not in LAYERS.get(folder, set()):
        yield Finding(path, line, f"{folder} may not include {target} ({header})")
    if path == "server/main.cpp" and target in LAYERS and target not in ("runtime", "base"):
        yield Finding(path, line, f"main only calls runtime ({header})")
    for prefix, owners in OWNED.items():
        if header.startswith(prefix) and not re.fullmatch(owners, path):
            yield Finding(path, line, f"{header} belongs to {owners}")
    if folder == "domain" and header.startswith(IMPURE_FOR_DOMAIN):
        yield Finding(path, line, f"domain is pure and may not include {header}")


def check(path, text):
    folder = folder_of(path)
    findings = []
    if folder and folder not in LAYERS:
        findings.append(Finding(path, 1, f"server/{folder} is not one of {', '.join(sorted(LAYERS))}"))
    for match in INCLUDE.finditer(text):
        findings.extend(check_include(path, line_of(text, match.start()), match.group(1)))
    if folder == "domain":
        for match in CLOCK_READ.finditer(code_only(text)):
            findings.append(Finding(path, line_of(text, match.start()), "domain reads no clock: take the time as a parameter"))
    if path.startswith("server/"):
        for match in KEY_LITERAL.finditer(text):
            if path not in ("server/redis/keys.cpp", "server/redis/keys.hpp"):
                findings.append(Finding(path, line_of(text, match.start()), "keys of Redis are built in redis/keys only"))
        if folder != "archive":
            for match in SQL.finditer(text):
                findings.append(Finding(path, line_of(text, match.start()), "SQL belongs to archive"))
    return findings


if __name__ == "__main__":
    report([finding for path, text in files(".cpp", ".hpp", under=("server/", "client-sdk/", "tests/")) for finding in check(path, text)])
