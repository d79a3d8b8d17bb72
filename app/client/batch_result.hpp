// What a node's answer to a batch means for the sender. Pure.
#pragma once

#include "app/client/http_client.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace baseplate::app {

enum class batch_verdict : std::uint8_t {
  /// Every record has its result.
  answered,
  /// Send the same batch again after a pause (429, 5xx, no answer).
  again,
  /// The batch is too large for the node: send it in halves.
  halve,
  /// The node will never take this batch; the reason is that of every record in it.
  refused,
};

struct record_refusal {
  /// Position in the batch, from 0.
  std::size_t record = 0;
  std::string code;
  std::string message;
  std::string pointer;
};

struct batch_result {
  batch_verdict verdict = batch_verdict::again;
  std::size_t accepted = 0;
  std::vector<record_refusal> refusals;
  /// Why, unless answered.
  std::string reason;
};

/// Reads the answer to a batch of `records` records.
batch_result read_batch_result(const client_response& response, std::size_t records);

} // namespace baseplate::app
