#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every query of the dashboard, of the alerts and of their ratios is put to a real Prometheus that watches a real server with traffic:
none fails, none names a series that does not exist, and all but those that need a special situation give an answer."""

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))
from server import PROGRAM, ROOT, free_port, until  # noqa: E402

RULES = ROOT / "deploy/prometheus/switchboard.rules.yml"
DASHBOARD = ROOT / "deploy/grafana/switchboard.json"
DATA = ["--dialogues", ROOT / "tests/data/dialogues.jsonl", "--departments", ROOT / "tests/data/retail_departments.json"]
# Told only while there is an estimate, and while customers who were told one have been answered.
MAY_BE_EMPTY = re.compile(r"estimate")


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def rules():
    """(name, expression, is an alert) of each rule; the file has them all in this form."""
    found = []
    for block in re.split(r"\n\s+- (?=record:|alert:)", RULES.read_text())[1:]:
        name = re.match(r"(?:record|alert): (\S+)", block).group(1)
        expression = re.search(r"expr: (?:>-\n((?:\s{10,}.*\n?)+)|(.*))", block)
        found.append((name, " ".join((expression.group(1) or expression.group(2)).split()), block.startswith("alert")))
    return found


def panels():
    return [(f"{panel['title']} {target['refId']}", target["expr"].replace("$tenant", ".*").replace("$queue", ".*"))
            for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel.get("targets", [])]


class Watched:
    """A server with traffic and a Prometheus that watches it."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="switchboard-alerts-"))
        self.processes = []
        server, self.prometheus = free_port(), f"http://127.0.0.1:{free_port()}"
        tenant = self.directory / "tenant.json"
        document = json.loads(subprocess.run([PROGRAM, "bench", "replay", *DATA, "--print-tenant"], check=True, capture_output=True).stdout)
        for department in document["departments"]:
            department["steps"] = [{"after_s": 3600, "levels": {"*": 0}}]
        tenant.write_text(json.dumps(document))
        data = ["--data-dir", str(self.directory / "data")]
        subprocess.run([PROGRAM, "tenant", "import", str(tenant), *data], check=True, capture_output=True)
        self.start("server", PROGRAM, "serve", "--port", str(server), *data, "--durability", "memory", "--connections-per-address", "0",
                   "--handshakes-per-second-per-address", "0", "--new-visitors-per-minute", "0", "--customer-commands-per-second", "1000000")
        until("the server is ready", lambda: get(f"http://127.0.0.1:{server}/readyz"))
        (self.directory / "rules.yml").write_text(RULES.read_text().replace("interval: 15s", "interval: 1s"))
        (self.directory / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\nrule_files: [rules.yml]\n"
            f"scrape_configs: [{{job_name: switchboard, static_configs: [{{targets: ['127.0.0.1:{server}']}}]}}]\n")
        self.start("prometheus", shutil.which("prometheus"), f"--config.file={self.directory}/prometheus.yml",
                   f"--storage.tsdb.path={self.directory}/tsdb", f"--web.listen-address={self.prometheus.removeprefix('http://')}")
        until("a first scrape", lambda: self.query('up{job="switchboard"} == 1'))
        self.replay = [PROGRAM, "bench", "replay", *DATA, "--url", f"ws://127.0.0.1:{server}", "--limit", "30"]
        self.closing = threading.Event()
        self.people = threading.Thread(target=self.live)
        self.people.start()

    def live(self):
        """People come, talk and go, again and again."""
        while not self.closing.is_set():
            subprocess.run(self.replay, check=True, capture_output=True)

    def start(self, name, *command):
        with open(self.directory / f"{name}.log", "w", encoding="utf-8") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))

    def query(self, expression):
        answer = json.loads(get(f"{self.prometheus}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"))
        return answer["data"]["result"]

    def names(self):
        return set(json.loads(get(f"{self.prometheus}/api/v1/label/__name__/values"))["data"])

    def close(self):
        self.closing.set()
        self.people.join()
        for process in reversed(self.processes):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
        shutil.rmtree(self.directory)


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.watched = Watched()
        cls.addClassCleanup(cls.watched.close)
        until("the archive has told response times", lambda: cls.watched.query("sum(switchboard_first_response_seconds_count) > 0"))

    def check(self, name, expression, may_be_empty):
        with self.subTest(name):
            ask = lambda: self.watched.query(expression) or may_be_empty
            until(f"{name} gives an answer: {expression}", ask)
            missing = set(re.findall(r"\bswitchboard_\w+", expression)) - self.watched.names()
            self.assertEqual({one for one in missing if not MAY_BE_EMPTY.search(one)}, set(), "series that nobody tells")

    def test_dashboard(self):
        self.assertGreater(len(panels()), 30)
        for name, expression in panels():
            self.check(name, expression, bool(MAY_BE_EMPTY.search(expression)))

    def test_rules(self):
        self.assertGreater(len(rules()), 15)
        for name, expression, alert in rules():
            self.check(name, expression, alert or bool(MAY_BE_EMPTY.search(expression)))

    def test_every_alert_says_what_to_do(self):
        for block in RULES.read_text().split("- alert: ")[1:]:
            for part in ("severity:", "summary:", "action:"):
                self.assertIn(part, block, block.splitlines()[0])

    def test_every_alert_is_tested(self):
        tests = (ROOT / "tests/alerts/rules_test.yml").read_text()
        for name, _, alert in rules():
            self.assertIn(name, tests, "alert" if alert else "ratio")

    def test_nothing_burns_on_a_healthy_server(self):
        self.assertEqual(self.watched.query('ALERTS{alertstate="firing"}'), [])


if __name__ == "__main__":
    unittest.main()
