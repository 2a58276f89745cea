# SPDX-License-Identifier: Apache-2.0
"""What clients saw, and what was left when all was quiet. README.md beside it describes both files."""

import json
from collections import defaultdict

OWNER_LEAVES = {"agent_left", "wrap_up_started", "closed"}


class History:
    """`records` of every client and `final` records of the store, both as dictionaries."""

    def __init__(self, records, final):
        self.records = sorted(records, key=lambda record: record["t_mono"])
        self.final = final
        self.logs = defaultdict(list)
        for entry in self.of("entry"):
            self.logs[entry["conversation"]].append(entry)
        for log in self.logs.values():
            log.sort(key=lambda entry: entry["seq"])

    def of(self, kind):
        return [record for record in self.final if record["record"] == kind]

    def ops(self, op, kind=None):
        return [record for record in self.records if record["op"] == op and kind in (None, record["type"])]

    def sends(self):
        """Every attempt under one number with one text, keyed; `invoke` is the first attempt, `ok` the first acknowledgement."""
        sends = {}
        for record in self.ops("send"):
            args = record["args"]
            key = (record["proc"], args["conversation"], args["instance"], args["number"], args["digest"])
            send = sends.setdefault(key, {"invoke": None, "ok": None, "key": key, "args": args})
            if record["type"] in send and send[record["type"]] is None:
                send[record["type"]] = record
        return list(sends.values())


def read_lines(path):
    """A process that is killed may leave half a line, and only as the last one."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    records = []
    for place, line in enumerate(lines):
        if not line:
            continue
        try:
            records.append(json.loads(line))
        except ValueError:
            if place != len(lines) - 1:
                raise ValueError(f"{path}:{place + 1} is not JSON") from None
    return records
