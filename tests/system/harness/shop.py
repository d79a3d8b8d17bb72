"""A shop of real processes: node, payment provider, mail server; and customers who place orders."""
import pathlib
import threading
import time
import uuid

from .config import shop_squad, write_config
from .http import Client
from .node import Node
from .process import wait_until
from .psp import Psp
from .smtp_sink import SmtpSink

# The provider decides by the last two digits of the amount.
PLAIN, DECLINE, DUPLICATE, REORDER, DUPLICATE_AND_REORDER = 0, 1, 2, 3, 7


class Shop:
    """Psp before node: the node's config names its port; the webhook's URL names the node's."""

    def __init__(self, node_options=None, psp_arguments=()):
        self.node = Node()
        self.smtp = SmtpSink()
        self.psp = Psp(self.node.home, f"{self.node.url}/v1/webhooks/psp", psp_arguments)
        self.node.config = write_config(pathlib.Path(self.node.home) / "config", node_options,
                                        {"shop": shop_squad(self.psp.url, self.smtp.port)})

    def start(self):
        self.psp.start()
        self.node.start()

    def close(self):
        self.psp.close()
        self.node.close()
        self.smtp.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind:
            print(f"--- the node's last lines ---\n{self.node.log_tail(40)}\n---", flush=True)
        self.close()


class Order:
    def __init__(self, number, ending):
        self.number = number
        self.key = f"order-key-{number}-{uuid.uuid4()}"
        self.ending = ending
        self.amount_minor = 10_000 + ending
        self.email = f"customer{number}@example.com"
        self.order_id = None
        self.attempts = 0
        self.body = {
            "customer": {"id": f"c{number}", "email": self.email},
            "locale": "en-GB", "country_code": "DK", "currency": "EUR",
            "items": [{"sku": "10255", "quantity": 1, "price_minor": self.amount_minor}],
        }


def ending_of(number):
    """10 % declined; of the rest a third duplicated, a third reordered, some both."""
    if number % 10 == 0:
        return DECLINE
    return (DUPLICATE, REORDER, DUPLICATE_AND_REORDER, PLAIN)[number % 4]


def place(client, order, deadline):
    """Posts until the node has acknowledged; the key makes a repeat the same order. Other refusals fail."""
    while time.monotonic() < deadline:
        order.attempts += 1
        try:
            answer = client.post("/v1/shop/orders", order.body, {"Idempotency-Key": order.key})
        except OSError:
            time.sleep(0.02)
            continue
        if answer.status in (200, 201, 202):
            order.order_id = answer.json()["order_id"]
            return
        if answer.status not in (429, 500, 502, 503, 504):
            raise AssertionError(f"the order was refused: {answer}")
        time.sleep(0.05)
    raise AssertionError(f"order {order.number} was not acknowledged in time")


class Customers:
    """Threads that place orders, each waiting for its answer."""

    def __init__(self, port, count, threads=8, pause_s=0.0, deadline_s=600):
        self.orders = [Order(n, ending_of(n)) for n in range(count)]
        self.error = None
        self._waiting = list(reversed(self.orders))
        self._lock = threading.Lock()
        self._deadline = time.monotonic() + deadline_s
        self._port, self._pause = port, pause_s
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def start(self):
        for thread in self._threads:
            thread.start()
        return self

    def done(self):
        return not any(thread.is_alive() for thread in self._threads)

    def join(self):
        for thread in self._threads:
            thread.join()
        if self.error:
            raise self.error

    def _run(self):
        client = Client(self._port)
        while True:
            with self._lock:
                if not self._waiting or self.error:
                    return
                order = self._waiting.pop()
            try:
                place(client, order, self._deadline)
            except Exception as e:  # reported by join()
                self.error = e
                return
            if self._pause:
                time.sleep(self._pause)


def type_of(event):
    return event.get("detail", {}).get("metadata", {}).get("type")


def ends_of(log):
    """order_id → types of the end events about it, in the log's order."""
    ends = {}
    for event in log:
        if event["source"] == "service-checkout" and type_of(event) in ("ORDER_COMPLETE", "ORDER_CANCELLED"):
            ends.setdefault(event["detail"]["data"]["order_id"], []).append(type_of(event))
    return ends


def wait_until_settled(shop, orders, seconds):
    """Until the log has an end for every order, nothing is pending, and nothing was published since."""
    def settled():
        log = shop.node.read_log()
        ends = ends_of(log)
        missing = [o.order_id for o in orders if o.order_id not in ends]
        wait_until_settled.missing = missing
        if missing:
            time.sleep(0.5)
            return None
        shop.node.wait_idle(60)
        after = shop.node.read_log()
        return after if len(after) == len(log) else None
    return wait_until(settled, seconds, lambda: (
        f"every order has ended: {len(wait_until_settled.missing)} have not, "
        f"such as {wait_until_settled.missing[:3]}\n{shop.node.log_tail()}"), pause=0.2)
