# SPDX-License-Identifier: Apache-2.0
"""python3 tests/chaos/checker FINAL HISTORY...: judges one run. Status 0: all holds; 1: something does not; 2: cannot judge."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from checks import CHECKS  # noqa: E402
from history import History, read_lines  # noqa: E402
from routing import longest_waits  # noqa: E402


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        history = History([record for path in arguments[1:] for record in read_lines(path)], read_lines(arguments[0]))
    except (OSError, ValueError) as error:
        print(f"checker: {error}", file=sys.stderr)
        return 2
    acknowledged = sum(1 for send in history.sends() if send["ok"])
    if not acknowledged:
        print("checker: nothing was acknowledged, so nothing is proved", file=sys.stderr)
        return 2
    failed = False
    for check in CHECKS:
        violations = check(history)
        failed = failed or bool(violations)
        print(f"{check.__name__:<16} {'holds' if not violations else f'{len(violations)} VIOLATIONS'}")
        for violation in violations[:10]:
            print(f"  {violation}")
    print(f"{acknowledged} acknowledged messages in {len(history.logs)} conversations")
    if history.of("bound"):
        calm, all_waits = longest_waits(history, excused=True), longest_waits(history, excused=False)
        print(f"waited beside a free agent, ms: {calm[int(0.99 * (len(calm) - 1))]:.0f} p99, {calm[-1]:.0f} most; "
              f"{all_waits[-1]:.0f} most with the fault")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
