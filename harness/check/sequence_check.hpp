#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shmlab::check {

/// What is wrong with a number in a stream.
enum class SequenceFault : std::uint8_t {
  none,
  lost,        ///< numbers are missing before it; should one of them come later, that one is `reordered`
  duplicated,  ///< it came before
  reordered,   ///< it was missing, and comes after a later one
  corrupt      ///< no producer can have sent it: below the first number, or absurdly far ahead
};

std::string_view to_string(SequenceFault fault);

/// Holds the numbers that come out of a channel against what one producer put in: first, first + 1, first + 2, ... each once, in order.
class SequenceCheck {
 public:
  /// A number further ahead than this is corrupt rather than a sign of loss.
  static constexpr std::uint64_t plausible_gap = std::uint64_t{1} << 32U;

  explicit SequenceCheck(std::uint64_t first) : SequenceCheck(first, first) {}
  /// Goes on where the numbers first to expected - 1 have come, each once and in order.
  SequenceCheck(std::uint64_t first, std::uint64_t expected) : first_(first), expected_(expected) {}

  /// Takes the next number and says what is wrong with it; the check goes on after a fault.
  SequenceFault next(std::uint64_t number) {
    if (number == expected_) [[likely]] {
      ++expected_;
      return SequenceFault::none;
    }
    return classify(number);
  }
  /// One line about the latest fault; empty while there was none.
  [[nodiscard]] const std::string& why() const { return why_; }
  /// The number that would be in order now.
  [[nodiscard]] std::uint64_t expected() const { return expected_; }

 private:
  /// Numbers low to high, both missing so far.
  struct Range {
    std::uint64_t low;
    std::uint64_t high;
  };

  SequenceFault classify(std::uint64_t number);
  SequenceFault fault_of(std::uint64_t number);
  bool was_missing(std::uint64_t number);

  std::uint64_t first_;
  std::uint64_t expected_;
  std::vector<Range> missing_;
  std::string why_;
};

}  // namespace shmlab::check
