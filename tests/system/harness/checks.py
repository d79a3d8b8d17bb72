"""What must hold in a shop whatever happened to it."""
from .process import wait_until
from .shop import DECLINE, ends_of, type_of


def check_orders(test, shop, orders, log):
    """Every acknowledged order ended once, and as its payment did at the provider."""
    outcomes = {p["order_id"]: p["outcome"] for p in shop.psp.payments()}
    ends = ends_of(log)
    placed = [e["detail"]["data"]["order_id"] for e in log if type_of(e) == "ORDER_PLACED"]
    test.assertEqual(len(placed), len(set(placed)), "an order is placed once")
    test.assertEqual(len({o.order_id for o in orders}), len(orders), "each key has an order of its own")
    test.assertEqual(set(placed), {o.order_id for o in orders}, "what is placed is what was acknowledged")
    test.assertEqual(set(ends), set(placed), "every order has ended")
    for order in orders:
        declined = order.ending == DECLINE
        test.assertEqual(outcomes.get(order.order_id), "declined" if declined else "approved", order.order_id)
        test.assertEqual(ends[order.order_id], ["ORDER_CANCELLED" if declined else "ORDER_COMPLETE"], order.order_id)
    return outcomes


def check_mails(test, shop, orders):
    """One mail per completed order, or the same mail again. Returns how many were sent again."""
    by_address = {}
    for mail in shop.smtp.mails():
        test.assertEqual(len(mail.to), 1)
        by_address.setdefault(mail.to[0], []).append(mail)
    completed = {o.email: o for o in orders if o.ending != DECLINE}
    test.assertEqual(set(by_address), set(completed), "who completed an order has mail, nobody else")
    again = 0
    for address, mails in by_address.items():
        ids = {m.message_id for m in mails}
        test.assertEqual(len(ids), 1, f"mails to {address} have different ids: {ids}")
        test.assertTrue(mails[0].message_id, "a mail has a Message-ID")
        test.assertIn(completed[address].order_id, mails[0].text + mails[0].subject)
        again += len(mails) - 1
    all_ids = [mails[0].message_id for mails in by_address.values()]
    test.assertEqual(len(set(all_ids)), len(all_ids), "no two orders share a Message-ID")
    return again


def check_accounting(test, node, log=None, bus="default"):
    """matched = delivered + dead-lettered + expired + pending for each subscriber; accepted counts the log."""
    status = node.subscribers()
    for one in status["subscribers"]:
        test.assertEqual(one["matched"], one["delivered"] + one["dead_lettered"] + one["expired"] + one["pending"],
                         one)
    wait_until(lambda: not differences(node), 10, lambda: f"/metrics says the same: {differences(node)}", pause=0.2)
    for one in status["buses"]:
        test.assertLessEqual(one["matched_none"], one["accepted"])
    if log is not None:
        accepted = next(b["accepted"] for b in status["buses"] if b["name"] == bus)
        test.assertEqual(accepted, len(log), "the log holds what was accepted")
    return status


def differences(node):
    """What /metrics, which may be a second old, and /v1/subscribers say differently."""
    metrics, out = node.metrics(), []
    for one in node.subscribers()["subscribers"]:
        for name in ("matched", "delivered", "dead_lettered", "expired"):
            sample = f'baseplate_subscriber_{name}_events_total{{subscriber="{one["name"]}"}}'
            if find_sample(metrics, sample) != one[name]:
                out.append(f"{sample}: {find_sample(metrics, sample)} and {one[name]}")
    return out


def find_sample(metrics, wanted):
    """A sample whatever other labels it has, or the order they come in."""
    name, _, labels = wanted.partition("{")
    labels = [x for x in labels.rstrip("}").split(",") if x]
    found = [v for k, v in metrics.items()
             if k.partition("{")[0] == name and all(x in k.partition("{")[2].rstrip("}").split(",") for x in labels)]
    if len(found) != 1:
        raise AssertionError(f"{wanted}: {len(found)} samples in /metrics")
    return found[0]
