#include "actors/payments/logic/notice_reader.hpp"
#include "tests/payments/notice_builder.hpp"

#include <gtest/gtest.h>

namespace baseplate::payments {
namespace {

namespace json = boost::json;

TEST(NoticeReader, ReadsANoticeAndIgnoresMembersThatItDoesNotKnow) {
  auto read = read_notice(
      R"({"id":"n-1","order_id":"o-1","payment_id":"p-1","type":"CAPTURE","success":true,)"
      R"("amount_minor":5,"currency":"EUR","sequence":2,"occurred_at":1790000000000,"new":{"a":[]}})");
  ASSERT_TRUE(read.notice) << read.fault.reason << read.fault.pointer;
  EXPECT_EQ(read.notice->type, payment_type::capture);
  EXPECT_EQ(read.notice->occurred_at_ms, 1'790'000'000'000);
  EXPECT_EQ(read.notice->sequence, 2);
}

TEST(NoticeReader, SaysWhatIsWrongAndWhere) {
  struct bad_notice {
    const char* member;
    const char* value;
    const char* reason;
  };

  const auto good = to_json(test::notice("n-1", payment_type::authorisation)).as_object();
  for (auto& bad : std::vector<bad_notice>{{"id", nullptr, "missing_member"},
                                           {"id", "\"\"", "bad_length"},
                                           {"id", "7", "wrong_type"},
                                           {"order_id", nullptr, "missing_member"},
                                           {"payment_id", nullptr, "missing_member"},
                                           {"type", "\"authorisation\"", "unknown_name"},
                                           {"success", "\"true\"", "wrong_type"},
                                           {"success", nullptr, "missing_member"},
                                           {"amount_minor", "-1", "out_of_range"},
                                           {"amount_minor", "1e300", "wrong_type"},
                                           {"currency", "\"eur\"", "bad_value"},
                                           {"currency", "\"EURO\"", "bad_length"},
                                           {"sequence", "-1", "out_of_range"}}) {
    auto object = good;
    if (bad.value)
      object[bad.member] = json::parse(bad.value);
    else
      object.erase(bad.member);
    auto read = read_notice(json::serialize(object));
    ASSERT_FALSE(read.notice) << bad.member;
    EXPECT_EQ(read.fault.reason, bad.reason) << bad.member << (bad.value ? bad.value : "");
    EXPECT_EQ(read.fault.pointer, "/" + std::string(bad.member));
  }
  for (auto text : {"", "[", "{]", "\xFF"})
    EXPECT_EQ(read_notice(text).fault.reason, "not_json") << text;
  EXPECT_EQ(read_notice("[]").fault.reason, "wrong_type");
}

} // namespace
} // namespace baseplate::payments
