// What every state store promises, on each of them.
#include "actors/journal/memory_state_store.hpp"
#include "actors/journal/rocksdb_state_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <random>
#include <unistd.h>

namespace baseplate::journal {
namespace {

class StateStore : public ::testing::TestWithParam<const char*> {
 protected:
  StateStore() {
    std::string pattern = (std::filesystem::temp_directory_path() / "store-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
    open();
  }

  ~StateStore() override {
    store_.reset();
    std::filesystem::remove_all(path_);
  }

  /// As after a restart.
  void open() {
    store_.reset();
    if (std::string{GetParam()} == "rocksdb")
      store_ = open_rocksdb_state_store(path_ / "state");
    else
      store_ = std::make_unique<memory_state_store>(rows_);
  }

  store_result ingest(const std::map<std::string, std::optional<std::string>>& rows) {
    auto i = rows.begin();
    return store_->ingest([&](row_view& out) {
      if (i == rows.end())
        return false;
      out.key = i->first;
      out.value.reset();
      if (i->second)
        out.value = *i->second;
      ++i;
      return true;
    });
  }

  std::optional<std::string> get(const std::string& key) {
    std::optional<std::string> out;
    auto result = store_->get(key, out);
    EXPECT_TRUE(result.ok()) << result.error;
    return out;
  }

  std::map<std::string, std::string> scan(const std::string& prefix, const std::string& from = {}) {
    std::map<std::string, std::string> out;
    auto result = store_->scan(prefix, from, [&](std::string_view key, std::string_view value) {
      out.emplace(key, value);
      return true;
    });
    EXPECT_TRUE(result.ok()) << result.error;
    return out;
  }

  std::filesystem::path path_;
  std::shared_ptr<memory_rows> rows_ = std::make_shared<memory_rows>();
  std::unique_ptr<state_store> store_;
};

TEST_P(StateStore, HoldsWhatWasIngestedAlsoAfterARestart) {
  ASSERT_TRUE(ingest({{"a", "1"}, {"b", ""}, {std::string("c\0d", 3), "2"}}).ok());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(get("a"), "1");
    EXPECT_EQ(get("b"), "");
    EXPECT_EQ(get(std::string("c\0d", 3)), "2");
    EXPECT_EQ(get("z"), std::nullopt);
    open();
  }
}

TEST_P(StateStore, LetsLaterBatchesReplaceAndErase) {
  ASSERT_TRUE(ingest({{"a", "1"}, {"b", "1"}, {"c", "1"}}).ok());
  ASSERT_TRUE(ingest({{"a", "2"}, {"b", std::nullopt}, {"never", std::nullopt}}).ok());
  EXPECT_EQ(get("a"), "2");
  EXPECT_EQ(get("b"), std::nullopt);
  EXPECT_EQ(scan("").size(), 2U);
}

TEST_P(StateStore, TakesAnEmptyBatch) {
  EXPECT_TRUE(ingest({}).ok());
}

TEST_P(StateStore, RefusesABatchOutOfOrderAsAWhole) {
  std::vector<row_view> rows{{"b", "1"}, {"a", "2"}};
  std::size_t i = 0;
  auto result = store_->ingest([&](row_view& out) {
    if (i == rows.size())
      return false;
    out = rows[i++];
    return true;
  });
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(get("b"), std::nullopt);
  EXPECT_TRUE(ingest({{"b", "3"}}).ok()) << "and takes the next one";
}

TEST_P(StateStore, ScansAPrefixFromAKeyOn) {
  ASSERT_TRUE(ingest({{"a1", "x"}, {"b1", "1"}, {"b2", "2"}, {"b3", "3"}, {"c1", "x"}}).ok());
  EXPECT_EQ(scan("b").size(), 3U);
  auto from = scan("b", "b2");
  EXPECT_EQ(from.begin()->first, "b2");
  EXPECT_EQ(from.size(), 2U);
  EXPECT_TRUE(scan("d").empty());
  auto visits = 0;
  ASSERT_TRUE(store_->scan("b", "", [&](auto, auto) { return ++visits < 2; }).ok());
  EXPECT_EQ(visits, 2);
}

TEST_P(StateStore, IsTheSameAsAMapOverManyBatches) {
  std::mt19937_64 random{5};
  std::map<std::string, std::string> model;
  for (int batch = 0; batch < 20; ++batch) {
    std::map<std::string, std::optional<std::string>> rows;
    for (int i = 0; i < 200; ++i) {
      auto key = "k" + std::to_string(random() % 500);
      if (random() % 4 == 0)
        rows[key] = std::nullopt;
      else
        rows[key] = std::string(random() % 300, static_cast<char>('a' + batch));
    }
    ASSERT_TRUE(ingest(rows).ok());
    for (const auto& [key, value] : rows) {
      if (value)
        model[key] = *value;
      else
        model.erase(key);
    }
  }
  EXPECT_EQ(scan(""), model);
  open();
  EXPECT_EQ(scan(""), model);
}

INSTANTIATE_TEST_SUITE_P(Each, StateStore, ::testing::Values("memory", "rocksdb"));

} // namespace
} // namespace baseplate::journal
