# SPDX-License-Identifier: Apache-2.0
"""The files that the linters look at, and what they have in common: findings, and C++ text without comments and strings."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


def files(*suffixes, under=()):
    """(path relative to the root, text) of every text file that git tracks or would track."""
    listing = subprocess.run(
        ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard"],
        capture_output=True, text=True, check=True)
    for name in sorted(set(listing.stdout.splitlines())):
        if suffixes and not name.endswith(suffixes):
            continue
        if under and not name.startswith(tuple(under)):
            continue
        try:
            yield name, (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # binary data, or deleted but not yet committed


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


_NOISE = re.compile(
    r'R"(?P<tag>[^\s()\\]*)\(.*?\)(?P=tag)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_only(text):
    """The same text, of the same length and lines, with comments and the insides of literals blanked."""
    def blank(match):
        found = match.group(0)
        return "".join("\n" if char == "\n" else " " for char in found)
    return _NOISE.sub(blank, text)


def block_end(code, open_brace):
    """Offset just behind the brace that closes the one at `open_brace`."""
    depth = 0
    for offset in range(open_brace, len(code)):
        if code[offset] == "{":
            depth += 1
        elif code[offset] == "}":
            depth -= 1
            if depth == 0:
                return offset + 1
    return len(code)


def report(findings):
    """What a check's main() ends with: prints the findings, exit status 1 when there are any."""
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
