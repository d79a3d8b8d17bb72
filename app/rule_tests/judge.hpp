// What the kinds of cases share: results, and the comparison of an error with an expected one.
#pragma once

#include "app/rule_tests/comparison.hpp"
#include "app/rule_tests/run_case.hpp"

#include <boost/json/object.hpp>

#include <initializer_list>
#include <string_view>

namespace baseplate::app::rule_tests {

case_result passed();
case_result failed(std::string reason, std::string explanation = {});
case_result skipped(std::string reason);

/// An error as the service answers it.
struct service_error {
  std::string_view code = "ValidationException";
  std::string message;
  int status = 400;
  /// Ours: more than the message says.
  std::string explanation;
};

/// The comparison for a case: placeholders only in recorded ones, or where the case lists some.
comparison comparison_for(const test_case& x);

/// Whether the case was recorded from the service (authority aws-...).
bool recorded_from_service(const test_case& x);

/// Fails if `object` has a member that is not in `known`: it would not be compared.
std::optional<case_result> check_members(const boost::json::object& object,
                                         std::initializer_list<std::string_view> known);

/// Judges `actual` by an expected {code, message, message_raw, status}. message_raw, which holds a
/// position of the service's parser, is not compared.
case_result judge_error(const test_case& x, const boost::json::value& expected,
                        const service_error& actual);

case_result run_pattern(const test_case& x, const rule_engine& engine);
case_result run_validity(const test_case& x, const rule_engine& engine);
case_result run_transformer(const test_case& x);
case_result run_schedule(const test_case& x, const rule_engine& engine);

} // namespace baseplate::app::rule_tests
