# SPDX-License-Identifier: Apache-2.0
"""python3 tests/chaos/runner [--fault NAME]... [--seed N] [--runs N] [--out DIR] [--at-once N] [--long] [--list] [--table] [--seeded [BUG]]: runs real servers into real faults; with
--seeded the product with known bugs in it, each of which must be found."""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "seeded")]
import report  # noqa: E402
from bugs import BY_NAME as SEEDED_BUGS  # noqa: E402
from faults import BY_NAME, FAULTS  # noqa: E402
from namespaces import permitted  # noqa: E402
from run import ROOT, SEEDED, Run  # noqa: E402

ATTEMPTS = 3  # to find a seeded bug


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fault", action="append", choices=sorted(BY_NAME), help="this one only; may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=1, help="of each, with rising seeds")
    parser.add_argument("--long", action="store_true", help="the faults that take long too")
    parser.add_argument("--at-once", type=int, default=4, help="runs at a time: they wait more than they work")
    parser.add_argument("--out", type=Path, default=ROOT / "build/chaos/runs")
    parser.add_argument("--seeded", nargs="?", const="all", help="this bug, or all of them")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--table", action="store_true", help="print the measured figures of --out as a table")
    return parser.parse_args()


def possible(names, fault_of):
    """The others are told: a run that did not take place proves nothing."""
    if permitted():
        return names
    barred = [name for name in names if fault_of(name).topology == "group" or fault_of(name).needs_root]
    for name in barred:
        print(f"SKIPPED {name}: needs root and network namespaces", flush=True)
    return [name for name in names if name not in barred]


def with_seeds(names, chosen):
    return [(chosen.out, name, seed) for seed in range(chosen.seed, chosen.seed + chosen.runs) for name in names]


def find(job):
    """One seeded bug: (bug, its runs, whether the last of them found it). What a bug needs to show itself is a matter of chance, so a run that
    missed it is followed by another with the next seed; that no bug is no bug must hold at once."""
    out, name, seed = job
    bug = SEEDED_BUGS.get(name)
    results = []
    for attempt in range(ATTEMPTS if bug else 1):
        folder = out / f"seeded-{name}-{seed + attempt}"
        results.append(Run(BY_NAME[bug.fault if bug else "nothing"], seed + attempt, folder, SEEDED,
                           {"SWITCHBOARD_SEEDED_BUG": bug.switches} if bug else {}, patience=20).play())
        report.page(folder, results[-1])
        if set(bug.caught_by) & set(results[-1]["violated"]) if bug else results[-1]["passed"]:
            return bug, results, True
    return bug, results, False


def find_seeded_bugs(chosen):
    """Without a bug that program must pass; with one its check must fail."""
    names = ["none", *possible([name for name in SEEDED_BUGS if chosen.seeded in ("all", name)], lambda name: BY_NAME[SEEDED_BUGS[name].fault])]
    jobs = with_seeds(names, chosen)
    failed = 0
    for bug, results, caught in in_parallel(chosen.at_once, find, jobs):
        failed += not caught
        after = f", in run {len(results)}" if len(results) > 1 else ""
        print(f"{'found ' if caught else 'MISSED'} {bug.name if bug else 'that no bug is no bug':30} by {', '.join(results[-1]['violated']) or 'nothing'}{after}", flush=True)
        if not caught:
            print("    " + "\n    ".join([*results[-1]["broken"], *results[-1]["verdict"].splitlines()]), flush=True)
    return failed, len(jobs)


def strike(job):
    out, name, seed = job
    folder = out / f"{name}-{seed}"
    began = time.monotonic()
    result = Run(BY_NAME[name], seed, folder).play()
    report.page(folder, result)
    return {**result, "took_s": time.monotonic() - began}


def run_faults(chosen):
    names = chosen.fault or [fault.name for fault in FAULTS if chosen.long or not fault.only_long]
    names = possible(names, BY_NAME.get)
    jobs = with_seeds(names, chosen)
    failed = 0
    for result in in_parallel(chosen.at_once, strike, jobs):
        failed += not result["passed"]
        print(f"{'ok    ' if result['passed'] else 'FAILED'} {result['fault']:28} seed {result['seed']}  {result['acknowledged']:5} acknowledged, "
              f"stall {result['stall_s']} s, {result['took_s']:.0f} s in all", flush=True)
        if not result["passed"]:
            print("\n".join("    " + line for line in [*result["broken"], *result["verdict"].splitlines()]), flush=True)
    report.index(chosen.out)
    return failed, len(jobs)


def in_parallel(at_once, work, jobs):
    with ProcessPoolExecutor(max_workers=at_once) as pool:
        yield from pool.map(work, jobs)


def main():
    chosen = arguments()
    if chosen.list:
        for fault in FAULTS:
            print(f"{fault.name:28} {fault.row}")
        return 0
    if chosen.table:
        print(report.table(chosen.out, FAULTS))
        return 0
    failed, all_jobs = (find_seeded_bugs if chosen.seeded else run_faults)(chosen)
    print(f"{all_jobs - failed} passed, {failed} failed; pages in {chosen.out}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
