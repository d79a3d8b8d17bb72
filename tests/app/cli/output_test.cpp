#include "app/cli/pretty_json.hpp"
#include "app/cli/progress.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace baseplate::app {
namespace {

TEST(Progress, GroupsDigitsByThrees) {
  EXPECT_EQ(with_thousands(0), "0");
  EXPECT_EQ(with_thousands(999), "999");
  EXPECT_EQ(with_thousands(1000), "1,000");
  EXPECT_EQ(with_thousands(1234567), "1,234,567");
}

TEST(Progress, DrawsABarOnlyWhenTheEndIsKnown) {
  EXPECT_EQ(render_progress(-1, 4500, 12345.4, 80), "4,500 events  12,345/s");
  EXPECT_EQ(render_progress(0.5, 1, 1, 33), "[=====>    ]  50 %  1 events  1/s");
  EXPECT_EQ(render_progress(1.5, 1, 1, 33), "[==========] 100 %  1 events  1/s");
}

TEST(PrettyJson, PutsMembersOnLinesOfTheirOwn) {
  EXPECT_EQ(
      pretty_json(boost::json::parse(R"({"a":[1,"x"],"b":{},"c":{"d":null},"e":[]})")),
      "{\n  \"a\": [\n    1,\n    \"x\"\n  ],\n  \"b\": {},\n  \"c\": {\n    \"d\": null\n  },\n"
      "  \"e\": []\n}");
}

} // namespace
} // namespace baseplate::app
