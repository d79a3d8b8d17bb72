// Reads the body of a provider's webhook. Pure; never throws on any bytes.
#pragma once

#include "messages/payments.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace baseplate::payments {

/// What is wrong with a body, and a JSON Pointer to it.
struct notice_fault {
  std::string reason;
  std::string pointer;
};

/// Exactly one of both.
struct notice_or_fault {
  std::optional<psp_notice> notice;
  notice_fault fault;
};

/// Members that we do not know are ignored, since a provider adds some without asking; the currency
/// must be three capital letters.
notice_or_fault read_notice(std::string_view body);

} // namespace baseplate::payments
