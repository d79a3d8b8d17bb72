"""Events of a web shop for benchmarks, where the reference generator is absent. The same bytes for the same seed."""
import json
import random
import uuid


def write_events(path, count, seed=1):
    r = random.Random(seed)
    with open(path, "w") as out:
        for _ in range(count):
            out.write(json.dumps(_event(r), separators=(",", ":")) + "\n")


def _id(r):
    return str(uuid.UUID(int=r.getrandbits(128), version=4))


def _event(r):
    if r.random() < 0.7:
        source, kind = "shop.web", "page_event"
        detail = {"meta_data": {"site_id": "shop.example.com", "session_cookie_id": _id(r),
                                "cross_session_cookie_id": _id(r), "timestamp": r.randint(1534000000000, 1790000000000),
                                "locale": "en-GB", "event_type": "page_event", "event_subtype": "page_view",
                                "event_source": "browser", "event_url": f"/product/{r.randint(10000, 79999)}",
                                "user_agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"},
                  "data": {"page_type": "product", "page_id": str(r.randint(10000, 79999))}}
    else:
        source, kind = "service-payments", "payment"
        detail = {"metadata": {"domain": "SHOP-PAYMENTS", "service": "service-payments", "type": "CAPTURE",
                               "status": r.choice(["true", "false"])},
                  "data": {"currency": "EUR", "amount_minor": r.randint(100, 90000), "payment_id": _id(r),
                           "reference": _id(r), "country": "DK", "source_ip": f"10.0.0.{r.randint(1, 254)}"}}
    return {"version": "0", "id": _id(r), "detail-type": kind, "source": source, "account": "000000000000",
            "time": "2026-01-01T00:00:00Z", "region": "eu-west-1", "resources": [], "detail": detail}
