"""Orders and events while the node and the payment provider are killed at random moments.

BASEPLATE_NODE_KILLS   15; 100 in the full run
BASEPLATE_PSP_KILLS    4; 20 in the full run
BASEPLATE_ORDERS       200; 1000 in the full run

What is guaranteed: an order whose POST was answered is never lost, never ends twice, and ends as its payment did; an
event whose PutEvents was answered is in the log exactly once. A mail may be sent again when the node dies between the
mail server's 250 and the next acknowledgement record; it is then the same mail with the same Message-ID.
"""
import json
import threading
import time
import unittest

from harness import paths
from harness.checks import check_accounting, check_mails, check_orders
from harness.shop import Customers, Shop, wait_until_settled


class Publisher(threading.Thread):
    """Publishes until told to stop; keeps what was acknowledged. A request without an answer is never repeated."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.node = node
        self.acknowledged = []
        self.unanswered = 0
        self.refused = {}
        self.stopping = threading.Event()

    def run(self):
        client = self.node.client(timeout=5)
        number = 0
        while not self.stopping.is_set():
            entries = [{"Source": "kill.test", "DetailType": "thing", "Detail": json.dumps({"n": number + i})}
                       for i in range(5)]
            number += 5
            try:
                answer = client.put_events(entries)
            except OSError:
                self.unanswered += 1
                time.sleep(0.01)
                continue
            if answer.status == 200 and answer.json()["FailedEntryCount"] == 0:
                self.acknowledged += [e["EventId"] for e in answer.json()["Entries"]]
            else:
                self.refused[answer.status] = self.refused.get(answer.status, 0) + 1
                time.sleep(0.01)

    def stop(self):
        self.stopping.set()
        self.join()


class ProviderKiller(threading.Thread):
    def __init__(self, psp, kills, seconds, random):
        super().__init__(daemon=True)
        self.psp = psp
        self.moments = sorted(random.uniform(0, seconds) for _ in range(kills))
        self.error = None

    def run(self):
        begin = time.monotonic()
        try:
            for moment in self.moments:
                time.sleep(max(0.0, begin + moment - time.monotonic()))
                self.psp.kill()
                time.sleep(0.1)
                self.psp.start()
        except Exception as e:  # reported by the test
            self.error = e


class Kill(unittest.TestCase):
    def test_nothing_acknowledged_is_lost_and_no_order_ends_twice(self):
        random = paths.seeded_random()
        node_kills = paths.count("BASEPLATE_NODE_KILLS", 15, 100)
        psp_kills = paths.count("BASEPLATE_PSP_KILLS", 4, 20)
        count = paths.count("BASEPLATE_ORDERS", 200, 1000)
        # Small checkpoints and segments, so that kills hit those too.
        options = {"journal": {"segment_bytes": 1 << 20, "checkpoint_log_bytes": 1 << 20}}
        with Shop(options) as shop:
            shop.start()
            threads = 4
            expected_s = node_kills * 0.9
            customers = Customers(shop.node.port, count, threads, pause_s=expected_s * threads / count * 0.8).start()
            publishers = [Publisher(shop.node) for _ in range(2)]
            for publisher in publishers:
                publisher.start()
            provider_killer = ProviderKiller(shop.psp, psp_kills, expected_s, random)
            provider_killer.start()
            slowest = self.kill_and_restart(shop.node, node_kills, random)
            customers.join()
            provider_killer.join()
            if provider_killer.error:
                raise provider_killer.error
            for publisher in publishers:
                publisher.stop()
            log = wait_until_settled(shop, customers.orders, 120)

            # Webhooks aside: the provider repeats them until they are taken, each is kept as it came.
            ids = [e["id"] for e in log if e["detail-type"] != "psp_webhook_received"]
            self.assertEqual(len(ids), len(set(ids)), "no event is in the log twice")
            acknowledged = [i for p in publishers for i in p.acknowledged]
            self.assertEqual(len(acknowledged), len(set(acknowledged)))
            lost = set(acknowledged) - set(ids)
            self.assertEqual(lost, set(), f"{len(lost)} acknowledged events are lost")
            numbers = [e["sequence"] for e in log]
            self.assertEqual(numbers, sorted(set(numbers)), "sequences rise")
            check_orders(self, shop, customers.orders, log)
            again = check_mails(self, shop, customers.orders)
            for one in check_accounting(self, shop.node, log)["subscribers"]:
                self.assertEqual((one["pending"], one["expired"]), (0, 0), one)
                self.assertEqual(one["dead_lettered"], 0, one)
            print(f"{node_kills} kills of the node, {psp_kills} of the provider, {count} orders with "
                  f"{sum(o.attempts for o in customers.orders)} attempts, {len(acknowledged)} events acknowledged, "
                  f"{sum(p.unanswered for p in publishers)} requests unanswered, {again} mails sent again, "
                  f"slowest restart {slowest:.2f} s")
            self.assertGreater(len(acknowledged), 100 * node_kills // 10, "events were acknowledged between the kills")
            self.assertGreater(sum(p.unanswered for p in publishers), 0, "kills hit requests in flight")

    def kill_and_restart(self, node, kills, random):
        """One kill in five comes while the node starts. The slowest time to ready."""
        slowest = 0.0
        for number in range(kills):
            while_starting = number % 5 == 4
            time.sleep(random.uniform(0.0, 0.15) if while_starting else random.uniform(0.05, 1.0))
            node.kill()
            began = time.monotonic()
            node.spawn()
            if number % 5 != 3:  # the next kill comes while it starts
                node.wait_ready()
                slowest = max(slowest, time.monotonic() - began)
        node.wait_ready()
        return slowest


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
