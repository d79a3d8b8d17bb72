// One attempt on its way: a libcurl handle with all that it points at. Set up, given to the multi
// handle, read out. Threads: that of the transfer engine
#pragma once

#include "actors/outbound/logic/target_settings.hpp"
#include "messages/chunk.hpp"
#include "messages/outbound.hpp"

#include <caf/actor.hpp>
#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

namespace baseplate::outbound {

/// An attempt and who asked for it.
struct ordered_attempt {
  attempt what;
  caf::actor asker;
};

class transfer {
 public:
  /// `easy` is taken; it comes back from release().
  transfer(CURL* easy, ordered_attempt order);
  ~transfer();

  transfer(const transfer&) = delete;
  transfer& operator=(const transfer&) = delete;

  /// Sets all options. False: the event cannot be sent; answer() says why.
  bool prepare(const target_settings& target, unix_ms now_ms);

  /// What came of it. @pre prepare() gave true and libcurl is done with the handle
  void finish(CURLcode code, unix_ms now_ms);

  const attempt_result& answer() const { return answer_; }

  const ordered_attempt& order() const { return order_; }

  CURL* easy() const { return easy_; }

  /// Gives the handle back, reset, for the next one.
  CURL* release();

 private:
  std::string_view envelope() const;
  bool reject(std::string reason);
  void prepare_connection(const connection_settings& connection);
  bool prepare_http(const http_settings& http, unix_ms now_ms);
  bool prepare_smtp(const smtp_settings& smtp, unix_ms now_ms);
  void finish_http(CURLcode code, unix_ms now_ms);
  void finish_smtp(CURLcode code);
  void failed(CURLcode code);

  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int before_request(void* self, char* remote, char* local, int remote_port, int local_port);
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t give_mail(char* to, std::size_t size, std::size_t count, void* self);
  static int seek_mail(void* self, curl_off_t offset, int origin);

  CURL* easy_;
  ordered_attempt order_;
  attempt_result answer_;
  bool is_smtp_ = false;
  bool allow_private_ = false;
  std::uint32_t timeout_ms_ = 0;
  /// Kind of a non-public address that was refused; empty: none was.
  std::string refused_;
  std::size_t body_bytes_ = 0;
  bool body_cut_ = false;
  std::string mail_;
  std::size_t mail_at_ = 0;
  curl_slist* headers_ = nullptr;
  curl_slist* recipients_ = nullptr;
};

} // namespace baseplate::outbound
