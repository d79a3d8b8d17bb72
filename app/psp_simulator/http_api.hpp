// What the provider answers to a request. Pure but for the ledger it is handed; no socket.
#pragma once

#include "app/psp_simulator/payment_ledger.hpp"

#include <string>

namespace baseplate::psp_simulator {

struct api_request {
  std::string method;
  std::string target;
  std::string idempotency_key;
  std::string body;
};

struct api_response {
  int status = 200;
  std::string body;
  /// This payment has notices to send now; empty: none.
  std::string owed_payment_id;
};

/// {"error":{"code":..,"message":..,"pointer":..}}
api_response error_answer(int status, std::string_view code, std::string_view message,
                          std::string_view pointer = {});

/// Answers; see README.md for the requests and codes.
api_response handle(payment_ledger& ledger, std::size_t payments_max, const api_request& request,
                    std::int64_t now_ms);

} // namespace baseplate::psp_simulator
