"""Four days of a real web site: all of it into the log, its sessions counted twice, independently."""
import collections
import gzip
import json
import unittest

from harness import paths
from harness.checks import check_accounting
from harness.config import write_config
from harness.node import Node
from harness.process import wait_until
from harness.shop import type_of

IDLE_MS = 30 * 60_000


def count_sessions(lines):
    """Sessions by cookie from the lines alone: (started, those that were over before the last line, by session)."""
    times = collections.defaultdict(list)
    for line in lines:
        meta = json.loads(line)["meta_data"]
        if meta["event_type"] == "page_event":
            times[meta["session_cookie_id"]].append(meta["timestamp"])
    started = {}
    open_until = []
    for cookie, moments in times.items():
        moments.sort()
        started[cookie] = 1 + sum(b - a >= IDLE_MS for a, b in zip(moments, moments[1:]))
        open_until.append(moments[-1] + IDLE_MS)
    return started, open_until


class Clickstream(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.file = paths.shared("data/clickstream.jsonl.gz")
        with gzip.open(cls.file, "rt") as f:
            cls.lines = f.read().splitlines()
        cls.node = Node()
        cls.node.config = write_config(cls.node.home / "config", {}, {"shop": {"groups": {
            "session_monitor": {"options": {"idle_ms": IDLE_MS}}}}})
        cls.node.start()
        cls.put = cls.node.cli("put", str(cls.file), "--json")

    @classmethod
    def tearDownClass(cls):
        cls.node.close()

    def sessions(self, log, what):
        return collections.Counter(e["detail"]["data"]["session_id"] for e in log
                                   if e["detail-type"] == "session" and type_of(e) == what)

    def test_1_every_line_is_in_the_log_once_and_unchanged(self):
        log = [e for e in self.node.read_log() if e["detail-type"] != "session"]
        self.assertEqual(len(log), len(self.lines))
        for line, event in zip(self.lines, log):
            self.assertEqual(event["detail"], json.loads(line))
        self.assertEqual(len({e["id"] for e in log}), len(self.lines))

    def test_2_as_many_sessions_started_and_expired_as_an_independent_count_says(self):
        started, open_until = count_sessions(self.lines)
        last = max(json.loads(x)["meta_data"]["timestamp"] for x in self.lines)
        lateness = 5 * 60_000
        over = sum(started.values()) - sum(end > last - lateness for end in open_until)
        self.node.wait_idle()
        log = self.node.read_log()
        self.assertEqual(self.sessions(log, "STARTED"), collections.Counter(started))
        self.assertEqual(sum(self.sessions(log, "EXPIRED").values()), over)
        print(f"{len(self.lines)} events, {sum(started.values())} sessions of {len(started)} visitors started, "
              f"{over} expired by the last event's watermark")

    def test_3_once_event_time_has_passed_every_session_has_expired(self):
        started, _ = count_sessions(self.lines)
        last = json.loads(self.lines[-1])
        last["meta_data"]["timestamp"] += 2 * IDLE_MS
        last["meta_data"]["session_cookie_id"] = "the-last-visitor"
        answer = self.node.client().put_events([{"Source": "shop.web", "DetailType": "page_event",
                                                 "Detail": json.dumps(last)}])
        self.assertEqual(answer.json()["FailedEntryCount"], 0)

        def expired():
            found = self.sessions(self.node.read_log(), "EXPIRED")
            return found if sum(found.values()) >= sum(started.values()) else None
        found = wait_until(expired, 30, lambda: f"all sessions have expired\n{self.node.log_tail()}", pause=0.3)
        self.assertEqual(found, collections.Counter(started))

    def test_4_the_accounting_identity_holds(self):
        self.node.wait_idle()
        log = self.node.read_log()
        check_accounting(self, self.node, log)
        pages = sum(e["detail"].get("meta_data", {}).get("event_type") == "page_event" for e in log)
        self.assertEqual(self.node.subscriber("session_monitor")["matched"], pages)

    def test_5_after_a_kill_nothing_is_missing_and_no_session_starts_twice(self):
        before = self.node.read_log()
        self.node.kill()
        self.node.start()
        self.node.wait_idle()
        after = self.node.read_log()
        self.assertEqual([e["id"] for e in after], [e["id"] for e in before])


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
