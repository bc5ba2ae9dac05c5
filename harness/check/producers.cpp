#include "check/producers.hpp"

#include <fmt/core.h>

#include "check/expect.hpp"
#include "check/why.hpp"

namespace shmlab::check {
namespace {

/// Bijective, and every bit of the result depends on every bit of the word
/// (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014: the finalizer of SplitMix64).
constexpr std::uint64_t mixed(std::uint64_t word) {
  word = (word ^ (word >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
  word = (word ^ (word >> 27U)) * 0x94D0'49BB'1331'11EBU;
  return word ^ (word >> 31U);
}

}  // namespace

void Tally::add(std::uint64_t version) {
  ++count;
  sum += mixed(version);
}

bool ProducerOrder::next(const Inspection& message, std::size_t bytes, measure::Session& session) {
  if (!message.whole() || message.blank()) { return refute(session, not_whole("the message", message, bytes)); }
  const std::uint64_t producer = producer_in(message.version);
  const std::uint64_t number = number_in(message.version);
  if (producer >= producers_) {
    return refute(session, fmt::format("a message has version {}, which nobody sent", message.version));
  }
  std::uint64_t& last = last_[producer];
  if (number <= last) {
    return refute(session, fmt::format("message {} of producer {} comes after its message {}", number, producer, last));
  }
  if (gaps_ == Gaps::none && number != last + 1) {
    return refute(session, fmt::format("message {} of producer {} comes when {} is due", number, producer, last + 1));
  }
  last = number;
  tally_.add(message.version);
  return true;
}

}  // namespace shmlab::check
