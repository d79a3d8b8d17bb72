// The device and the store of one incarnation of a simulated node. Their crash is a moment: from
// then on nothing that the incarnation still does reaches the disk. Segments that it unlinks are
// kept aside, so that the whole log can be folded.
#pragma once

#include "actors/journal/memory_log_device.hpp"
#include "actors/journal/memory_state_store.hpp"

#include <map>
#include <memory>
#include <string>

namespace baseplate::simulation {

/// What outlives incarnations.
struct platter {
  std::shared_ptr<journal::memory_disk> disk = std::make_shared<journal::memory_disk>();
  std::shared_ptr<journal::memory_rows> rows = std::make_shared<journal::memory_rows>();
  /// Unlinked segments, whole.
  std::map<journal::segment_name, std::string> unlinked;
};

/// True once the incarnation's crash has happened.
using death_flag = std::shared_ptr<bool>;

class mortal_device final : public journal::log_device {
 public:
  mortal_device(std::shared_ptr<platter> from, death_flag dead)
      : platter_(std::move(from)), dead_(std::move(dead)), below_(platter_->disk) {}

  journal::device_result list(std::vector<journal::listed_segment>& out) const override {
    return below_.list(out);
  }

  journal::device_result create(const journal::segment_name& name,
                                std::string_view header) override {
    return *dead_ ? gone() : below_.create(name, header);
  }

  journal::device_result write(const journal::segment_name& name, std::uint64_t offset,
                               std::string_view bytes) override {
    return *dead_ ? gone() : below_.write(name, offset, bytes);
  }

  journal::device_result sync(const journal::segment_name& name) override {
    return *dead_ ? gone() : below_.sync(name);
  }

  journal::device_result read(const journal::segment_name& name, std::uint64_t offset, char* to,
                              std::size_t size, std::size_t& read) const override {
    return below_.read(name, offset, to, size, read);
  }

  journal::device_result truncate(const journal::segment_name& name, std::uint64_t bytes) override {
    return *dead_ ? gone() : below_.truncate(name, bytes);
  }

  journal::device_result unlink(const journal::segment_name& name) override {
    if (*dead_)
      return gone();
    const auto segments = platter_->disk->snapshot();
    if (auto i = segments.find(name); i != segments.end())
      platter_->unlinked[name] = i->second.bytes;
    return below_.unlink(name);
  }

  journal::device_result set_aside(std::string_view label, std::string_view bytes,
                                   std::string& where) override {
    return *dead_ ? gone() : below_.set_aside(label, bytes, where);
  }

 private:
  static journal::device_result gone() { return {journal::device_error::failed, "power is off"}; }

  std::shared_ptr<platter> platter_;
  death_flag dead_;
  journal::memory_log_device below_;
};

class mortal_store final : public journal::state_store {
 public:
  mortal_store(const std::shared_ptr<platter>& from, death_flag dead)
      : dead_(std::move(dead)), below_(from->rows) {}

  journal::store_result get(std::string_view key, std::optional<std::string>& out) const override {
    return below_.get(key, out);
  }

  journal::store_result
  scan(std::string_view prefix, std::string_view from,
       const std::function<bool(std::string_view, std::string_view)>& visit) const override {
    return below_.scan(prefix, from, visit);
  }

  journal::store_result ingest(const std::function<bool(journal::row_view&)>& next) override {
    return *dead_ ? journal::store_result{"power is off", false} : below_.ingest(next);
  }

 private:
  death_flag dead_;
  journal::memory_state_store below_;
};

} // namespace baseplate::simulation
