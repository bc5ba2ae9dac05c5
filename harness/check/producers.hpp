#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "check/pattern.hpp"
#include "measure/session.hpp"

/// The messages of several producers through one channel.
namespace shmlab::check {

inline constexpr std::uint32_t max_producers = 16;

/// The version of message `number` = 1, 2, ... < 2^56 of producer 0 <= `producer` < max_producers: at least 1, and different for each.
/// Number 0 is a producer's last word.
constexpr std::uint64_t message_version(std::uint32_t producer, std::uint64_t number) {
  return number << 8U | (producer + 1);
}
constexpr std::uint64_t number_in(std::uint64_t version) {
  return version >> 8U;
}
/// max_producers or more: no producer can have sent it.
constexpr std::uint64_t producer_in(std::uint64_t version) {
  return (version & 0xFFU) - 1;
}

/// A multiset of versions as two words. Two that differ are equal in them by an accident of 1 in 2^64.
struct Tally {
  std::uint64_t count = 0;
  std::uint64_t sum = 0;  ///< of the mixed versions: messages lost and doubled do not make up for each other

  void add(std::uint64_t version);
  void add(const Tally& other) {
    count += other.count;
    sum += other.sum;
  }
  friend bool operator==(const Tally&, const Tally&) = default;
};

/// Whether a consumer may miss numbers of a producer, because other consumers receive them.
enum class Gaps : std::uint8_t { none, allowed };

/// Holds what one consumer receives against what producers send: of each 1, 2, 3, ... in this order.
class ProducerOrder {
 public:
  ProducerOrder(std::uint32_t producers, Gaps gaps) : producers_(producers), gaps_(gaps) {}

  /// Takes the next message, which is none of the last words. false: a violation, and the session says so.
  bool next(const Inspection& message, std::size_t bytes, measure::Session& session);
  /// Messages taken so far.
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  std::uint32_t producers_;
  Gaps gaps_;
  std::array<std::uint64_t, max_producers> last_{};
  Tally tally_;
};

}  // namespace shmlab::check
