# SPDX-License-Identifier: Apache-2.0
"""Pages about runs: one each, with a timeline, and one over all; no parts from elsewhere. And the table of the README."""

import html
import json
import statistics
from pathlib import Path

STYLE = """<meta charset=utf-8><meta name=viewport content="width=device-width"><style>
:root{color-scheme:light dark;--line:#2563eb;--soft:#2563eb22;--bad:#dc2626;--mute:#6b7280}
body{font:15px/1.5 system-ui,sans-serif;max-width:1000px;margin:2rem auto;padding:0 1rem}h1{font-size:1.4rem}
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .6rem;text-align:left;border-bottom:1px solid #8884}
td.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:var(--bad);font-weight:600}pre{overflow:auto;padding:1rem;background:#8881}
svg{width:100%;height:auto}text{font:11px system-ui;fill:currentColor}.mute{color:var(--mute)}</style>"""
WIDTH, HEIGHT = 960, 120


def sends(folder):
    """(sent, acknowledged) moments of every message, seconds; the second is None when it never was."""
    began, pairs = {}, []
    for line in (folder / "history.jsonl").read_text(encoding="utf-8").splitlines():
        if '"op":"send"' not in line or not line.endswith("}"):
            continue
        record = json.loads(line)
        args = record["args"]
        key = (record["proc"], args["conversation"], args["instance"], args["message"])
        if record["type"] == "invoke":
            began.setdefault(key, record["t_mono"])
        elif record["type"] == "ok":
            pairs.append((began.get(key, record["t_mono"]), record["t_mono"]))
    return pairs


def chart(title, values, step, start, spans, unit):
    top = max(values, default=0) or 1
    bar = WIDTH / max(len(values), 1)
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 34}" role=img aria-label="{title}"><text x=0 y=11>{title}, most {top:.0f} {unit}</text>']
    for begin, end in spans:
        left, width = (begin - start) / step * bar, max(2, (end - begin) / step * bar)
        parts.append(f'<rect x="{left:.1f}" y=16 width="{width:.1f}" height={HEIGHT} fill="var(--bad)" opacity=.13 />')
    for index, value in enumerate(values):
        tall = value / top * HEIGHT
        parts.append(f'<rect x="{index * bar:.1f}" y="{16 + HEIGHT - tall:.1f}" width="{max(bar - .6, .6):.1f}" height="{tall:.1f}" fill="var(--line)" />')
    seconds = len(values) * step
    for second in range(0, int(seconds) + 1, 5):
        parts.append(f'<text x="{second / step * bar:.1f}" y={HEIGHT + 30}>{second} s</text>')
    return "".join(parts) + "</svg>"


def quantile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0


def charts(folder, result):
    if not (folder / "history.jsonl").exists() or not (pairs := sends(folder)):
        return "<p>Nothing was acknowledged."
    start, end = min(sent for sent, _ in pairs), max(told for _, told in pairs)
    count = [0] * (int((end - start) / 0.25) + 1)
    waits = [[] for _ in range(int(end - start) + 1)]
    for sent, told in pairs:
        count[int((told - start) / 0.25)] += 1
        waits[int(told - start)].append((told - sent) * 1000)
    spans = result["spans"]
    return "".join([chart("acknowledged messages per 250 ms", count, 0.25, start, spans, "messages"),
                    chart("latency p50 per second", [quantile(one, 0.5) for one in waits], 1, start, spans, "ms"),
                    chart("latency p99 per second", [quantile(one, 0.99) for one in waits], 1, start, spans, "ms")])


def page(folder, result):
    start = result["marks"][0][0] if result["marks"] else 0
    marks = "".join(f"<tr><td class=n>{moment - start:.2f} s<td>{html.escape(what)}" for moment, what in result["marks"])
    broken = "".join(f"<li class=bad>{html.escape(one)}" for one in result["broken"])
    text = (f"<!doctype html><html lang=en>{STYLE}<title>{result['fault']} {result['seed']}</title>"
            f"<h1>{result['fault']}, seed {result['seed']}: {'holds' if result['passed'] else '<span class=bad>does not hold</span>'}</h1>"
            f"<p>{result['acknowledged']} acknowledged messages; the longest time without one around the fault was {result['stall_s']} s. "
            f"The red span is the fault.</p>{charts(folder, result)}<h2>What happened</h2><table>{marks}</table><ul>{broken}</ul>"
            f"<h2>The checker</h2><pre>{html.escape(result['verdict'])}</pre>")
    (folder / "report.html").write_text(text, encoding="utf-8")


def results(out):
    """Those of the product as it is."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*/result.json")) if not path.parent.name.startswith("seeded-")]


def index(out):
    rows = "".join(f"<tr><td><a href='{one['fault']}-{one['seed']}/report.html'>{one['fault']}</a><td class=n>{one['seed']}"
                   f"<td>{'holds' if one['passed'] else '<span class=bad>does not hold</span>'}<td class=n>{one['acknowledged']}<td class=n>{one['stall_s']}"
                   for one in results(out))
    (Path(out) / "index.html").write_text(
        f"<!doctype html><html lang=en>{STYLE}<title>Faults</title><h1>Runs</h1><table><tr><th>fault<th>seed<th>verdict<th>acknowledged"
        f"<th>longest stall, s{rows}</table>", encoding="utf-8")


def table(out, faults):
    lines = ["| fault | row of the matrix | expected | runs | held | longest stall, s: median / most | waited beside a free agent, ms: calm / with the fault |",
             "|---|---|---|---:|---:|---:|---:|"]
    for fault in faults:
        runs = [one for one in results(out) if one["fault"] == fault.name]
        stalls = [one["stall_s"] for one in runs if one["stall_s"] is not None]
        figures = f"{statistics.median(stalls):.1f} / {max(stalls):.1f}" if stalls else "-"
        waits = [one["waits_ms"] for one in runs if one.get("waits_ms")]
        waited = f"{max(one[1] for one in waits)} / {max(one[2] for one in waits)}" if waits else "-"
        lines.append(f"| `{fault.name}` | {fault.row} | {fault.expected} | {len(runs)} | {sum(one['passed'] for one in runs)} | {figures} | {waited} |")
    return "\n".join(lines)
