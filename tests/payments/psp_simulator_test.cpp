// The provider as a whole: real sockets, a shop of a few lines that takes webhooks, a provider that
// dies and comes back.
#include "actors/payments/logic/webhook_signature.hpp"
#include "app/psp_simulator/psp_simulator.hpp"
#include "app/psp_simulator/webhook_sender.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <thread>

namespace baseplate::psp_simulator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace json = boost::json;
using tcp = asio::ip::tcp;
using namespace std::chrono_literals;

const std::vector<std::string> secrets{"psp-development-secret", "the-secret-before-that"};

/// Takes webhooks on a thread of its own; answers as it is told.
class webhook_shop {
 public:
  webhook_shop() : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
    thread_ = std::thread([this] { serve(); });
  }

  ~webhook_shop() {
    {
      std::lock_guard lock(mutex_);
      ending_ = true;
    }
    asio::io_context io;
    tcp::socket wake(io);
    boost::system::error_code ignored;
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }

  std::string url() const {
    return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port())
           + "/v1/webhooks/psp";
  }

  /// The next `count` webhooks get this status.
  void answer_next(int count, int status) {
    std::lock_guard lock(mutex_);
    refusals_ = count;
    refusal_ = status;
  }

  /// Waits until as many webhooks were taken with 2xx; false after ten seconds.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 10s, [&] { return taken_.size() >= count; });
  }

  std::vector<json::object> taken() {
    std::lock_guard lock(mutex_);
    return taken_;
  }

  bool all_signed() {
    std::lock_guard lock(mutex_);
    return all_signed_;
  }

 private:
  void serve() {
    for (;;) {
      boost::system::error_code error;
      tcp::socket socket(io_);
      acceptor_.accept(socket, error);
      {
        std::lock_guard lock(mutex_);
        if (ending_)
          return;
      }
      beast::flat_buffer buffer;
      http::request<http::string_body> request;
      http::read(socket, buffer, request, error);
      if (error)
        continue;
      http::response<http::empty_body> response{static_cast<http::status>(take(request)), 11};
      response.keep_alive(false);
      response.prepare_payload();
      http::write(socket, response, error);
    }
  }

  int take(const http::request<http::string_body>& request) {
    std::lock_guard lock(mutex_);
    auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
                   .count();
    for (auto& secret : secrets)
      all_signed_ = all_signed_
                    && payments::verify_signature({secret}, request["Psp-Signature"],
                                                  request.body(), now, 300)
                           == payments::signature_fault::none;
    if (refusals_ > 0) {
      --refusals_;
      return refusal_;
    }
    taken_.push_back(json::parse(request.body()).as_object());
    changed_.notify_all();
    return 202;
  }

  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<json::object> taken_;
  bool all_signed_ = true;
  bool ending_ = false;
  int refusals_ = 0;
  int refusal_ = 500;
  std::thread thread_;
};

/// A provider on a thread of its own.
class running_provider {
 public:
  explicit running_provider(psp_simulator_options options) : simulator_(std::move(options)) {
    thread_ = std::thread([this] { simulator_.run(); });
  }

  ~running_provider() {
    simulator_.stop();
    thread_.join();
  }

  http::response<http::string_body> ask(http::verb verb, const std::string& target,
                                        const std::string& body = {}, const std::string& key = {}) {
    asio::io_context io;
    tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), simulator_.port()});
    http::request<http::string_body> request{verb, target, 11};
    request.set(http::field::host, "localhost");
    if (!key.empty())
      request.set("Idempotency-Key", key);
    request.body() = body;
    request.prepare_payload();
    http::write(socket, request);
    beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    return response;
  }

  http::response<http::string_body> pay(const std::string& order_id, std::int64_t amount,
                                        const std::string& key = {}) {
    return ask(http::verb::post, "/v1/payments",
               json::serialize(json::object{
                   {"order_id", order_id}, {"amount_minor", amount}, {"currency", "EUR"}}),
               key);
  }

  json::array payments() {
    return json::parse(ask(http::verb::get, "/v1/payments").body()).at("payments").as_array();
  }

 private:
  psp_simulator simulator_;
  std::thread thread_;
};

class PspSimulator : public ::testing::Test {
 protected:
  PspSimulator() {
    auto name = (std::filesystem::temp_directory_path() / "psp-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
    options_.port = 0;
    options_.webhook_url = shop_.url();
    options_.webhook_secrets = secrets;
    options_.retry_ms = 1;
    options_.retry_max_ms = 10;
  }

  ~PspSimulator() override { std::filesystem::remove_all(directory_); }

  std::vector<std::string> types() {
    std::vector<std::string> out;
    for (auto& notice : shop_.taken())
      out.push_back(std::string(notice.at("type").as_string())
                    + (notice.at("success").as_bool() ? "+" : "-"));
    return out;
  }

  webhook_shop shop_;
  std::filesystem::path directory_;
  psp_simulator_options options_;
};

using strings = std::vector<std::string>;

TEST_F(PspSimulator, TakesAPaymentAndSendsSignedWebhooks) {
  running_provider provider(options_);
  auto response = provider.pay("o-1", 1900, "key-1");
  EXPECT_EQ(response.result_int(), 201u);
  auto payment_id = json::parse(response.body()).at("payment_id").as_string();
  ASSERT_TRUE(shop_.wait_for(2));
  EXPECT_EQ(types(), (strings{"AUTHORISATION+", "CAPTURE+"}));
  EXPECT_TRUE(shop_.all_signed());
  EXPECT_EQ(shop_.taken().at(0).at("payment_id").as_string(), payment_id);
}

TEST_F(PspSimulator, AnswersTheSameRequestWithTheSamePaymentAndSendsNothingTwice) {
  running_provider provider(options_);
  auto first = provider.pay("o-1", 1900, "key-1");
  ASSERT_TRUE(shop_.wait_for(2));
  auto again = provider.pay("o-1", 1900, "key-1");
  EXPECT_EQ(again.result_int(), 200u);
  EXPECT_EQ(again.body(), first.body());
  EXPECT_EQ(provider.pay("o-1", 1950, "key-1").result_int(), 409u);
  EXPECT_EQ(provider.payments().size(), 1u);
  EXPECT_EQ(shop_.taken().size(), 2u);
}

TEST_F(PspSimulator, RepeatsAWebhookUntilItIsTaken) {
  shop_.answer_next(5, 503);
  running_provider provider(options_);
  provider.pay("o-1", 1901);
  ASSERT_TRUE(shop_.wait_for(1));
  EXPECT_EQ(types(), (strings{"AUTHORISATION-"}));
}

TEST_F(PspSimulator, SendsAfterARestartWhatItStillOwes) {
  options_.data_file = (directory_ / "payments.jsonl").string();
  {
    // Nobody takes webhooks at first: the port of a socket that is closed again.
    asio::io_context io;
    tcp::acceptor closed(io, {asio::ip::make_address("127.0.0.1"), 0});
    auto nobody = options_;
    nobody.webhook_url = "http://127.0.0.1:" + std::to_string(closed.local_endpoint().port()) + "/";
    closed.close();
    running_provider provider(nobody);
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(provider.pay("o-" + std::to_string(i), 1900).result_int(), 201u);
  }
  running_provider provider(options_);
  ASSERT_TRUE(shop_.wait_for(40));
  auto payments = provider.payments();
  EXPECT_EQ(payments.size(), 20u);
  EXPECT_TRUE(shop_.all_signed());
}

TEST_F(PspSimulator, SendsCaptureFirstAndCopiesWhenTheAmountSaysSo) {
  running_provider provider(options_);
  provider.pay("o-1", 1907);
  ASSERT_TRUE(shop_.wait_for(4));
  EXPECT_EQ(types(), (strings{"CAPTURE+", "AUTHORISATION+", "CAPTURE+", "AUTHORISATION+"}));
  EXPECT_EQ(shop_.taken()[0].at("id"), shop_.taken()[2].at("id"));
}

TEST_F(PspSimulator, RefundsByAnEventsDetail) {
  running_provider provider(options_);
  provider.pay("o-1", 1900);
  ASSERT_TRUE(shop_.wait_for(2));
  const std::string detail = R"({"metadata":{"type":"PAYMENT_REFUND_REQUESTED"},"data":)"
                             R"({"order_id":"o-1","refund_id":"r-1","amount_minor":1900}})";
  EXPECT_EQ(provider.ask(http::verb::post, "/v1/refunds", detail).result_int(), 201u);
  EXPECT_EQ(provider.ask(http::verb::post, "/v1/refunds", detail).result_int(), 200u);
  ASSERT_TRUE(shop_.wait_for(3));
  EXPECT_EQ(types().back(), "REFUND+");
}

TEST_F(PspSimulator, ListsWhatBecameOfEachPayment) {
  options_.webhook_url.clear();
  running_provider provider(options_);
  provider.pay("o-1", 1900);
  provider.pay("o-2", 1901);
  provider.pay("o-3", 1904);
  auto payments = provider.payments();
  ASSERT_EQ(payments.size(), 3u);
  EXPECT_EQ(payments[0].at("outcome").as_string(), "approved");
  EXPECT_EQ(payments[0].at("owed").to_number<int>(), 2);
  EXPECT_EQ(payments[1].at("outcome").as_string(), "declined");
  EXPECT_EQ(payments[2].at("outcome").as_string(), "dropped");
}

TEST_F(PspSimulator, AnswersBadRequestsPrecisely) {
  running_provider provider(options_);

  struct row {
    http::verb verb;
    std::string target;
    std::string body;
    unsigned status;
    std::string code;
    std::string pointer;
  };

  for (auto& row : std::vector<struct row>{
           {http::verb::post, "/v1/payments", "{", 400, "invalid_json", ""},
           {http::verb::post, "/v1/payments", "[]", 400, "invalid_json", ""},
           {http::verb::post, "/v1/payments", "{}", 400, "missing_field", "/order_id"},
           {http::verb::post, "/v1/payments", R"({"data":{"order_id":"o"}})", 400, "missing_field",
            "/data/amount_minor"},
           {http::verb::post, "/v1/payments", R"({"order_id":"o","amount_minor":0})", 400,
            "invalid_field", "/amount_minor"},
           {http::verb::post, "/v1/payments",
            R"({"order_id":"o","amount_minor":1,"currency":"EURO"})", 400, "invalid_field",
            "/currency"},
           {http::verb::post, "/v1/refunds", R"({"order_id":"o","refund_id":"r","amount_minor":1})",
            404, "unknown_payment", "/order_id"},
           {http::verb::delete_, "/v1/payments", "", 405, "method_not_allowed", ""},
           {http::verb::get, "/nowhere", "", 404, "not_found", ""},
           {http::verb::post, "/v1/payments", std::string(65'537, ' '), 413, "body_too_large", ""},
       }) {
    auto response = provider.ask(row.verb, row.target, row.body);
    EXPECT_EQ(response.result_int(), row.status) << row.target << row.body.substr(0, 80);
    auto error = json::parse(response.body()).at("error");
    EXPECT_EQ(error.at("code").as_string(), row.code);
    EXPECT_EQ(error.at("pointer").as_string(), row.pointer);
  }
  EXPECT_EQ(provider.ask(http::verb::get, "/livez").result_int(), 200u);
}

TEST_F(PspSimulator, RefusesOptionsThatCannotWork) {
  auto with = [&](auto change) {
    auto options = options_;
    change(options);
    EXPECT_THROW(psp_simulator{options}, std::runtime_error);
  };
  with([](auto& x) { x.plan.decline = 1.5; });
  with([](auto& x) { x.plan.delay_ms_min = 5; });
  with([](auto& x) { x.webhook_secrets.clear(); });
  with([](auto& x) { x.webhook_url = "https://example.com"; });
  with([](auto& x) { x.webhook_url = "http://host:port/"; });
  with([](auto& x) { x.address = "nowhere"; });
  with([](auto& x) { x.retry_ms = 0; });
}

TEST(WebhookUrl, IsTakenApart) {
  auto target = parse_webhook_url("http://shop:8080/v1/webhooks/psp?x=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "shop");
  EXPECT_EQ(target->port, "8080");
  EXPECT_EQ(target->path, "/v1/webhooks/psp?x=1");
  EXPECT_EQ(parse_webhook_url("http://shop")->port, "80");
  EXPECT_EQ(parse_webhook_url("http://shop")->path, "/");
  for (auto bad : {"", "shop", "https://shop", "http://", "http://:80/", "http://shop:/",
                   "http://shop:99999/", "http://shop:8x/"})
    EXPECT_FALSE(parse_webhook_url(bad)) << bad;
}

} // namespace
} // namespace baseplate::psp_simulator
