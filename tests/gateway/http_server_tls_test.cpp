// HTTPS: the same server behind TLS, with a certificate made for the test.
#include "tests/gateway/fake_ports.hpp"
#include "tests/gateway/raw_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>

namespace baseplate::gateway {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

struct HttpServerTls : ::testing::Test, server_fixture {
  fs::path folder;

  void SetUp() override {
    auto name = (fs::temp_directory_path() / "baseplate-tls-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    auto* key = EVP_EC_gen("P-256");
    auto* certificate = X509_new();
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    options.tls_certificate_file = folder / "certificate.pem";
    options.tls_private_key_file = folder / "key.pem";
    auto* file = std::fopen(options.tls_certificate_file.c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    file = std::fopen(options.tls_private_key_file.c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }

  void TearDown() override { fs::remove_all(folder); }
};

class tls_client {
 public:
  explicit tls_client(std::uint16_t port) {
    stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    stream_.handshake(asio::ssl::stream_base::client);
  }

  void send(std::string_view text) { asio::write(stream_, asio::buffer(text.data(), text.size())); }

  /// All until the server closes.
  std::string read_to_end(boost::system::error_code& error) {
    std::string out;
    asio::read(stream_, asio::dynamic_buffer(out), error);
    return out;
  }

  std::string read(std::size_t bytes) {
    std::string out(bytes, '\0');
    asio::read(stream_, asio::buffer(out));
    return out;
  }

 private:
  asio::io_context io_;
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<asio::ip::tcp::socket> stream_{io_, context_};
};

} // namespace

TEST_F(HttpServerTls, AnswersOverTlsAndEndsItOrderly) {
  tls_client client{start()};
  const auto large
      = R"({"source":"s","detail-type":"t","detail":{"x":")" + std::string(300'000, 'x') + "\"}}";
  client.send(post("/v1/events", large));
  client.send(get("/livez", "Connection: close\r\n"));
  boost::system::error_code error;
  const auto all = client.read_to_end(error);
  EXPECT_EQ(error, asio::error::eof) << error.message(); // not truncated: close_notify came
  EXPECT_EQ(all.find("HTTP/1.1 200 OK"), 0u) << all;
  EXPECT_NE(all.find("\"accepted\":1"), std::string::npos);
  EXPECT_NE(all.find("ok\n"), std::string::npos);
}

TEST_F(HttpServerTls, StreamsOverTls) {
  tls_client client{start()};
  client.send(get("/v1/tail"));
  const auto question = bus->next<subscribe_live>();
  live_subscribed answer;
  answer.request = question.request;
  answer.subscriber = live_subscriber_min;
  server->tell(answer);
  std::string got;
  while (got.find("event: caught-up") == std::string::npos)
    got += client.read(1);
  EXPECT_NE(got.find("text/event-stream"), std::string::npos);
}

TEST_F(HttpServerTls, CutsOffClientsThatDoNotSpeakTls) {
  options.header_timeout = std::chrono::milliseconds{100};
  const auto port = start();
  raw_client plain{port}, silent{port};
  plain.send(get("/livez"));
  plain.read_to_end();
  EXPECT_TRUE(silent.at_end());
  tls_client good{port};
  good.send(get("/livez", "Connection: close\r\n"));
  boost::system::error_code error;
  EXPECT_NE(good.read_to_end(error).find("ok\n"), std::string::npos);
}

TEST_F(HttpServerTls, StopsWithTlsConnectionsOpen) {
  tls_client client{start()};
  client.send(get("/v1/tail"));
  bus->next<subscribe_live>();
  server->stop();
}

TEST_F(HttpServerTls, DoesNotStartWithoutItsFiles) {
  options.tls_private_key_file = folder / "nothing.pem";
  EXPECT_THROW(start(), std::exception);
}

} // namespace baseplate::gateway
