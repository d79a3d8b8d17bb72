#include "actors/outbound/transfer.hpp"

#include "actors/outbound/logic/delivery_outcome.hpp"
#include "actors/outbound/logic/event_body.hpp"
#include "actors/outbound/logic/ip_range.hpp"
#include "actors/outbound/logic/mail_message.hpp"
#include "actors/outbound/logic/webhook_signature.hpp"

#include <algorithm>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace baseplate::outbound {

namespace {

/// Bytes of a response that are read (and thrown away); a longer one is cut off with its
/// connection.
constexpr std::size_t response_bytes_max = 1024 * 1024;

std::optional<ip_address> address_of(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    std::uint8_t bytes[4];
    std::memcpy(bytes, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, 4);
    return ip_address::from_v4(bytes);
  }
  if (address->sa_family == AF_INET6) {
    ip_address result;
    std::memcpy(result.bytes.data(), &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr,
                16);
    return result;
  }
  return std::nullopt;
}

} // namespace

transfer::transfer(CURL* easy, ordered_attempt order) : easy_(easy), order_(std::move(order)) {
  answer_.subscriber = order_.what.subscriber;
  answer_.epoch = order_.what.epoch;
  answer_.sequence = order_.what.sequence;
}

transfer::~transfer() {
  if (easy_ != nullptr)
    curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(recipients_);
}

CURL* transfer::release() {
  curl_easy_reset(
      easy_); // keeps the connection cache's and the DNS cache's place in the multi handle
  return std::exchange(easy_, nullptr);
}

std::string_view transfer::envelope() const {
  const auto& what = order_.what;
  return what.chunk->envelope(what.chunk->events()[what.event]);
}

bool transfer::reject(std::string reason) {
  answer_.outcome = attempt_outcome::rejected;
  answer_.reason = std::move(reason);
  return false;
}

// -- setting up -----------------------------------------------------------------

bool transfer::prepare(const target_settings& target, unix_ms now_ms) {
  if (!order_.what.chunk || order_.what.event >= order_.what.chunk->events().size())
    return reject("the attempt carries no event");
  is_smtp_ = target.kind == target_kind::smtp;
  prepare_connection(is_smtp_ ? target.smtp.connection : target.http.connection);
  return is_smtp_ ? prepare_smtp(target.smtp, now_ms) : prepare_http(target.http, now_ms);
}

void transfer::prepare_connection(const connection_settings& connection) {
  allow_private_ = connection.allow_private;
  timeout_ms_ = connection.timeout_ms;
  curl_easy_setopt(easy_, CURLOPT_URL, connection.url.c_str());
  curl_easy_setopt(easy_, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, ""); // the environment's proxies are none of ours
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout_ms_));
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout_ms_));
  curl_easy_setopt(easy_, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  if (!connection.ca_file.empty())
    curl_easy_setopt(easy_, CURLOPT_CAINFO, connection.ca_file.c_str());
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETFUNCTION, &transfer::open_socket);
  curl_easy_setopt(easy_, CURLOPT_OPENSOCKETDATA, this);
  // A kept connection was opened for another destination, perhaps one that may go where this one
  // may not.
  curl_easy_setopt(easy_, CURLOPT_PREREQFUNCTION, &transfer::before_request);
  curl_easy_setopt(easy_, CURLOPT_PREREQDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &transfer::take_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
}

bool transfer::prepare_http(const http_settings& http, unix_ms now_ms) {
  auto body = envelope();
  if (http.detail_only) {
    const auto detail = detail_of(body);
    if (!detail)
      return reject("the event has no detail");
    body = *detail;
  }
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body.data());
  curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  if (http.method != "POST")
    curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, http.method.c_str());
  const auto add
      = [this](const std::string& line) { headers_ = curl_slist_append(headers_, line.c_str()); };
  bool typed = false;
  for (const auto& [name, value] : http.headers) {
    typed = typed || curl_strequal(name.c_str(), "content-type") != 0;
    add(value.empty() ? name + ';' : name + ": " + value);
  }
  const auto& key = order_.what.idempotency_key;
  if (!is_header_value(key))
    return reject("the idempotency key is no header value");
  if (!typed)
    add("Content-Type: application/json; charset=utf-8");
  add("User-Agent: baseplate/" BASEPLATE_VERSION);
  add("Expect:");
  add("Idempotency-Key: " + key);
  add("webhook-id: " + key);
  add("webhook-timestamp: " + std::to_string(now_ms / 1000));
  if (!http.secret.empty())
    add("webhook-signature: " + sign_webhook(http.secret, key, now_ms / 1000, body));
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  return true;
}

bool transfer::prepare_smtp(const smtp_settings& smtp, unix_ms now_ms) {
  const auto request = read_mail_request(envelope());
  if (!request)
    return reject(request.error().reason);
  auto mail = compose_mail(*request, smtp.from, now_ms);
  if (!mail)
    return reject(mail.error().reason);
  mail_ = std::move(*mail);
  recipients_ = curl_slist_append(nullptr, ('<' + request->to + '>').c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, ('<' + smtp.from + '>').c_str());
  curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, recipients_);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail_.size()));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, &transfer::give_mail);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, &transfer::seek_mail);
  curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
  const long use_ssl = smtp.starttls == starttls_mode::required ? CURLUSESSL_ALL
                       : smtp.starttls == starttls_mode::never  ? CURLUSESSL_NONE
                                                                : CURLUSESSL_TRY;
  curl_easy_setopt(easy_, CURLOPT_USE_SSL, use_ssl);
  if (!smtp.username.empty()) {
    curl_easy_setopt(easy_, CURLOPT_USERNAME, smtp.username.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, smtp.password.c_str());
  }
  return true;
}

// -- what libcurl asks ----------------------------------------------------------

curl_socket_t transfer::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& x = *static_cast<transfer*>(self);
  if (!x.allow_private_) {
    const auto ip = address_of(&address->addr);
    const auto kind = ip ? why_not_public(*ip) : std::string_view{"not an IP address"};
    if (!kind.empty()) {
      x.refused_ = kind;
      return CURL_SOCKET_BAD;
    }
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int transfer::before_request(void* self, char* remote, char*, int, int) {
  auto& x = *static_cast<transfer*>(self);
  if (x.allow_private_)
    return CURL_PREREQFUNC_OK;
  const auto ip = ip_address::parse(remote == nullptr ? "" : remote);
  const auto kind = ip ? why_not_public(*ip) : std::string_view{"not an IP address"};
  if (kind.empty())
    return CURL_PREREQFUNC_OK;
  x.refused_ = kind;
  return CURL_PREREQFUNC_ABORT;
}

std::size_t transfer::take_body(char*, std::size_t size, std::size_t count, void* self) {
  auto& x = *static_cast<transfer*>(self);
  x.body_bytes_ += size * count;
  if (x.body_bytes_ <= response_bytes_max)
    return size * count;
  x.body_cut_ = true;
  return 0;
}

std::size_t transfer::give_mail(char* to, std::size_t size, std::size_t count, void* self) {
  auto& x = *static_cast<transfer*>(self);
  const auto n = std::min(size * count, x.mail_.size() - x.mail_at_);
  std::memcpy(to, x.mail_.data() + x.mail_at_, n);
  x.mail_at_ += n;
  return n;
}

int transfer::seek_mail(void* self, curl_off_t offset, int origin) {
  auto& x = *static_cast<transfer*>(self);
  if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > x.mail_.size())
    return CURL_SEEKFUNC_FAIL;
  x.mail_at_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

// -- reading out ----------------------------------------------------------------

void transfer::finish(CURLcode code, unix_ms now_ms) {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  answer_.status = static_cast<std::int32_t>(status);
  if (is_smtp_)
    finish_smtp(code);
  else
    finish_http(code, now_ms);
}

/// No answer, or none that counts.
void transfer::failed(CURLcode code) {
  answer_.outcome = attempt_outcome::retry;
  answer_.reason = code == CURLE_OPERATION_TIMEDOUT
                       ? "no answer within " + std::to_string(timeout_ms_) + " ms"
                       : std::string(curl_easy_strerror(code));
  const bool refused = code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK;
  if (refused && !refused_.empty()) {
    answer_.outcome = attempt_outcome::rejected;
    answer_.reason = "the address is not public (" + refused_ + ")";
  } else if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL) {
    answer_.outcome = attempt_outcome::rejected;
  }
}

void transfer::finish_http(CURLcode code, unix_ms now_ms) {
  if (code != CURLE_OK && !(code == CURLE_WRITE_ERROR && body_cut_)) {
    failed(code);
    return;
  }
  answer_.outcome = http_outcome(answer_.status);
  if (answer_.outcome == attempt_outcome::delivered)
    return;
  answer_.reason = "HTTP status " + std::to_string(answer_.status);
  curl_header* header = nullptr;
  if (curl_easy_header(easy_, "Retry-After", 0, CURLH_HEADER, -1, &header) == CURLHE_OK)
    answer_.retry_after_ms = parse_retry_after(header->value, now_ms);
}

void transfer::finish_smtp(CURLcode code) {
  if (code == CURLE_OK) {
    answer_.outcome = attempt_outcome::delivered;
    return;
  }
  failed(code);
  if (answer_.status < 400 || code == CURLE_LOGIN_DENIED)
    return; // the last reply was fine: the connection broke. A wrong password is the operator's to
            // mend.
  answer_.outcome = smtp_outcome(answer_.status);
  answer_.reason = "SMTP reply " + std::to_string(answer_.status);
}

} // namespace baseplate::outbound
