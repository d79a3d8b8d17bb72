#include "actors/campaigns/logic/mail_texts.hpp"

#include "messages/event.hpp"

#include <algorithm>
#include <array>

namespace baseplate::campaigns {

namespace {

/// Items listed in a mail at most; the rest is counted.
constexpr std::size_t items_listed_max = 50;

/// Digits behind the point, ISO 4217.
int digits_of(std::string_view currency) {
  constexpr std::array<std::string_view, 16> none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                  "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                                  "VND", "VUV", "XAF", "XPF"};
  constexpr std::array<std::string_view, 7> three{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
  if (std::find(none.begin(), none.end(), currency) != none.end() || currency == "XOF")
    return 0;
  return std::find(three.begin(), three.end(), currency) != three.end() ? 3 : 2;
}

/// An id in a message id's left part: what RFC 5322 allows there, the rest replaced by a name that
/// stands for it.
std::string id_part(std::string_view id) {
  auto plain = !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-'
           || c == '_';
  });
  return plain ? std::string(id) : named_uuid("mail:" + std::string(id));
}

} // namespace

std::string price_text(const money& amount) {
  auto digits = digits_of(amount.currency);
  auto text = std::to_string(amount.amount_minor);
  if (digits > 0) {
    auto width = static_cast<std::size_t>(digits) + 1;
    if (text.size() < width)
      text.insert(0, width - text.size(), '0');
    text.insert(text.size() - static_cast<std::size_t>(digits), ".");
  }
  return text + " " + amount.currency;
}

mail_requested_data acknowledgement(const order_complete_data& order, std::string_view shop_name,
                                    std::string_view message_id_domain) {
  mail_requested_data mail;
  mail.message_id = "order-ack-" + id_part(order.order_id) + "@" + std::string(message_id_domain);
  mail.kind = mail_kind::order_acknowledgement;
  mail.to = order.customer.email;
  mail.order_id = order.order_id;
  mail.subject = "Your order at " + std::string(shop_name);
  mail.text = "Thank you for your order " + order.order_id + ".\n\n";
  for (std::size_t i = 0; i < order.items.size() && i < items_listed_max; ++i) {
    auto& item = order.items[i];
    mail.text += std::to_string(item.quantity) + " x " + item.sku + " at "
                 + price_text({order.total.currency, item.price_minor}) + "\n";
  }
  if (order.items.size() > items_listed_max)
    mail.text += "and " + std::to_string(order.items.size() - items_listed_max) + " more\n";
  mail.text += "\nTotal: " + price_text(order.total) + "\n\nIt is paid, and on its way to you.\n";
  return mail;
}

mail_requested_data reminder(std::string_view customer_id, std::string_view email,
                             std::string_view session_id, std::int64_t last_seen_ms,
                             std::string_view shop_name, std::string_view message_id_domain) {
  mail_requested_data mail;
  mail.message_id
      = "basket-"
        + named_uuid("basket:" + std::string(customer_id) + ":" + std::to_string(last_seen_ms))
        + "@" + std::string(message_id_domain);
  mail.kind = mail_kind::abandoned_basket;
  mail.to = email;
  mail.subject = "Your basket at " + std::string(shop_name);
  mail.text
      = "You left something in your basket at " + std::string(shop_name)
        + ". It is still there.\n\nYou get this mail because you agreed to hear from us; you can "
          "withdraw that in your account at any time.\n";
  if (!session_id.empty())
    mail.session_id = session_id;
  return mail;
}

} // namespace baseplate::campaigns
