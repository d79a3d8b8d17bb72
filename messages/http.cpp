#include "messages/http.hpp"

namespace baseplate {

http_response error_response(int status, std::string_view code, std::string_view message,
                             std::string_view pointer) {
  http_response out;
  out.status = status;
  out.body = R"({"error":{"code":)";
  append_json_string(out.body, code);
  out.body += R"(,"message":)";
  append_json_string(out.body, message);
  out.body += R"(,"pointer":)";
  append_json_string(out.body, pointer);
  out.body += "}}";
  return out;
}

} // namespace baseplate
