"""A subscriber stands still while events pile up: memory stays bounded, publishing goes on, nothing is missing later.

BASEPLATE_PENDING   100000; 1000000 in the full run
"""
import concurrent.futures
import json
import threading
import unittest

from harness import paths
from harness.checks import check_accounting
from harness.config import write_config
from harness.http import Client
from harness.node import Node
from harness.process import wait_until

RING_BYTES = 8 << 20
MIB = 1 << 20


def publish(port, count, threads=4):
    """Numbered page events, each of its own session, by `threads` connections; all must be acknowledged."""
    filler = "x" * 250

    def part(first):
        client = Client(port, timeout=60)
        for n in range(first, count, threads * 1000):
            records = [{"source": "backpressure", "detail-type": "page_event",
                        "detail": {"meta_data": {"event_type": "page_event", "session_cookie_id": f"s{i}",
                                                 "filler": filler}, "data": {"n": i}}}
                       for i in range(n, min(n + 1000, count))]
            answer = client.post("/v1/events", json.dumps(records))
            assert answer.status == 200, answer
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        list(pool.map(part, [t * 1000 for t in range(threads)]))


class Backpressure(unittest.TestCase):
    def test_a_paused_group_costs_disk_and_not_memory_and_gets_everything_when_it_goes_on(self):
        count = paths.count("BASEPLATE_PENDING", 100_000, 1_000_000)
        with Node() as node:
            node.config = write_config(node.home / "config", {"journal": {"ring_bytes": RING_BYTES}}, {"shop": {
                "groups": {"session_monitor": {"options": {"idle_ms": 86_400_000}}}}})
            node.start()
            client = node.client()
            self.assertIn(client.post("/v1/subscribers/session_monitor/pause", "").status, (200, 204))
            publish(node.port, 20_000)  # warm: buffers have their sizes
            wait_until(lambda: node.subscriber("session_monitor")["pending"] == 20_000, 20, "20,000 are pending")
            warm = node.process.rss_bytes()
            peak = Peak(node.process)
            publish(node.port, count)
            wait_until(lambda: node.subscriber("session_monitor")["pending"] == 20_000 + count, 20, "all are pending")
            peak.stop()
            print(f"RSS {warm / MIB:.0f} MiB with 20,000 pending, at most {peak.value / MIB:.0f} MiB while "
                  f"{count} more piled up, {node.process.rss_bytes() / MIB:.0f} MiB after")
            self.assertLess(peak.value, warm + RING_BYTES + 64 * MIB)
            check_accounting(self, node)

            self.assertIn(client.post("/v1/subscribers/session_monitor/resume", "").status, (200, 204))
            node.wait_idle(300)
            one = node.subscriber("session_monitor")
            self.assertEqual(one["delivered"], 20_000 + count)
            self.assertEqual(one["dead_lettered"] + one["expired"], 0)
            check_accounting(self, node)

    def test_a_pause_survives_a_kill(self):
        with Node() as node:
            node.config = write_config(node.home / "config", {}, {"shop": {"groups": {"session_monitor": {}}}})
            node.start()
            self.assertIn(node.client().post("/v1/subscribers/session_monitor/pause", "").status, (200, 204))
            publish(node.port, 1000)
            node.kill()
            node.start()
            one = node.subscriber("session_monitor")
            self.assertTrue(one["paused"])
            self.assertEqual((one["pending"], one["delivered"]), (1000, 0))
            self.assertIn(node.client().post("/v1/subscribers/session_monitor/resume", "").status, (200, 204))
            node.wait_idle()
            self.assertEqual(node.subscriber("session_monitor")["delivered"], 1000)


class Peak(threading.Thread):
    """The highest resident size seen, looked at every 20 ms."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.value, self.done = process, 0, threading.Event()
        self.start()

    def run(self):
        while not self.done.wait(0.02):
            self.value = max(self.value, self.process.rss_bytes())

    def stop(self):
        self.done.set()
        self.join()


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
