#include "messages/checkout.hpp"
#include "messages/journal.hpp"
#include "messages/json/codec.hpp"
#include "messages/json/simdjson_source.hpp"
#include "messages/payments.hpp"
#include "messages/session_monitor.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate {
namespace {

constexpr std::string_view good_order
    = R"({"customer":{"id":"c1","email":"ada@example.com"},"locale":"en-GB","country_code":"GB",)"
      R"("currency":"EUR","items":[{"sku":"10281","quantity":2,"price_minor":1999}]})";

/// good_order with the value at `pointer` replaced, or removed when `text` is empty.
std::string changed(std::string_view pointer, std::string_view text) {
  auto value = boost::json::parse(good_order);
  const auto slash = pointer.rfind('/');
  const std::string_view key = pointer.substr(slash + 1);
  auto* parent = const_cast<boost::json::value*>(resolve_pointer(value, pointer.substr(0, slash)));
  if (text.empty())
    parent->as_object().erase(key);
  else
    parent->as_object()[key] = boost::json::parse(text);
  return boost::json::serialize(value);
}

decode_result<place_order> decode_with_simdjson(std::string_view text, strictness mode) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  const simdjson::padded_string padded(text);
  if (parser.parse(padded).get(element) != simdjson::SUCCESS)
    return decode_error{decode_errc::not_json, "", ""};
  return from_json<place_order>(element, mode);
}

TEST(Decode, TakesAnOrderAndFillsInDefaults) {
  const auto order = from_json_text<place_order>(good_order);
  ASSERT_TRUE(order) << order.error().pointer << order.error().message;
  EXPECT_EQ(order->customer.email, "ada@example.com");
  EXPECT_FALSE(order->customer.marketing_consent);
  EXPECT_FALSE(order->session_id);
  ASSERT_EQ(order->items.size(), 1u);
  EXPECT_EQ(order->items[0].price_minor, 1999);
}

struct bad_case {
  const char* pointer;
  const char* text;
  decode_errc code;
  /// "" : the same as `pointer`.
  const char* fault_at = "";
};

const bad_case bad_orders[] = {
    {"/customer", "", decode_errc::missing_member},
    {"/customer/email", "", decode_errc::missing_member},
    {"/items", "", decode_errc::missing_member},
    {"/items/0/sku", "", decode_errc::missing_member},
    {"/items/0/quantity", "0", decode_errc::out_of_range},
    {"/items/0/quantity", "1000", decode_errc::out_of_range},
    {"/items/0/quantity", "-1", decode_errc::out_of_range},
    {"/items/0/quantity", "4294967297", decode_errc::out_of_range},
    {"/items/0/quantity", "18446744073709551615", decode_errc::out_of_range},
    {"/items/0/quantity", "1.5", decode_errc::wrong_type},
    {"/items/0/quantity", "1e300", decode_errc::wrong_type},
    {"/items/0/quantity", "\"1\"", decode_errc::wrong_type},
    {"/items/0/quantity", "null", decode_errc::wrong_type},
    {"/items/0/price_minor", "-1", decode_errc::out_of_range},
    {"/items/0/sku", "\"\"", decode_errc::bad_length},
    {"/items/0/sku", "12", decode_errc::wrong_type},
    {"/items/0/colour", "1", decode_errc::unknown_member},
    {"/items", "[]", decode_errc::bad_length},
    {"/items", "{}", decode_errc::wrong_type},
    {"/items", "[1]", decode_errc::wrong_type, "/items/0"},
    {"/currency", "\"EU\"", decode_errc::bad_length},
    {"/currency", "\"EURO\"", decode_errc::bad_length},
    {"/customer", "[]", decode_errc::wrong_type},
    {"/customer/marketing_consent", "\"yes\"", decode_errc::wrong_type},
    {"/customer/marketing_consent", "null", decode_errc::wrong_type},
    {"/session_id", "null", decode_errc::wrong_type},
    {"/session_id", "\"\"", decode_errc::bad_length},
    {"/note", "1", decode_errc::unknown_member},
};

TEST(Decode, SaysWhatIsWrongAndWhere) {
  for (const auto& c : bad_orders) {
    const auto text = changed(c.pointer, c.text);
    const auto order = from_json_text<place_order>(text);
    ASSERT_FALSE(order) << text;
    EXPECT_EQ(order.error().pointer, *c.fault_at ? c.fault_at : c.pointer) << text;
    EXPECT_STREQ(to_string(order.error().code), to_string(c.code)) << text;
    EXPECT_FALSE(order.error().message.empty());
  }
}

TEST(Decode, GivesTheSameAnswerOverSimdjson) {
  EXPECT_TRUE(same(*decode_with_simdjson(good_order, strictness::strict),
                   *from_json_text<place_order>(good_order)));
  for (const auto& c : bad_orders)
    for (const auto mode : {strictness::strict, strictness::lenient}) {
      const auto text = changed(c.pointer, c.text);
      const auto a = from_json_text<place_order>(text, mode);
      const auto b = decode_with_simdjson(text, mode);
      ASSERT_EQ(a.has_value(), b.has_value()) << text;
      if (!a) {
        EXPECT_EQ(a.error().pointer, b.error().pointer) << text;
        EXPECT_EQ(a.error().message, b.error().message) << text;
      }
    }
}

TEST(Decode, IgnoresUnknownMembersAndNullsWhenLenient) {
  for (const auto* pointer : {"/note", "/customer/age", "/items/0/colour"})
    EXPECT_TRUE(from_json_text<place_order>(changed(pointer, "{\"x\":1}"), strictness::lenient))
        << pointer;
  const auto order
      = from_json_text<place_order>(changed("/session_id", "null"), strictness::lenient);
  ASSERT_TRUE(order);
  EXPECT_FALSE(order->session_id);
  EXPECT_FALSE(from_json_text<place_order>(changed("/items", "null"), strictness::lenient));
  EXPECT_FALSE(from_json_text<place_order>(changed("/currency", ""), strictness::lenient))
      << "what must be there must be there";
}

TEST(Decode, RefusesAMemberThatIsThereTwiceWhenStrict) {
  simdjson::dom::parser parser;
  const auto text = R"({"currency":"EUR","amount_minor":1,"currency":"USD"})"_padded;
  const auto element = parser.parse(text).value();
  const auto strict = from_json<money>(element);
  ASSERT_FALSE(strict);
  EXPECT_EQ(strict.error().code, decode_errc::duplicate_member);
  EXPECT_EQ(strict.error().pointer, "/currency");
  const auto lenient = from_json<money>(element, strictness::lenient);
  ASSERT_TRUE(lenient);
  EXPECT_EQ(lenient->currency, "USD");
}

TEST(Decode, TakesAWholeNumberHoweverItIsWritten) {
  const auto order = from_json_text<place_order>(changed("/items/0/quantity", "2.0"));
  ASSERT_TRUE(order);
  EXPECT_EQ(order->items[0].quantity, 2u);
}

TEST(Decode, KeepsTheEndsOfSixtyFourBits) {
  const auto big = from_json_text<committed>(
      R"({"subscriber":4294967295,"epoch":18446744073709551615,"cursor":0})");
  ASSERT_TRUE(big);
  EXPECT_EQ(big->epoch, UINT64_MAX);
  const auto small = from_json_text<find_time>(R"({"request":0,"time_ms":-9223372036854775808})");
  ASSERT_TRUE(small);
  EXPECT_EQ(small->time_ms, INT64_MIN);
  EXPECT_FALSE(from_json_text<committed>(R"({"subscriber":4294967296,"epoch":0,"cursor":0})"));
  EXPECT_FALSE(from_json_text<committed>(R"({"subscriber":0,"epoch":-1,"cursor":0})"));
  EXPECT_FALSE(
      from_json_text<committed>(R"({"subscriber":0,"epoch":18446744073709551616,"cursor":0})"));
}

TEST(Decode, ReadsEnumsByTheirNames) {
  const auto refused
      = from_json_text<commit_refused>(R"({"subscriber":1,"epoch":2,"error":"stale_epoch"})");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->error, journal_error::stale_epoch);
  for (const auto* name : {"\"STALE_EPOCH\"", "\"\"", "\"nonsense\""}) {
    const auto bad = from_json_text<commit_refused>(
        std::string(R"({"subscriber":1,"epoch":2,"error":)") + name + "}");
    ASSERT_FALSE(bad) << name;
    EXPECT_EQ(bad.error().code, decode_errc::unknown_name);
    EXPECT_EQ(bad.error().pointer, "/error");
    EXPECT_NE(bad.error().message.find("none, stale_epoch, cursor_mismatch"), std::string::npos);
  }
  EXPECT_FALSE(from_json_text<commit_refused>(R"({"subscriber":1,"epoch":2,"error":1})"));
}

TEST(Decode, RefusesTextThatIsNotJsonOrTooDeep) {
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{}x"), std::string("\xff"),
        std::string(100, '[') + std::string(100, ']')}) {
    const auto order = from_json_text<place_order>(text);
    ASSERT_FALSE(order);
    EXPECT_EQ(order.error().code, decode_errc::not_json);
    EXPECT_EQ(order.error().pointer, "");
  }
  EXPECT_EQ(from_json_text<place_order>("[]").error().code, decode_errc::wrong_type);
}

TEST(Decode, StopsAtTheFirstElementTooMany) {
  std::string items = "[";
  for (int i = 0; i <= 100; ++i)
    items += std::string(i ? "," : "") + R"({"sku":"a","quantity":1,"price_minor":1})";
  const auto order = from_json_text<place_order>(changed("/items", items + "]"));
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().code, decode_errc::bad_length);
  EXPECT_EQ(order.error().pointer, "/items");
}

TEST(Decode, CountsCharactersNotBytes) {
  std::string sku;
  for (int i = 0; i < 64; ++i)
    sku += "€";
  EXPECT_TRUE(from_json_text<place_order>(changed("/items/0/sku", "\"" + sku + "\"")));
  EXPECT_FALSE(from_json_text<place_order>(changed("/items/0/sku", "\"" + sku + "x\"")));
}

TEST(Decode, EscapesKeysInPointersAndCutsThemInMessages) {
  const auto order = from_json_text<place_order>(changed("/x", "1").replace(1, 0, R"("a/b~c":1,)"));
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().pointer, "/a~1b~0c");
  const std::string long_key(5000, 'k');
  const auto cut = from_json_text<money>("{\"" + long_key + "\":1}");
  EXPECT_LT(cut.error().message.size(), 200u);
}

TEST(Decode, ReadsStatesAsBase64) {
  const auto loaded = from_json_text<loaded_state>(R"({"key":"k","value":"AP/+"})");
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->value, std::string("\0\xff\xfe", 3));
  EXPECT_EQ(to_json_text(*loaded), R"({"key":"k","value":"AP/+"})");
  const auto bad = from_json_text<loaded_state>(R"({"key":"k","value":"A"})");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().code, decode_errc::bad_encoding);
  EXPECT_EQ(bad.error().pointer, "/value");
}

TEST(Decode, RefusesAChunkThatContradictsItself) {
  const auto bad = from_json_text<log_appended>(
      R"({"chunk":{"first":5,"last":5,"events":[{"sequence":6,"ingested_at_ms":0,"bus":1,"envelope":"{}"}]},"durable":1})");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().pointer, "/chunk");
  EXPECT_EQ(bad.error().code, decode_errc::out_of_range);
  const auto none = from_json_text<log_appended>(R"({"durable":1})");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->chunk);
}

TEST(Decode, ThrowsItsErrorOnlyWhenAskedForAValueThatIsNotThere) {
  EXPECT_THROW((void)from_json_text<money>("{}").value(), std::invalid_argument);
}

TEST(Encode, SpellsMembersAsTheShopDoes) {
  payment_event_data data;
  data.order_id = "o";
  data.lego_payment_id = "p";
  data.payment_reference = "r";
  data.amount_minor = 100;
  data.currency = "EUR";
  data.country_code = "GB";
  data.event_date = "2026-01-31T12:00:00Z";
  data.merchant_account = "m";
  const auto event
      = make_event<payment_event>(data, enum_name(payment_type::chargeback), event_status::failed);
  EXPECT_EQ(
      to_json_text(event),
      R"({"metadata":{"version":"1","domain":"SHOP-PAYMENTS","service":"service-payments","type":"CHARGEBACK","status":"false"},"data":{"order_id":"o","legoPaymentId":"p","paymentReference":"r","amount_minor":100,"currency":"EUR","countryCode":"GB","eventDate":"2026-01-31T12:00:00Z","merchantAccount":"m"}})");
}

TEST(Encode, EmbedsRawJsonAsItIs) {
  page_event event;
  event.data.text = R"({"page_type":"product"})";
  const auto text = to_json_text(event);
  EXPECT_TRUE(text.ends_with(R"("data":{"page_type":"product"}})")) << text;
  EXPECT_EQ(to_json(event), boost::json::parse(text));
}

TEST(EnumNames, GoBothWays) {
  for (const auto x : enum_values<payment_type>())
    EXPECT_EQ(enum_value<payment_type>(enum_name(x)), x);
  EXPECT_EQ(enum_name(event_status::succeeded), "true");
  EXPECT_EQ(enum_value<event_status>("true"), event_status::succeeded);
  EXPECT_EQ(enum_name(static_cast<journal_error>(99)), "");
}

TEST(TypeName, LeavesNamespacesOut) {
  EXPECT_EQ(type_name_of<place_order>(), "place_order");
  EXPECT_EQ(type_name_of<match_tally::bus_count>(), "bus_count");
}

} // namespace
} // namespace baseplate
