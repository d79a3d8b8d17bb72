#include "actors/outbound/logic/target_settings.hpp"

#include "actors/outbound/logic/ip_range.hpp"
#include "actors/outbound/logic/mail_message.hpp"
#include "messages/json/pointer.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

namespace baseplate::outbound {

namespace {

namespace json = boost::json;

/// Header names that the transport sets itself or that would change how the message is framed.
constexpr std::array<std::string_view, 12> own_headers{"host",
                                                       "content-length",
                                                       "transfer-encoding",
                                                       "connection",
                                                       "expect",
                                                       "upgrade",
                                                       "te",
                                                       "trailer",
                                                       "webhook-id",
                                                       "webhook-timestamp",
                                                       "webhook-signature",
                                                       "idempotency-key"};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// Reads members one by one; the first fault stays.
class reader {
 public:
  explicit reader(const json::object& object) : object_(object), taken_(object.size(), false) {}

  void fault(std::string pointer, std::string reason) {
    if (!fault_)
      fault_ = target_fault{std::move(pointer), std::move(reason)};
  }

  const json::value* take(std::string_view name) {
    const auto found = object_.find(name);
    if (found == object_.end())
      return nullptr;
    taken_[static_cast<std::size_t>(found - object_.begin())] = true;
    return &found->value();
  }

  void text(std::string_view name, std::string& out, std::size_t length_max, bool required) {
    const auto* value = take(name);
    if (value == nullptr) {
      if (required)
        fault(child_pointer("", name), "is missing");
      return;
    }
    const auto* string = value->if_string();
    if (string == nullptr)
      fault(child_pointer("", name), "must be a string");
    else if (string->empty())
      fault(child_pointer("", name), "must not be empty");
    else if (string->size() > length_max)
      fault(child_pointer("", name), "has more than " + std::to_string(length_max) + " characters");
    else
      out = std::string(*string);
  }

  void number(std::string_view name, std::uint32_t& out, std::int64_t least, std::int64_t most) {
    const auto* value = take(name);
    if (value == nullptr)
      return;
    boost::system::error_code not_integer;
    const auto number = value->to_number<std::int64_t>(not_integer);
    if (not_integer || number < least || number > most)
      fault(child_pointer("", name),
            "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    else
      out = static_cast<std::uint32_t>(number);
  }

  void flag(std::string_view name, bool& out) {
    const auto* value = take(name);
    if (value == nullptr)
      return;
    if (const auto* x = value->if_bool())
      out = *x;
    else
      fault(child_pointer("", name), "must be true or false");
  }

  /// Gives the position of the member's text in `choices`; 0 if it is absent.
  template <std::size_t N>
  std::size_t choice(std::string_view name, const std::array<std::string_view, N>& choices) {
    const auto* value = take(name);
    if (value == nullptr)
      return 0;
    std::string all;
    for (std::size_t i = 0; i < N; ++i) {
      if (value->is_string() && value->get_string() == choices[i])
        return i;
      (all += i == 0 ? "" : ", ") += choices[i];
    }
    fault(child_pointer("", name), "must be one of: " + all);
    return 0;
  }

  std::optional<target_fault> finish() {
    for (std::size_t i = 0; i < taken_.size(); ++i)
      if (!taken_[i])
        fault(child_pointer("", (object_.begin() + static_cast<std::ptrdiff_t>(i))->key()),
              "is unknown");
    return fault_;
  }

 private:
  const json::object& object_;
  std::vector<bool> taken_;
  std::optional<target_fault> fault_;
};

/// What is wrong with a URL for these schemes; empty: nothing.
std::string url_fault(const std::string& url, const std::array<std::string_view, 2>& schemes,
                      bool allow_private) {
  for (const char c : url)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7F)
      return "has a blank or a control character";
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parts(curl_url(), curl_url_cleanup);
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
    return "is no URL";
  const auto part = [&](CURLUPart which) {
    char* text = nullptr;
    std::string result;
    if (curl_url_get(parts.get(), which, &text, 0) == CURLUE_OK && text != nullptr)
      result = text;
    curl_free(text);
    return result;
  };
  const auto scheme = part(CURLUPART_SCHEME);
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end())
    return "must begin with " + std::string(schemes[0]) + ":// or " + std::string(schemes[1])
           + "://";
  auto host = part(CURLUPART_HOST);
  if (host.empty())
    return "has no host";
  if (!part(CURLUPART_USER).empty() || !part(CURLUPART_PASSWORD).empty())
    return "must not carry a user or a password";
  if (!part(CURLUPART_FRAGMENT).empty())
    return "must not have a fragment";
  if (host.front() == '[')
    host = host.substr(1, host.size() - 2);
  const auto address = ip_address::parse(host == "localhost" ? "127.0.0.1" : host);
  if (address && !allow_private)
    if (const auto kind = why_not_public(*address); !kind.empty())
      return "leads to an address that is not public (" + std::string(kind)
             + "); allow_private permits it";
  return {};
}

void read_connection(reader& in, connection_settings& out,
                     const std::array<std::string_view, 2>& schemes) {
  in.text("url", out.url, 2048, true);
  in.flag("allow_private", out.allow_private);
  if (!out.url.empty())
    if (auto fault = url_fault(out.url, schemes, out.allow_private); !fault.empty())
      in.fault("/url", std::move(fault));
  in.number("timeout_ms", out.timeout_ms, 100, 60'000);
  in.number("concurrency", out.concurrency, 1, 1024);
  in.text("ca_file", out.ca_file, 4096, false);
}

void read_headers(reader& in, http_settings& out) {
  const auto* value = in.take("headers");
  if (value == nullptr)
    return;
  const auto* headers = value->if_object();
  if (headers == nullptr) {
    in.fault("/headers", "must be an object");
    return;
  }
  if (headers->size() > 64)
    in.fault("/headers", "has more than 64 members");
  for (const auto& [name, x] : *headers) {
    const auto pointer = child_pointer("/headers", name);
    const auto* text = x.if_string();
    if (!is_header_name(name))
      in.fault(pointer, "is no header name");
    else if (std::find(own_headers.begin(), own_headers.end(), lower(name)) != own_headers.end())
      in.fault(pointer, "is set by the transport itself");
    else if (text == nullptr)
      in.fault(pointer, "must be a string");
    else if (text->size() > 8192 || !is_header_value(*text))
      in.fault(pointer, "is no header value");
    else
      out.headers.emplace_back(name, *text);
  }
}

void read_http(reader& in, http_settings& out) {
  read_connection(in, out.connection, {"https", "http"});
  static constexpr std::array<std::string_view, 3> methods{"POST", "PUT", "PATCH"};
  out.method = methods[in.choice("method", methods)];
  out.detail_only = in.choice("body", std::array<std::string_view, 2>{"envelope", "detail"}) == 1;
  read_headers(in, out);
  if (const auto* sign = in.take("sign")) {
    const auto* object = sign->if_object();
    if (object == nullptr) {
      in.fault("/sign", "must be an object");
      return;
    }
    reader inner(*object);
    inner.text("secret", out.secret, 4096, true);
    if (auto fault = inner.finish())
      in.fault("/sign" + fault->pointer, std::move(fault->reason));
  }
}

void read_smtp(reader& in, smtp_settings& out) {
  out.connection.timeout_ms = 10'000;
  out.connection.concurrency = 8;
  read_connection(in, out.connection, {"smtp", "smtps"});
  in.text("from", out.from, 254, true);
  if (!out.from.empty() && !is_mail_address(out.from))
    in.fault("/from", "is no mail address");
  in.text("username", out.username, 256, false);
  in.text("password", out.password, 1024, false);
  if (out.username.empty() != out.password.empty())
    in.fault(out.username.empty() ? "/username" : "/password",
             "is missing: username and password go together");
  constexpr std::array modes{starttls_mode::optional, starttls_mode::never,
                             starttls_mode::required};
  out.starttls
      = modes[in.choice("starttls", std::array<std::string_view, 3>{"try", "never", "require"})];
}

} // namespace

bool is_header_name(std::string_view name) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || others.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view value) {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

boost::system::result<target_settings, target_fault>
read_target_settings(target_kind kind, const json::object& settings) {
  target_settings result;
  result.kind = kind;
  reader in(settings);
  if (kind == target_kind::http)
    read_http(in, result.http);
  else if (kind == target_kind::smtp)
    read_smtp(in, result.smtp);
  if (auto fault = in.finish())
    return std::move(*fault);
  return result;
}

boost::system::result<target_settings, target_fault> read_target_settings(target_kind kind,
                                                                          std::string_view text) {
  if (text.empty())
    return read_target_settings(kind, json::object{});
  boost::system::error_code not_json;
  const auto value = json::parse(text, not_json);
  if (not_json)
    return target_fault{"", "is no JSON: " + not_json.message()};
  if (!value.is_object())
    return target_fault{"", "must be an object"};
  return read_target_settings(kind, value.get_object());
}

} // namespace baseplate::outbound
