#include "actors/outbound/logic/mail_message.hpp"
#include "messages/chunk.hpp"

#include <gtest/gtest.h>

namespace baseplate::outbound {
namespace {

mail_request request() {
  return {"ada@example.org", "Your order", "Thank you.\nBye.", "<order-1@shop>"};
}

std::string compose(const mail_request& x) {
  const auto mail = compose_mail(x, "shop@example.org", 1'700'000'000'000);
  EXPECT_TRUE(mail) << mail.error().reason;
  return mail ? *mail : std::string{};
}

std::string fault(const mail_request& x, std::string_view from = "shop@example.org") {
  const auto mail = compose_mail(x, from, 0);
  return mail ? "none" : mail.error().reason;
}

TEST(MailMessage, IsPlainForAsciiText) {
  EXPECT_EQ(compose(request()), "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"
                                "From: <shop@example.org>\r\n"
                                "To: <ada@example.org>\r\n"
                                "Subject: Your order\r\n"
                                "Message-ID: <order-1@shop>\r\n"
                                "Auto-Submitted: auto-generated\r\n"
                                "MIME-Version: 1.0\r\n"
                                "Content-Type: text/plain; charset=utf-8\r\n"
                                "Content-Transfer-Encoding: 7bit\r\n"
                                "\r\n"
                                "Thank you.\r\nBye.\r\n");
}

TEST(MailMessage, EncodesWhatIsNotAscii) {
  auto x = request();
  x.subject = "Größe";
  x.text = "Grüße";
  const auto mail = compose(x);
  EXPECT_NE(mail.find("Subject: =?UTF-8?B?R3LDtsOfZQ==?=\r\n"), std::string::npos) << mail;
  EXPECT_NE(mail.find("Content-Transfer-Encoding: base64\r\n\r\nR3LDvMOfZQ0K\r\n"),
            std::string::npos);
}

TEST(MailMessage, FoldsALongSubjectBetweenCharacters) {
  auto x = request();
  x.subject.clear();
  for (int i = 0; i < 200; ++i)
    x.subject += "ä";
  const auto mail = compose(x);
  std::size_t begin = mail.find("Subject: ");
  for (std::size_t line = begin; line < mail.find("Message-ID"); line = mail.find("\r\n", line) + 2)
    EXPECT_LE(mail.find("\r\n", line) - line, 76u);
  EXPECT_EQ(mail.find("=?UTF-8?B?", begin) != std::string::npos, true);
}

TEST(MailMessage, NeverHasALineLongerThanMailMayHave) {
  auto x = request();
  x.text = std::string(5000, 'x');
  const auto mail = compose(x);
  for (std::size_t line = 0; line < mail.size(); line = mail.find("\r\n", line) + 2)
    ASSERT_LE(mail.find("\r\n", line) - line, 998u);
}

TEST(MailMessage, EncodesASubjectThatLooksEncoded) {
  auto x = request();
  x.subject = "=?UTF-8?B?aGk=?=";
  EXPECT_EQ(compose(x).find("Subject: =?UTF-8?B?aGk=?=\r\n"), std::string::npos);
}

TEST(MailMessage, RefusesToInjectHeaders) {
  auto x = request();
  x.subject = "Hi\r\nBcc: all@example.org";
  EXPECT_EQ(fault(x), "subject has a control character");
  x = request();
  for (const auto* to :
       {"a@b\r\nBcc: c@d", "a@b,c@d", "a b@c", "<a@b>", "a@b>", "@b", "a@", "a@b@c", "", "a\"@b"}) {
    x.to = to;
    EXPECT_EQ(fault(x), "to is no mail address") << to;
  }
  x = request();
  for (const auto* id : {"a\r\nX: y", "<a> <b>", "", "<>", "a b"}) {
    x.message_id = id;
    EXPECT_EQ(fault(x), "message_id is no message id") << id;
  }
  EXPECT_EQ(fault(request(), "x\r\n@y"), "from is no mail address");
  x = request();
  x.text = "\xff";
  EXPECT_EQ(fault(x), "subject or text is not UTF-8");
}

TEST(MailMessage, PutsBracketsAroundABareMessageId) {
  auto x = request();
  x.message_id = "order-1@shop";
  EXPECT_NE(compose(x).find("Message-ID: <order-1@shop>\r\n"), std::string::npos);
}

TEST(MailRequest, ComesOutOfTheEvent) {
  const std::string envelope
      = R"({"id":"e","detail":{"metadata":{},"data":{"to":"a@b","subject":"S\u00e9","text":"T\n","message_id":"m@b","kind":"x"}}})";
  const chunk events(envelope, {{1, 0, 1, 0, static_cast<std::uint32_t>(envelope.size())}}, 1, 1);
  const auto x = read_mail_request(events.envelope(events.events()[0]));
  ASSERT_TRUE(x) << x.error().reason;
  EXPECT_EQ(x->to, "a@b");
  EXPECT_EQ(x->subject, "Sé");
  EXPECT_EQ(x->text, "T\n");
  EXPECT_EQ(x->message_id, "m@b");
}

TEST(MailRequest, SaysWhatIsMissing) {
  const std::pair<const char*, const char*> cases[]{
      {"x", "the event is no JSON"},
      {R"({"detail":{}})", "the event has no detail.data"},
      {R"({"detail":{"data":{"to":5}}})", "the event has no text detail.data.to"},
      {R"({"detail":{"data":{"to":"a","subject":"b","text":"c"}}})",
       "the event has no text detail.data.message_id"},
  };
  for (const auto& [text, expected] : cases) {
    const chunk events(
        text, {{1, 0, 1, 0, static_cast<std::uint32_t>(std::string_view(text).size())}}, 1, 1);
    const auto x = read_mail_request(events.envelope(events.events()[0]));
    ASSERT_FALSE(x) << text;
    EXPECT_EQ(x.error().reason, expected);
  }
}

} // namespace
} // namespace baseplate::outbound
