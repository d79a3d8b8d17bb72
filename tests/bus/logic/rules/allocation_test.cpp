// That matching allocates nothing once its scratch has grown. A program of its own: it counts every
// allocation.

#include "actors/bus/logic/rules/matcher.hpp"
#include "tests/bus/logic/rules/case_file.hpp"
#include "tests/bus/logic/rules/generator.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::size_t> allocations{0};

void* counted(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size))
    return p;
  throw std::bad_alloc();
}

} // namespace

void* operator new(std::size_t size) {
  return counted(size);
}

void* operator new[](std::size_t size) {
  return counted(size);
}

void operator delete(void* p) noexcept {
  std::free(p);
}

void operator delete[](void* p) noexcept {
  std::free(p);
}

void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

void operator delete[](void* p, std::size_t) noexcept {
  std::free(p);
}

namespace baseplate::rules {
namespace {

void expect_no_allocation(bool nested) {
  generator random(3, nested);
  rule_set rules(1);
  for (rule_id i = 0; i < 2'000; ++i)
    if (const auto pattern = compile(random.pattern()); pattern.has_value())
      rules.add(i, *pattern);
  std::vector<padded> events;
  for (int i = 0; i < 500; ++i)
    events.emplace_back(random.event());
  matcher finder;
  std::vector<rule_id> found;
  std::size_t matches = 0;
  const auto all = [&] {
    for (const auto& e : events)
      for (const auto how : {trust::trusted, trust::validated}) {
        found.clear();
        ASSERT_EQ(finder.match(rules, e.text(), how, found), event_status::ok);
        matches += found.size();
      }
  };
  all();
  const auto before = allocations.load();
  EXPECT_GT(before, 0U) << "nothing is counted";
  all();
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_GT(matches, 1'000U);
}

TEST(Matcher, AllocatesNothingPerEventOnceItIsWarm) {
  expect_no_allocation(false);
}

TEST(Matcher, AllocatesNothingForArraysEither) {
  expect_no_allocation(true);
}

} // namespace
} // namespace baseplate::rules
