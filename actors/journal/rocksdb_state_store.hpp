// The state store as a RocksDB that is only ever filled by ingesting whole sorted files.
// No write-ahead log and no memtable: the journal is the log, the overlay is the memtable.
// Compaction is on, since ingested files overlap. Caches are small: what is hot lives in the
// overlay and in the groups.
#pragma once

#include "actors/journal/state_store.hpp"

#include <filesystem>
#include <memory>

namespace baseplate::journal {

/// Opens or makes the store in `directory`.
/// @throws journal_open_error when it cannot be opened
std::unique_ptr<state_store> open_rocksdb_state_store(const std::filesystem::path& directory);

} // namespace baseplate::journal
