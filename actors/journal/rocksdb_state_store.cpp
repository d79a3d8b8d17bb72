#include "actors/journal/rocksdb_state_store.hpp"

#include "actors/journal/journal_open_error.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>
#include <rocksdb/table.h>

#include <system_error>

namespace baseplate::journal {

namespace {

constexpr std::size_t block_cache_bytes = 8 * 1024 * 1024;

rocksdb::Options make_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  // Nothing is ever written through it, so it may be as small as it gets.
  options.write_buffer_size = 64 * 1024;
  options.arena_block_size = 4 * 1024;
  options.max_write_buffer_number = 2;
  options.max_background_jobs = 2;
  options.max_open_files = 256;
  options.skip_stats_update_on_db_open = true;
  options.skip_checking_sst_file_sizes_on_db_open = true;
  options.stats_dump_period_sec = 0; // these two start a thread that wakes up
  options.stats_persist_period_sec = 0;
  options.avoid_flush_during_shutdown = true;
  options.max_log_file_size = 1024 * 1024;
  options.keep_log_file_num = 2;
  options.info_log_level = rocksdb::WARN_LEVEL;
  options.compression = rocksdb::kLZ4Compression;
  options.level0_file_num_compaction_trigger = 4;
  options.target_file_size_base = 64 * 1024 * 1024;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes, 1);
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

store_result failure(const rocksdb::Status& status) {
  return {status.ToString(), status.IsNoSpace()};
}

class rocksdb_state_store final : public state_store {
 public:
  explicit rocksdb_state_store(const std::filesystem::path& directory)
      : directory_(directory), options_(make_options()) {
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error)
      throw journal_open_error{
          "", 0, "cannot make directory " + directory.string() + ": " + error.message()};
    rocksdb::DB* db = nullptr;
    if (auto status = rocksdb::DB::Open(options_, directory.string(), &db); !status.ok())
      throw journal_open_error{
          "", 0, "cannot open the state store " + directory.string() + ": " + status.ToString()};
    db_.reset(db);
    std::filesystem::remove(batch_path(), error); // left over by a crash before its ingest
  }

  ~rocksdb_state_store() override { (void)db_->Close(); }

  store_result get(std::string_view key, std::optional<std::string>& out) const override {
    out.reset();
    std::string value;
    auto status = db_->Get(rocksdb::ReadOptions{}, rocksdb::Slice{key.data(), key.size()}, &value);
    if (status.ok())
      out = std::move(value);
    else if (!status.IsNotFound())
      return failure(status);
    return {};
  }

  store_result
  scan(std::string_view prefix, std::string_view from,
       const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    rocksdb::ReadOptions options;
    options.readahead_size = 0;
    std::unique_ptr<rocksdb::Iterator> i{db_->NewIterator(options)};
    auto start = std::max(prefix, from);
    for (i->Seek({start.data(), start.size()}); i->Valid(); i->Next()) {
      auto key = i->key().ToStringView();
      if (!key.starts_with(prefix) || !visit(key, i->value().ToStringView()))
        break;
    }
    return i->status().ok() ? store_result{} : failure(i->status());
  }

  store_result ingest(const std::function<bool(row_view&)>& next) override {
    auto path = batch_path().string();
    auto result = write_file(path, next);
    if (!result.ok() || result_is_empty_)
      return result;
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;
    options.snapshot_consistency = false;
    options.write_global_seqno
        = false; // else it patches the file, which then differs from its checksum
    auto status = db_->IngestExternalFile({path}, options);
    if (status.ok())
      return {};
    // A store that ran out of space refuses everything until it is told to go on.
    (void)db_->Resume();
    std::error_code error;
    std::filesystem::remove(path, error);
    return failure(status);
  }

 private:
  store_result write_file(const std::string& path, const std::function<bool(row_view&)>& next) {
    rocksdb::SstFileWriter writer{rocksdb::EnvOptions{}, options_};
    auto status = writer.Open(path);
    row_view row;
    result_is_empty_ = true;
    while (status.ok() && next(row)) {
      result_is_empty_ = false;
      rocksdb::Slice key{row.key.data(), row.key.size()};
      status = row.value ? writer.Put(key, {row.value->data(), row.value->size()})
                         : writer.Delete(key);
    }
    // Finish syncs the file; the ingest syncs directory and manifest.
    if (status.ok() && !result_is_empty_)
      status = writer.Finish();
    if (status.ok() && !result_is_empty_)
      return {};
    std::error_code error;
    std::filesystem::remove(path, error);
    return status.ok() ? store_result{} : failure(status);
  }

  std::filesystem::path batch_path() const { return directory_ / "checkpoint.batch"; }

  std::filesystem::path directory_;
  rocksdb::Options options_;
  std::unique_ptr<rocksdb::DB> db_;
  bool result_is_empty_ = false;
};

} // namespace

std::unique_ptr<state_store> open_rocksdb_state_store(const std::filesystem::path& directory) {
  return std::make_unique<rocksdb_state_store>(directory);
}

} // namespace baseplate::journal
