"""Orders through the whole shop: five groups, a payment provider and a mail server, each a real process.

BASEPLATE_ORDERS   how many; 1000
"""
import unittest

from harness import paths
from harness.checks import check_accounting, check_mails, check_orders
from harness.shop import Customers, Shop, type_of, wait_until_settled


class Orders(unittest.TestCase):
    def test_every_order_ends_as_its_payment_did_with_one_mail_if_complete(self):
        count = paths.count("BASEPLATE_ORDERS", 1000, 1000)
        with Shop() as shop:
            shop.start()
            customers = Customers(shop.node.port, count).start()
            customers.join()
            orders = customers.orders
            self.assertEqual(sum(o.attempts for o in orders), count, "no order needed a second try")
            log = wait_until_settled(shop, orders, 120)
            check_orders(self, shop, orders, log)
            self.assertEqual(check_mails(self, shop, orders), 0, "without a crash no mail is sent twice")
            status = check_accounting(self, shop.node, log)
            for one in status["subscribers"]:
                self.assertEqual((one["pending"], one["dead_lettered"], one["expired"]), (0, 0, 0), one)
            # The duplicates came, and changed nothing.
            authorised = [e["detail"]["data"]["order_id"] for e in log if type_of(e) == "AUTHORISATION"]
            self.assertEqual(len(authorised), count, "one AUTHORISATION event per order, however many webhooks")
            self.assertEqual(len(set(authorised)), count)

    def test_a_repeated_order_with_the_same_key_is_the_same_order(self):
        with Shop() as shop:
            shop.start()
            orders = Customers(shop.node.port, 1).start()
            orders.join()
            order = orders.orders[0]
            client = shop.node.client()
            again = client.post("/v1/shop/orders", order.body, {"Idempotency-Key": order.key})
            self.assertIn(again.status, (200, 201, 202))
            self.assertEqual(again.json()["order_id"], order.order_id)
            other = {**order.body, "currency": "DKK"}
            refused = client.post("/v1/shop/orders", other, {"Idempotency-Key": order.key})
            self.assertEqual(refused.status, 422, "the same key with another order is refused")
            log = wait_until_settled(shop, orders.orders, 30)
            self.assertEqual(sum(type_of(e) == "ORDER_PLACED" for e in log), 1)

    def test_a_webhook_with_a_wrong_signature_is_refused_and_changes_nothing(self):
        with Shop() as shop:
            shop.start()
            answer = shop.node.client().post(
                "/v1/webhooks/psp", {"id": "x", "order_id": "y", "payment_id": "z", "type": "AUTHORISATION",
                                     "success": True, "amount_minor": 1, "currency": "EUR"},
                {"Psp-Signature": "t=1,v1=00"})
            self.assertEqual(answer.status, 401)
            shop.node.wait_idle()
            (kept,) = shop.node.read_log()
            self.assertEqual(kept["detail-type"], "psp_webhook_received", "what came is kept, and nothing follows")
            self.assertIs(kept["detail"]["data"]["verified"], False)


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
