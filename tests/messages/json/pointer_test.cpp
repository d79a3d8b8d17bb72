#include "messages/json/base64.hpp"
#include "messages/json/pointer.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <random>

namespace baseplate {
namespace {

TEST(JsonPointer, ResolvesTheExamplesOfRfc6901) {
  const auto root = boost::json::parse(
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})");

  const struct {
    const char* pointer;
    const char* expected;
  } cases[] = {{"/foo", R"(["bar","baz"])"},
               {"/foo/0", R"("bar")"},
               {"/", "0"},
               {"/a~1b", "1"},
               {"/c%d", "2"},
               {"/e^f", "3"},
               {"/g|h", "4"},
               {"/i\\j", "5"},
               {"/k\"l", "6"},
               {"/ ", "7"},
               {"/m~0n", "8"}};

  EXPECT_EQ(resolve_pointer(root, ""), &root);
  for (const auto& c : cases) {
    const auto* found = resolve_pointer(root, c.pointer);
    ASSERT_NE(found, nullptr) << c.pointer;
    EXPECT_EQ(boost::json::serialize(*found), c.expected) << c.pointer;
  }
}

TEST(JsonPointer, FindsNothingWhereThereIsNothing) {
  const auto root = boost::json::parse(R"({"a":[1,{"b":2}],"t":"x"})");
  for (const auto* pointer : {"a", "/b", "/a/2", "/a/-", "/a/01", "/a/+1", "/a/-1", "/a/1/c", "/a/",
                              "/t/0", "/a/0/x", "/~", "/~2", "/a/18446744073709551616", "//"})
    EXPECT_EQ(resolve_pointer(root, pointer), nullptr) << pointer;
  EXPECT_NE(resolve_pointer(root, "/a/1/b"), nullptr);
}

TEST(JsonPointer, EscapesItsTokens) {
  std::string out = "/x";
  append_pointer_token(out, "a/b~c");
  EXPECT_EQ(out, "/x/a~1b~0c");
  prepend_pointer_token(out, "~1");
  EXPECT_EQ(out, "/~01/x/a~1b~0c");
}

TEST(JsonPointer, TellsPointersFromOtherTexts) {
  for (const auto* text : {"", "/", "/a", "/a/b", "/~0~1", "//"})
    EXPECT_TRUE(is_json_pointer(text)) << text;
  for (const auto* text : {"a", "a/b", "/~", "/a~", "/~2", "#/a"})
    EXPECT_FALSE(is_json_pointer(text)) << text;
}

TEST(Base64, GivesTheTestVectorsOfRfc4648) {
  const struct {
    const char* bytes;
    const char* text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};

  for (const auto& c : cases) {
    std::string back;
    EXPECT_EQ(to_base64(c.bytes), c.text);
    EXPECT_TRUE(from_base64(c.text, back)) << c.text;
    EXPECT_EQ(back, c.bytes);
  }
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  std::string out;
  for (const auto* text : {"Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=",
                           "Zg==Zg==", "Zm 9v", "Zm9-", "Zm9_", "Z\xc3\xa9g", "Zg=a"})
    EXPECT_FALSE(from_base64(text, out)) << text;
}

TEST(Base64, ReturnsAnyBytes) {
  std::mt19937 random(3);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes(size, '\0');
    for (auto& c : bytes)
      c = static_cast<char>(random());
    std::string back;
    ASSERT_TRUE(from_base64(to_base64(bytes), back));
    ASSERT_EQ(back, bytes);
  }
}

} // namespace
} // namespace baseplate
