#include "actors/gateway/logic/sse.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::gateway {

TEST(Sse, SplicesBusAndSequenceIntoTheEnvelope) {
  std::string out;
  append_tail_event(out, R"({"id":"x","detail":{}})", "\"a\\\"b\"", 42);
  EXPECT_EQ(out,
            "id: 42\ndata: {\"id\":\"x\",\"detail\":{},\"bus\":\"a\\\"b\",\"sequence\":42}\n\n");
}

TEST(Sse, KeepsAnEventOnOneLineWhateverItsWhiteSpace) {
  std::string out;
  append_tail_event(out, "{\n  \"detail\": {\r\n \"a\\n\": 1 }\n}", "\"b\"", 1);
  const auto data = out.substr(out.find("data: ") + 6);
  EXPECT_EQ(data.find('\n'), data.size() - 2);
  EXPECT_EQ(data.find('\r'), std::string::npos);
  const auto json = boost::json::parse(data);
  EXPECT_EQ(json.at("detail").at("a\n").to_number<int>(), 1);
  EXPECT_EQ(json.at("sequence").to_number<int>(), 1);
}

TEST(Sse, HandlesAnEmptyEnvelope) {
  std::string out;
  append_tail_event(out, "{}", "\"b\"", 1);
  EXPECT_EQ(out, "id: 1\ndata: {\"bus\":\"b\",\"sequence\":1}\n\n");
}

TEST(Sse, MarkersHaveNoId) {
  std::string out;
  append_sse_marker(out, "caught-up", "{}");
  EXPECT_EQ(out, "event: caught-up\ndata: {}\n\n");
}

} // namespace baseplate::gateway
