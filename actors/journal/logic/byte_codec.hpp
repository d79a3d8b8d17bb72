// Fixed-width little-endian numbers and length-prefixed strings: what every payload of the journal
// is made of. Invariants: a reader never reads outside its bytes; once something did not fit it is
// failed and yields zeros.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace baseplate::journal {

/// Appends fields to a string.
class byte_writer {
 public:
  explicit byte_writer(std::string& out) : out_(out) {}

  template <class Number>
  void number(Number x) {
    char raw[sizeof(Number)];
    std::memcpy(raw, &x, sizeof(Number));
    out_.append(raw, sizeof(Number));
  }

  void u8(std::uint8_t x) { number(x); }

  void u32(std::uint32_t x) { number(x); }

  void u64(std::uint64_t x) { number(x); }

  void i64(std::int64_t x) { number(x); }

  /// u32 length, then the bytes. @pre shorter than 4 GiB
  void text(std::string_view x) {
    u32(static_cast<std::uint32_t>(x.size()));
    out_.append(x);
  }

 private:
  std::string& out_;
};

/// Takes fields from bytes. Total: check ok() once at the end.
class byte_reader {
 public:
  explicit byte_reader(std::string_view bytes) : rest_(bytes) {}

  template <class Number>
  Number number() {
    Number x{};
    if (rest_.size() < sizeof(Number)) {
      fail();
      return x;
    }
    std::memcpy(&x, rest_.data(), sizeof(Number));
    rest_.remove_prefix(sizeof(Number));
    return x;
  }

  std::uint8_t u8() { return number<std::uint8_t>(); }

  std::uint32_t u32() { return number<std::uint32_t>(); }

  std::uint64_t u64() { return number<std::uint64_t>(); }

  std::int64_t i64() { return number<std::int64_t>(); }

  /// The next `size` bytes.
  std::string_view bytes(std::size_t size) {
    if (rest_.size() < size) {
      fail();
      return {};
    }
    auto result = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return result;
  }

  std::string_view text() { return bytes(u32()); }

  /// A count of elements of at least `element_bytes_min` each; fails when so many cannot follow.
  std::uint32_t count(std::size_t element_bytes_min) {
    auto n = u32();
    if (n > rest_.size() / element_bytes_min) {
      fail();
      return 0;
    }
    return n;
  }

  bool ok() const { return ok_; }

  /// Everything fitted and nothing is left over.
  bool finished() const { return ok_ && rest_.empty(); }

  std::string_view rest() const { return rest_; }

  void fail() {
    ok_ = false;
    rest_ = {};
  }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

} // namespace baseplate::journal
