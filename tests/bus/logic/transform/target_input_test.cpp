#include "actors/bus/logic/transform/read_input_spec.hpp"

#include <boost/json.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace baseplate::transform {
namespace {

using testing::HasSubstr;
using variables = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view event
    = R"({"version":"0","id":"e-1","detail-type":"order placed","source":"shop","account":"1",)"
      R"("time":"2026-01-02T03:04:05Z","region":"r","resources":[],"detail":{"id":"o-1",)"
      R"("note":"say \"hi\"\n","path":"C:\\dir","amount":300.0,"paid":true,"gone":null,)"
      R"("list":["A","B"],"numbers":[1, 2],"buyer":{"name":"x","age":3}}})";

constexpr rule_facts facts{"arn:aws:events:r:1:rule/big", "big", "2026-01-02T03:04:06Z"};

const variables all
    = {{"id", "$.detail.id"},          {"note", "$.detail.note"},       {"path", "$.detail.path"},
       {"amount", "$.detail.amount"},  {"paid", "$.detail.paid"},       {"gone", "$.detail.gone"},
       {"list", "$.detail.list"},      {"numbers", "$.detail.numbers"}, {"buyer", "$.detail.buyer"},
       {"missing", "$.detail.nowhere"}};

input_spec with_template(std::string text) {
  input_spec spec;
  spec.input_paths_map = all;
  spec.input_template = std::move(text);
  return spec;
}

/// What arrives; "nothing: ..." or "refused: ..." otherwise.
std::string fill(std::string text, transform_mode mode = transform_mode::service) {
  auto target = target_input::compile(with_template(std::move(text)), "T", mode);
  if (!target)
    return "refused: " + target.error().message;
  auto body = target->apply(event, facts);
  return body ? *body : "nothing: " + body.error().text;
}

std::string fill_strictly(std::string text) {
  return fill(std::move(text), transform_mode::strict);
}

TEST(TargetInput, IsTheEventAsItIsWithoutASpec) {
  EXPECT_EQ(*target_input{}.apply(event, facts), event);
  EXPECT_EQ(*target_input::compile({}, "T")->apply(event, facts), event);
}

TEST(TargetInput, IsTheConstantAsItWasWritten) {
  input_spec spec;
  spec.input = "{ \"a\": 1.0 }";
  EXPECT_EQ(*target_input::compile(spec, "T")->apply(event, facts), "{ \"a\": 1.0 }");
}

TEST(TargetInput, IsThePartThatInputPathLeadsTo) {
  auto part = [](std::string path) {
    input_spec spec;
    spec.input_path = std::move(path);
    return *target_input::compile(spec, "T")->apply(event, facts);
  };
  EXPECT_EQ(part("$.detail.id"), "\"o-1\"");
  EXPECT_EQ(part("$.detail.numbers"), "[1,2]");
  EXPECT_EQ(part("$.nowhere"), "null");
  EXPECT_EQ(part("$"), [] {
    std::string whole;
    append_minified(event, whole);
    return whole;
  }());
}

TEST(InputTemplate, InsertsJsonWhereAValueStands) {
  EXPECT_EQ(fill(R"({"a":<id>, "b": <amount>,"c":<paid>,"d":<gone>,"e":<list>,"f":<buyer>})"),
            R"({"a":"o-1", "b": 300.0,"c":true,"d":null,"e":["A","B"],"f":{"name":"x","age":3}})");
  EXPECT_EQ(fill(R"({"note": <note>})"), R"({"note": "say \"hi\"\n"})");
  EXPECT_EQ(fill(R"([<id>, [<numbers>]])"), R"(["o-1", [[1,2]]])");
}

TEST(InputTemplate, InsertsTextWithoutEscapesInAString) {
  EXPECT_EQ(fill(R"({"a":"order/<id>/<amount>/<paid>/<gone>"})"),
            R"({"a":"order/o-1/300.0/true/null"})");
  EXPECT_EQ(fill(R"({"a":"\"<id>\""})"), R"({"a":"\"o-1\""})");
  EXPECT_THAT(fill(R"({"a":"<note>"})"), HasSubstr("nothing: the result is not valid JSON"));
  EXPECT_THAT(fill(R"({"a":"<path>"})"), HasSubstr("no such escape, in what <path> stands for"));
}

TEST(InputTemplate, IsAnEmptyTextWhereAPathLeadsNowhere) {
  EXPECT_EQ(fill(R"({"a":<missing>,"b":"x<missing>y"})"), R"({"a":"","b":"xy"})");
  EXPECT_EQ(fill(R"("x<missing>y")"), R"("xy")");
}

TEST(InputTemplate, DeliversNothingForAListOrObjectInAStringOfJson) {
  EXPECT_THAT(fill(R"({"a":"<list>"})"), HasSubstr("nothing: "));
  EXPECT_THAT(fill(R"({"a":"<buyer>"})"), HasSubstr("in what <buyer> stands for"));
  EXPECT_EQ(fill(R"({"a":"<numbers>"})"), R"({"a":"[1,2]"})");
}

TEST(InputTemplate, KeepsTheQuotesOfStringsAndDropsThoseOfWhatIsInserted) {
  EXPECT_EQ(fill(R"("<id> has <list> of <buyer>, <paid>")"),
            R"("o-1 has [A,B] of {name:x,age:3}, true")");
  EXPECT_EQ(fill(R"("{[/ <id>")"), R"("{[/ o-1")");
  EXPECT_EQ(fill("\"<id>\"\n\"<list>\""), "\"o-1\"\n\"[A,B]\"");
}

TEST(InputTemplate, DeliversNothingForABareString) {
  EXPECT_THAT(fill("order <id>"), HasSubstr("nothing: "));
  EXPECT_THAT(fill("<id>"), HasSubstr("nothing: "));
  EXPECT_THAT(fill("\"<id>"), HasSubstr("nothing: "));
  EXPECT_THAT(fill("\"a\" <id>"), HasSubstr("nothing: "));
}

TEST(InputTemplate, MayBeOneValueAlone) {
  EXPECT_EQ(fill("<buyer>"), R"({"name":"x","age":3})");
  EXPECT_EQ(fill("<list>"), R"(["A","B"])");
  EXPECT_EQ(fill("<amount>"), "300.0");
  EXPECT_EQ(fill("<aws.events.event.json>").substr(0, 20), event.substr(0, 20));
}

TEST(InputTemplate, KnowsTheReservedVariables) {
  EXPECT_EQ(
      fill(R"("<aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>")"),
      R"("arn:aws:events:r:1:rule/big big 2026-01-02T03:04:06Z")");
  EXPECT_EQ(fill(R"({"a":<aws.events.rule-name>})"), R"({"a":"big"})");
  EXPECT_EQ(fill(R"({"e":<aws.events.event>})"),
            R"({"e":{"version":"0","id":"e-1","detailType":"order placed","source":"shop",)"
            R"("account":"1","time":"2026-01-02T03:04:06Z","region":"r","resources":[]}})");
  std::string whole;
  append_minified(event, whole);
  EXPECT_EQ(fill(R"({"e":<aws.events.event.json>})"), "{\"e\":" + whole + "}");
}

TEST(InputTemplate, LeavesAnyOtherAngleBracketAlone) {
  EXPECT_EQ(fill(R"("a < b <> <a b> <id")"), R"("a < b <> <a b> <id")");
}

TEST(InputTemplate, DoesNotFillInWhatWasInserted) {
  input_spec spec = with_template(R"("<x>")");
  spec.input_paths_map = variables{{"x", "$.detail.x"}};
  EXPECT_EQ(*target_input::compile(spec, "T")->apply(R"({"detail":{"x":"<x>"}})", facts),
            R"("<x>")");
}

TEST(InputTemplate, IsBoundedInWhatItYields) {
  std::string text = "[";
  while (text.size() + 10 < template_bytes_max)
    text += "<big>,";
  text.back() = ']';
  auto spec = with_template(text);
  spec.input_paths_map = variables{{"big", "$.detail.big"}};
  auto big = R"({"detail":{"big":")" + std::string(200'000, 'x') + "\"}}";
  auto body = target_input::compile(spec, "T")->apply(big, facts);
  ASSERT_FALSE(body);
  EXPECT_EQ(body.error().code, output_error::kind::too_large);
}

TEST(TargetInput, RefusesWithTheServicesSentences) {
  auto refusal = [](const input_spec& spec) { return target_input::compile(spec, "t-1").error(); };
  input_spec two;
  two.input = "{}";
  two.input_path = "$";
  EXPECT_EQ(refusal(two).message,
            "Only one of Input, InputPath, or InputTransformer must be provided for target t-1.");
  auto undefined = refusal(with_template(R"({"a": <id>, "b": <other>})"));
  EXPECT_EQ(undefined.message, "InputTemplate for target t-1 contains invalid placeholder other.");
  EXPECT_EQ(undefined.pointer, "/InputTransformer/InputTemplate");
  EXPECT_EQ(undefined.offset, 17u);
  input_spec no_json;
  no_json.input = "{\"a\":}";
  EXPECT_EQ(refusal(no_json).message, "JSON syntax error in input for target t-1.");
  EXPECT_EQ(refusal(no_json).offset, 5u);
}

TEST(TargetInput, RefusesWhatBreaksALimit) {
  auto code = [](const input_spec& spec) { return target_input::compile(spec, "T").error().code; };
  EXPECT_EQ(code(with_template("")), input_fault::no_template);
  input_spec no_template;
  no_template.input_paths_map = all;
  EXPECT_EQ(code(no_template), input_fault::no_template);
  EXPECT_EQ(code(with_template("\"" + std::string(template_bytes_max, 'x') + "\"")),
            input_fault::too_large);
  EXPECT_EQ(code(with_template("\"\xFF\"")), input_fault::not_utf8);
  auto many = with_template("\"\"");
  for (std::size_t i = many.input_paths_map->size(); i <= variables_max; ++i)
    many.input_paths_map->emplace_back("v" + std::to_string(i), "$.a");
  EXPECT_EQ(code(many), input_fault::too_large);
  auto bad_name = with_template("\"\"");
  bad_name.input_paths_map->emplace_back("AWS.x", "$.a");
  EXPECT_EQ(code(bad_name), input_fault::bad_variable);
  auto bad_path = with_template("\"\"");
  bad_path.input_paths_map->emplace_back("x", "$..a");
  auto error = target_input::compile(bad_path, "T").error();
  EXPECT_EQ(error.code, input_fault::bad_path);
  EXPECT_EQ(error.pointer, "/InputTransformer/InputPathsMap/x");
  EXPECT_EQ(error.offset, 2u);
  input_spec large;
  large.input = "\"" + std::string(input_bytes_max, 'x') + "\"";
  EXPECT_EQ(code(large), input_fault::too_large);
}

TEST(InputSpec, IsReadFromATargetAsPutTargetsHasIt) {
  auto read
      = [](std::string_view text) { return read_input_spec(boost::json::parse(text).as_object()); };
  auto spec = read(R"({"Id":"t","Arn":"a","Input":null,"InputTransformer":{"InputPathsMap":)"
                   R"({"a":"$.x"},"InputTemplate":"\"<a>\""}})");
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->input_template, "\"<a>\"");
  EXPECT_EQ(spec->input_paths_map, (variables{{"a", "$.x"}}));
  EXPECT_FALSE(spec->input || spec->input_path);
  EXPECT_EQ(read(R"({"InputPath":"$.x"})")->input_path, "$.x");
  EXPECT_EQ(read(R"({"Input":"{}"})")->input, "{}");
  EXPECT_EQ(target_input::compile(*read(R"({"InputTransformer":{}})"), "T").error().code,
            input_fault::no_template);
  EXPECT_EQ(read(R"({"Input":{}})").error().pointer, "/Input");
  EXPECT_EQ(read(R"({"InputTransformer":[]})").error().pointer, "/InputTransformer");
  EXPECT_EQ(read(R"({"InputTransformer":{"InputTemplate":1}})").error().pointer,
            "/InputTransformer/InputTemplate");
  EXPECT_EQ(read(R"({"InputTransformer":{"InputPathsMap":{"a/b":1}}})").error().pointer,
            "/InputTransformer/InputPathsMap/a~1b");
}

TEST(TargetInput, WarnsOfATemplateThatNeverGivesJson) {
  auto warnings = [](std::string text) {
    return target_input::compile(with_template(std::move(text)), "T")->warnings();
  };
  EXPECT_TRUE(warnings(R"({"a": <id>, "b": "<id>"})").empty());
  EXPECT_TRUE(warnings("\"<id>\" \"<id>\"").empty());
  EXPECT_TRUE(warnings("<buyer>").empty());
  EXPECT_EQ(warnings("order <id>").size(), 1u);
  auto key = warnings(R"({"a": 1, <id>: 2})");
  ASSERT_FALSE(key.empty());
  EXPECT_EQ(key[0].offset, 9u);
  EXPECT_THAT(key[0].text, HasSubstr("an object's key"));
  EXPECT_FALSE(warnings(R"({"<id>": 2})").empty());
  EXPECT_FALSE(warnings(R"({"a": "<aws.events.event.json>"})").empty());
  EXPECT_EQ(warnings(R"({"a": <id>,})")[0].offset, 11u);
}

TEST(StrictTemplate, EscapesWhatItInserts) {
  EXPECT_EQ(fill_strictly(R"({"a":"<note>","b":"<path>","c":"<list>/<buyer>","d":<note>})"),
            R"({"a":"say \"hi\"\n","b":"C:\\dir","c":"[\"A\",\"B\"]/{\"name\":\"x\",\"age\":3}",)"
            R"("d":"say \"hi\"\n"})");
  EXPECT_EQ(fill_strictly(R"({"a":<missing>,"b":"x<missing>"})"), R"({"a":null,"b":"x"})");
  EXPECT_EQ(fill_strictly(R"("<id> and <list>")"), R"("o-1 and [\"A\",\"B\"]")");
  EXPECT_EQ(fill_strictly("<id>"), "\"o-1\"");
}

TEST(StrictTemplate, IsRefusedWhenItCannotAlwaysGiveJson) {
  for (auto text :
       {"order <id>", "\"a\" \"<id>\"", R"({<id>: 1})", R"({"<id>": 1})", R"({"a": 1<id>})",
        R"({"a": -<amount>})", R"({"a": <id><id>})", R"({"a": <id>)", R"({"a": "<id>})",
        R"({"a": "<aws.events.event>"})", R"(["x"<id>])", "<id> <id>", " "})
    EXPECT_THAT(fill_strictly(text), HasSubstr("refused: InputTemplate for target T is refused in "
                                               "strict mode"))
        << text;
}

TEST(StrictTemplate, TellsWhere) {
  auto error = target_input::compile(with_template(R"({"a": <id>, "b": 1<id>})"), "T",
                                     transform_mode::strict)
                   .error();
  EXPECT_EQ(error.code, input_fault::not_strict);
  EXPECT_EQ(error.offset, 18u);
}

} // namespace
} // namespace baseplate::transform
