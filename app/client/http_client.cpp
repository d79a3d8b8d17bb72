#include "app/client/http_client.hpp"

#include "messages/assert.hpp"

#include <boost/json.hpp>
#include <curl/curl.h>

#include <algorithm>
#include <cstring>

namespace baseplate::app {

namespace json = boost::json;

namespace {

/// libcurl's own start-up, once.
void start_curl() {
  static const auto code = curl_global_init(CURL_GLOBAL_DEFAULT);
  BASEPLATE_ASSERT(code == CURLE_OK);
}

struct list_deleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct easy_deleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};

using header_list = std::unique_ptr<curl_slist, list_deleter>;
using easy_handle = std::unique_ptr<CURL, easy_deleter>;

void add_header(header_list& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

std::size_t append_body(char* data, std::size_t, std::size_t size, void* target) {
  static_cast<std::string*>(target)->append(data, size);
  return size;
}

void set_common(CURL* easy, const client_options& options, char* error) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, options.connect_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "baseplate/" BASEPLATE_VERSION);
  if (!options.ca_file.empty())
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
}

void take_result(CURL* easy, CURLcode code, const char* error, client_response& out) {
  long status = 0;
  curl_off_t retry_after = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after);
  out.retry_after_ms
      = static_cast<std::int64_t>(std::clamp<curl_off_t>(retry_after, 0, 3600)) * 1000;
  if (code == CURLE_OK) {
    out.status = static_cast<int>(status);
    return;
  }
  out.status = 0;
  out.error = *error ? error : curl_easy_strerror(code);
}

} // namespace

std::string describe_failure(const client_response& response) {
  if (response.status == 0)
    return response.error;
  std::string result = "HTTP " + std::to_string(response.status);
  json::error_code ec;
  auto value = json::parse(response.body, ec);
  auto error = ec ? nullptr : value.if_object() ? value.get_object().if_contains("error") : nullptr;
  if (auto object = error ? error->if_object() : nullptr) {
    auto text = [&](const char* name) {
      auto member = object->if_contains(name);
      auto string = member ? member->if_string() : nullptr;
      return string ? std::string{string->data(), string->size()} : std::string{};
    };
    result += " " + text("code") + ": " + text("message");
    if (auto pointer = text("pointer"); !pointer.empty())
      result += " at " + pointer;
  } else if (!response.body.empty()) {
    result += ": " + response.body.substr(0, 200);
  }
  return result;
}

std::string query_of(const std::vector<std::pair<std::string, std::string>>& parameters) {
  static constexpr char hex[] = "0123456789ABCDEF";
  std::string out;
  for (auto& [name, value] : parameters) {
    if (value.empty())
      continue;
    out += (out.empty() ? "?" : "&") + name + "=";
    for (unsigned char c : value) {
      if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
        out += static_cast<char>(c);
      } else {
        out += '%';
        out += hex[c >> 4];
        out += hex[c & 15];
      }
    }
  }
  return out;
}

struct parallel_poster::implementation {
  struct slot {
    easy_handle easy;
    header_list headers;
    std::string request;
    client_response response;
    char error[CURL_ERROR_SIZE] = {};
    std::function<void(client_response, std::string)> done;
    bool busy = false;
  };

  client_options options;
  CURLM* multi = nullptr;
  std::vector<std::unique_ptr<slot>> slots;
  std::size_t busy = 0;

  slot& slot_of(CURL* easy) {
    for (auto& x : slots)
      if (x->easy.get() == easy)
        return *x;
    assertion_failed("a transfer without a slot", __FILE__, __LINE__);
  }
};

parallel_poster::parallel_poster(client_options options, std::size_t slots)
    : implementation_(std::make_unique<implementation>()) {
  start_curl();
  auto& self = *implementation_;
  self.options = std::move(options);
  self.multi = curl_multi_init();
  BASEPLATE_ASSERT(self.multi != nullptr);
  curl_multi_setopt(self.multi, CURLMOPT_MAXCONNECTS, static_cast<long>(slots));
  for (std::size_t i = 0; i < slots; ++i) {
    auto slot = std::make_unique<implementation::slot>();
    slot->easy.reset(curl_easy_init());
    BASEPLATE_ASSERT(slot->easy != nullptr);
    self.slots.push_back(std::move(slot));
  }
}

parallel_poster::~parallel_poster() {
  auto& self = *implementation_;
  for (auto& slot : self.slots)
    if (slot->busy)
      curl_multi_remove_handle(self.multi, slot->easy.get());
  self.slots.clear();
  curl_multi_cleanup(self.multi);
}

bool parallel_poster::has_free_slot() const {
  return implementation_->busy < implementation_->slots.size();
}

std::size_t parallel_poster::in_flight() const {
  return implementation_->busy;
}

void parallel_poster::post(const std::string& path, const std::string& content_type,
                           std::string body,
                           std::function<void(client_response, std::string)> done) {
  auto& self = *implementation_;
  auto at = std::find_if(self.slots.begin(), self.slots.end(), [](auto& x) { return !x->busy; });
  BASEPLATE_ASSERT(at != self.slots.end());
  auto& slot = **at;
  slot.busy = true;
  ++self.busy;
  slot.request = std::move(body);
  slot.response = {};
  slot.error[0] = '\0';
  slot.done = std::move(done);
  slot.headers.reset();
  add_header(slot.headers, "Content-Type: " + content_type);
  add_header(slot.headers, "Expect:");
  auto easy = slot.easy.get();
  curl_easy_reset(easy);
  set_common(easy, self.options, slot.error);
  curl_easy_setopt(easy, CURLOPT_URL, (self.options.url + path).c_str());
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, slot.request.data());
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(slot.request.size()));
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, slot.headers.get());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, self.options.request_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, append_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &slot.response.body);
  curl_multi_add_handle(self.multi, easy);
}

void parallel_poster::poll(int wait_ms) {
  auto& self = *implementation_;
  int running = 0;
  curl_multi_perform(self.multi, &running);
  int queued = 0;
  auto message = curl_multi_info_read(self.multi, &queued);
  if (!message && wait_ms > 0) {
    curl_multi_poll(self.multi, nullptr, 0, wait_ms, nullptr);
    curl_multi_perform(self.multi, &running);
    message = curl_multi_info_read(self.multi, &queued);
  }
  for (; message; message = curl_multi_info_read(self.multi, &queued)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    auto& slot = self.slot_of(message->easy_handle);
    take_result(message->easy_handle, message->data.result, slot.error, slot.response);
    curl_multi_remove_handle(self.multi, slot.easy.get());
    slot.busy = false;
    --self.busy;
    auto done = std::move(slot.done);
    done(std::move(slot.response), std::move(slot.request));
  }
}

namespace {

struct stream_target {
  CURL* easy = nullptr;
  const std::function<bool(std::string_view)>* on_data = nullptr;
  std::string* body = nullptr;
  bool ended_by_us = false;
};

std::size_t stream_body(char* data, std::size_t, std::size_t size, void* target) {
  auto& self = *static_cast<stream_target*>(target);
  long status = 0;
  curl_easy_getinfo(self.easy, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) {
    self.body->append(data, size);
    return size;
  }
  if ((*self.on_data)({data, size}))
    return size;
  self.ended_by_us = true;
  return CURL_WRITEFUNC_ERROR;
}

/// Ends a stream between two pieces when `on_data` of nothing says so (a signal, a deadline).
int stream_progress(void* target, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto& self = *static_cast<stream_target*>(target);
  if ((*self.on_data)({}))
    return 0;
  self.ended_by_us = true;
  return 1;
}

} // namespace

client_response stream_get(const client_options& options, const std::string& path,
                           const std::vector<std::string>& headers,
                           const std::function<bool(std::string_view)>& on_data) {
  start_curl();
  easy_handle easy{curl_easy_init()};
  BASEPLATE_ASSERT(easy != nullptr);
  client_response response;
  char error[CURL_ERROR_SIZE] = {};
  stream_target target{easy.get(), &on_data, &response.body, false};
  header_list list;
  for (auto& header : headers)
    add_header(list, header);
  set_common(easy.get(), options, error);
  curl_easy_setopt(easy.get(), CURLOPT_URL, (options.url + path).c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, list.get());
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, stream_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &target);
  curl_easy_setopt(easy.get(), CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFOFUNCTION, stream_progress);
  curl_easy_setopt(easy.get(), CURLOPT_XFERINFODATA, &target);
  curl_easy_setopt(easy.get(), CURLOPT_TCP_KEEPALIVE, 1L);
  auto code = curl_easy_perform(easy.get());
  take_result(easy.get(), target.ended_by_us ? CURLE_OK : code, error, response);
  return response;
}

} // namespace baseplate::app
