// The transport against a real HTTP server and a real SMTP server process. Real time: every wait
// has a deadline.

#include "actors/outbound/curl_transport.hpp"
#include "messages/caf/type_ids.hpp"
#include "tests/outbound/http_server.hpp"

#include <caf/all.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <sys/wait.h>
#include <unistd.h>

namespace baseplate::outbound {
namespace {

using namespace std::chrono_literals;
using test::http_server;

unix_ms wall_now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

struct config : caf::actor_system_config {
  config() { set("scheduler.max-threads", std::size_t{2}); }
};

class CurlTransport : public ::testing::Test {
 protected:
  void start(std::vector<destination> destinations, transport_options options = {}) {
    options.stats = stats;
    transport = spawn_curl_transport(system_, options, std::move(destinations), &wall_now);
  }

  destination http(const std::string& url, const std::string& more = "", subscriber_id id = 1) {
    return {id, "partner", target_kind::http,
            R"({"url":")" + url + R"(","allow_private":true)" + more + "}"};
  }

  static chunk_ptr event(const std::string& envelope) {
    return std::make_shared<const chunk>(
        envelope, std::vector<event_ref>{{1, 0, 1, 0, static_cast<std::uint32_t>(envelope.size())}},
        1, 1);
  }

  void order(sequence_number sequence, const chunk_ptr& events, subscriber_id id = 1) {
    self_->send(transport,
                attempt{id, 7, sequence, 1, "partner-" + std::to_string(sequence), events, 0});
  }

  /// The next `n` answers, by sequence.
  std::map<sequence_number, attempt_result> answers(std::size_t n) {
    std::map<sequence_number, attempt_result> result;
    bool late = false;
    while (result.size() < n && !late)
      self_->receive(
          [&](const attempt_result& x) { EXPECT_TRUE(result.emplace(x.sequence, x).second); },
          caf::after(20s) >> [&] { late = true; });
    EXPECT_FALSE(late) << "only " << result.size() << " answers came";
    return result;
  }

  attempt_result deliver(const std::string& envelope) {
    order(1, event(envelope));
    return answers(1)[1];
  }

  void TearDown() override {
    if (transport)
      caf::anon_send_exit(transport, caf::exit_reason::user_shutdown);
    transport = transport_actor{};
  }

  config config_;
  caf::actor_system system_{config_};
  caf::scoped_actor self_{system_};
  transport_actor transport;
  std::shared_ptr<transport_stats> stats = std::make_shared<transport_stats>();
};

const std::string envelope = R"({"version":"0","id":"e-1","detail":{"n": 1}})";

TEST_F(CurlTransport, PostsTheEnvelopeWithItsKeys) {
  http_server server([](const auto&, auto&) { return true; });
  start({http(server.url("/hook?x=1"), R"(,"headers":{"X-Team":"blue"},"sign":{"secret":"abc"})")});
  const auto x = deliver(envelope);
  EXPECT_EQ(x.outcome, attempt_outcome::delivered) << x.reason;
  EXPECT_EQ(x.status, 200);
  EXPECT_EQ(x.epoch, 7u);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1u);
  const auto& request = requests[0];
  EXPECT_EQ(request.method_string(), "POST");
  EXPECT_EQ(request.target(), "/hook?x=1");
  EXPECT_EQ(request.body(), envelope);
  EXPECT_EQ(request["Content-Type"], "application/json; charset=utf-8");
  EXPECT_EQ(request["Idempotency-Key"], "partner-1");
  EXPECT_EQ(request["webhook-id"], "partner-1");
  EXPECT_EQ(request["X-Team"], "blue");
  EXPECT_TRUE(request["webhook-signature"].starts_with("v1,"));
  EXPECT_FALSE(request["webhook-timestamp"].empty());
  EXPECT_EQ(request.count("Expect"), 0u);
}

TEST_F(CurlTransport, SendsTheDetailAloneWhenAsked) {
  http_server server([](const auto&, auto&) { return true; });
  start({http(server.url(), R"(,"body":"detail","method":"PUT")")});
  EXPECT_EQ(deliver(envelope).outcome, attempt_outcome::delivered);
  EXPECT_EQ(server.requests()[0].body(), R"({"n": 1})");
  EXPECT_EQ(server.requests()[0].method_string(), "PUT");
}

TEST_F(CurlTransport, ClassifiesAnswersAndFollowsNoRedirect) {
  http_server server([](const http_server::request& in, http_server::response& out) {
    const auto status = std::stoi(std::string(in.body().substr(in.body().find("\"n\":") + 4)));
    out.result(static_cast<unsigned>(status));
    if (status == 503)
      out.set("Retry-After", "7");
    if (status == 302)
      out.set("Location", "/elsewhere");
    return true;
  });
  start({http(server.url())});
  const std::map<int, attempt_outcome> expected{
      {204, attempt_outcome::delivered}, {302, attempt_outcome::rejected},
      {400, attempt_outcome::rejected},  {404, attempt_outcome::rejected},
      {429, attempt_outcome::retry},     {503, attempt_outcome::retry}};
  for (const auto& [status, outcome] : expected)
    order(static_cast<sequence_number>(status),
          event(R"({"detail":{"n":)" + std::to_string(status) + "}}"));
  const auto got = answers(expected.size());
  for (const auto& [status, outcome] : expected) {
    const auto& x = got.at(static_cast<sequence_number>(status));
    EXPECT_EQ(x.outcome, outcome) << status << ' ' << x.reason;
    EXPECT_EQ(x.status, status);
  }
  EXPECT_EQ(got.at(503).retry_after_ms, 7000);
  EXPECT_EQ(got.at(404).reason, "HTTP status 404");
  for (const auto& request : server.requests())
    EXPECT_EQ(request.target(), "/hook");
}

TEST_F(CurlTransport, RetriesAfterTimeoutsAndBrokenOrRefusedConnections) {
  http_server silent([](const http_server::request& in, http_server::response&) {
    if (in.target() == "/slow")
      std::this_thread::sleep_for(800ms); // the server's slowness is what is tested
    return false;
  });
  unsigned short closed = 0;
  {
    test::asio::io_context context;
    test::asio::ip::tcp::acceptor once(context, {test::asio::ip::address_v4::loopback(), 0});
    closed = once.local_endpoint().port();
  }
  start({http(silent.url("/broken")), http("http://127.0.0.1:" + std::to_string(closed), "", 2),
         http("http://no-such-host.invalid/", "", 3)});
  order(1, event(envelope), 1);
  order(2, event(envelope), 2);
  order(3, event(envelope), 3);
  order(4, event(envelope), 99);
  auto got = answers(4);
  for (sequence_number s = 1; s <= 4; ++s) {
    EXPECT_EQ(got[s].outcome, attempt_outcome::retry) << s;
    EXPECT_EQ(got[s].status, 0) << s;
    EXPECT_FALSE(got[s].reason.empty()) << s;
  }
  EXPECT_EQ(got[4].reason, "there is no destination for this subscriber");
  TearDown();
  start({http(silent.url("/slow"), R"(,"timeout_ms":150)")});
  const auto x = deliver(envelope);
  EXPECT_EQ(x.outcome, attempt_outcome::retry);
  EXPECT_EQ(x.reason, "no answer within 150 ms");
}

TEST_F(CurlTransport, ReachesNoPrivateAddressUnlessAllowed) {
  http_server server([](const auto&, auto&) { return true; });
  const auto port = std::to_string(server.port());
  // A name that resolves to loopback: only connecting shows it. The literal is refused when
  // settings are read.
  start(
      {{1, "inside", target_kind::http, R"({"url":"http://ip6-localhost:)" + port + R"(/"})"},
       {2, "inside", target_kind::http, R"({"url":"http://inside.localhost:)" + port + R"(/"})"}});
  order(1, event(envelope), 1);
  order(2, event(envelope), 2);
  auto got = answers(2);
  EXPECT_NE(got[1].outcome, attempt_outcome::delivered);
  EXPECT_EQ(got[2].outcome, attempt_outcome::rejected) << got[2].reason;
  EXPECT_EQ(got[2].reason, "the address is not public (loopback)");
  EXPECT_EQ(server.connections(), 0u);
}

TEST_F(CurlTransport, DoesNotReuseAConnectionThatAnotherDestinationWasAllowed) {
  http_server server([](const auto&, auto&) { return true; });
  const auto url = "http://inside.localhost:" + std::to_string(server.port()) + "/";
  start({http(url), {2, "inside", target_kind::http, R"({"url":")" + url + R"("})"}});
  order(1, event(envelope), 1);
  EXPECT_EQ(answers(1)[1].outcome, attempt_outcome::delivered);
  order(2, event(envelope), 2);
  const auto x = answers(1)[2];
  EXPECT_EQ(x.outcome, attempt_outcome::rejected) << x.reason;
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(CurlTransport, KeepsConnectionsAliveAndBoundsThem) {
  http_server server([](const auto&, auto&) { return true; });
  start({http(server.url(), R"(,"concurrency":4)")});
  const auto events = event(envelope);
  for (sequence_number s = 1; s <= 500; ++s)
    order(s, events);
  for (const auto& [s, x] : answers(500))
    EXPECT_EQ(x.outcome, attempt_outcome::delivered) << x.reason;
  EXPECT_LE(server.connections(), 4u);
  EXPECT_EQ(stats->delivered.load(), 500u);
  EXPECT_EQ(stats->queued.load(), 0u);
}

TEST_F(CurlTransport, RefusesMoreThanMayWait) {
  http_server server([](const auto&, auto&) {
    std::this_thread::sleep_for(5ms); // keeps the places taken
    return true;
  });
  transport_options options;
  options.queue_max = 10;
  start({http(server.url(), R"(,"concurrency":1)")}, options);
  const auto events = event(envelope);
  for (sequence_number s = 1; s <= 200; ++s)
    order(s, events);
  std::size_t refused = 0;
  for (const auto& [s, x] : answers(200))
    if (x.outcome == attempt_outcome::retry) {
      EXPECT_EQ(x.reason, "too many attempts wait for this destination");
      ++refused;
    }
  EXPECT_GT(refused, 0u);
  EXPECT_EQ(stats->delivered.load() + refused, 200u);
}

TEST_F(CurlTransport, ThrowsForSettingsThatAreNotValid) {
  EXPECT_THROW(start({{1, "bad", target_kind::http, "{}"}}), std::invalid_argument);
}

TEST_F(CurlTransport, WritesALogTargetsEventAndCallsItDelivered) {
  start({{1, "audit", target_kind::log, ""}});
  EXPECT_EQ(deliver(envelope).outcome, attempt_outcome::delivered);
}

TEST_F(CurlTransport, EndsWithItsLastHandleAndTellsItsMonitors) {
  http_server server([](const auto&, auto&) { return true; });
  start({http(server.url())});
  self_->monitor(transport);
  transport = transport_actor{};
  bool down = false;
  self_->receive([&](const caf::down_msg&) { down = true; }, caf::after(10s) >> [] {});
  EXPECT_TRUE(down);
}

// -- SMTP -----------------------------------------------------------------------

/// aiosmtpd in a process of its own: prints its port, then each message as one line of JSON.
class smtp_server {
 public:
  smtp_server() {
    int out[2];
    if (pipe2(out, O_CLOEXEC) != 0)
      return;
    pid_ = fork();
    if (pid_ == 0) {
      dup2(out[1], 1);
      execl("/usr/bin/python3", "python3", "-u", "-c", script, nullptr);
      _exit(127);
    }
    close(out[1]);
    output_ = fdopen(out[0], "r");
    std::string line = read_line();
    if (!line.empty())
      port_ = std::stoi(line);
  }

  ~smtp_server() {
    if (pid_ > 0) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    if (output_ != nullptr)
      std::fclose(output_);
  }

  bool running() const { return port_ > 0; }

  std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

  /// The next message; the server prints before it answers, so this does not wait.
  std::string read_line() {
    char* line = nullptr;
    std::size_t size = 0;
    const auto n = getline(&line, &size, output_);
    std::string result(line, n > 0 ? static_cast<std::size_t>(n) - 1 : 0);
    std::free(line);
    return result;
  }

 private:
  static constexpr const char* script = R"(
import asyncio, json, sys
try:
    from aiosmtpd.smtp import SMTP
except ImportError:
    sys.exit(1)
class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('nobody'):
            return '550 no such user'
        if address.startswith('busy'):
            return '450 try later'
        envelope.rcpt_tos.append(address)
        return '250 OK'
    async def handle_DATA(self, server, session, envelope):
        print(json.dumps([envelope.mail_from, envelope.rcpt_tos, envelope.content.decode('utf-8')]), flush=True)
        return '250 taken'
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler()), '127.0.0.1', 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
)";

  pid_t pid_ = -1;
  std::FILE* output_ = nullptr;
  int port_ = 0;
};

std::string mail(const std::string& to) {
  return R"({"id":"e","detail":{"data":{"to":")" + to
         + R"(","subject":"Your order","text":"Thank you.\n.\nBye.","message_id":"<order-1@shop>"}}})";
}

TEST_F(CurlTransport, SendsAMailPerEventAndClassifiesReplies) {
  smtp_server server;
  if (!server.running())
    GTEST_SKIP() << "*** SKIPPED: /usr/bin/python3 with aiosmtpd is absent ***";
  start({{1, "mails", target_kind::smtp,
          R"({"url":")" + server.url()
              + R"(","from":"shop@example.org","allow_private":true,"concurrency":1})"}});
  order(1, event(mail("ada@example.org")));
  order(2, event(mail("nobody@example.org")));
  order(3, event(mail("busy@example.org")));
  order(4, event(mail("a@b\\r\\nBcc: c@d")));
  order(5, event(R"({"id":"e","detail":{}})"));
  order(6, event(mail("bob@example.org")));
  auto got = answers(6);
  EXPECT_EQ(got[1].outcome, attempt_outcome::delivered) << got[1].reason;
  EXPECT_EQ(got[2].outcome, attempt_outcome::rejected);
  EXPECT_EQ(got[2].reason, "SMTP reply 550");
  EXPECT_EQ(got[3].outcome, attempt_outcome::retry);
  EXPECT_EQ(got[3].status, 450);
  EXPECT_EQ(got[4].outcome, attempt_outcome::rejected);
  EXPECT_EQ(got[4].reason, "to is no mail address");
  EXPECT_EQ(got[5].outcome, attempt_outcome::rejected);
  EXPECT_EQ(got[6].outcome, attempt_outcome::delivered) << got[6].reason;
  const auto message = server.read_line();
  EXPECT_NE(message.find(R"(["shop@example.org", ["ada@example.org"])"), std::string::npos)
      << message;
  EXPECT_NE(message.find(R"(Message-ID: <order-1@shop>\r\n)"), std::string::npos) << message;
  EXPECT_NE(message.find(R"(\r\n\r\nThank you.\r\n.\r\nBye.\r\n)"), std::string::npos) << message;
}

} // namespace
} // namespace baseplate::outbound
