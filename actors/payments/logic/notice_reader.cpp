#include "actors/payments/logic/notice_reader.hpp"

#include "messages/json/decode.hpp"

namespace baseplate::payments {

notice_or_fault read_notice(std::string_view body) {
  auto notice = from_json_text<psp_notice>(body, strictness::lenient);
  if (!notice) {
    auto error = notice.error();
    return {std::nullopt, {std::string(to_string(error.code)), error.pointer}};
  }
  for (auto c : notice->currency)
    if (c < 'A' || c > 'Z')
      return {std::nullopt, {"bad_value", "/currency"}};
  return {std::move(*notice), {}};
}

} // namespace baseplate::payments
