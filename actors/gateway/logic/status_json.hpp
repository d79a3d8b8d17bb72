// The bus' status and dead letters as JSON for /v1/subscribers. Pure. Spec: docs/spec/http-api.md,
// section Subscribers.
#pragma once

#include "messages/bus.hpp"
#include "messages/journal.hpp"

#include <string>
#include <vector>

namespace baseplate::gateway {

/// {"head":..,"durable":..,"buses":[..],"subscribers":[..]}, numbers as JSON numbers.
std::string render_status(const bus_status& status);

/// {"subscriber":..,"dead_letters":[{"sequence":..,"condition":..,..,"event":{..}}],"next_after":N|null}.
/// `page_max` letters are a full page: then `next_after` is where the next one begins.
std::string render_dead_letters(std::string_view subscriber,
                                const std::vector<dead_letter>& letters, std::size_t page_max);

} // namespace baseplate::gateway
