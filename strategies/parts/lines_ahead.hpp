#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "contract/config.hpp"

/// Asking ahead for the lines of slots that will be filled soon. They lie in the consumer's cache, which has read them a round ago, and stores reach
/// memory one after the other on most CPUs (x86, TSO): without asking, a producer waits for each line as long as it takes to come. Asked for as an
/// earlier slot is filled, it is there when its turn comes. A line is asked for only if the producer knows all slots in it to be free:
/// from who still reads it, it would be taken away.
///
/// Measured on an Intel Xeon, where a line takes 115 to 165 ns there and back: with one message a call a stream takes a sixth to a half of the time,
/// with 64 two thirds to nine tenths. 4 lines ahead do as well as 8 with small messages, 8 messages of a line better than 4 and as well as 10; 24 lose,
/// as a CPU has few lines under way at a time. Of messages that share a line each asks for one: with one asking for all of them, 8 bytes in batches take
/// 4.8 ns in place of 4.0, and why is not known.
namespace shmlab::strategies::lines_ahead {

/// How far ahead of the slot that is filled, in slots of `stride` bytes, a multiple of 8: eight slots at least, and four lines; so many lines, no part of one.
constexpr std::uint64_t slots_ahead(std::size_t stride) {
  if (stride >= cache_line_bytes / 2) { return 8; }
  return stride >= cache_line_bytes / 4 ? 16 : 32;
}
/// Slots that have to be free from the one that is filled on, it included, for all slots in the lines ahead to be. (Messages are at multiples of 8 bytes, so
/// of those that are shorter than a line up to nine lie in one.)
constexpr std::uint64_t least_free(std::size_t stride) {
  constexpr std::uint64_t most_in_a_line = 1 + cache_line_bytes / sizeof(std::uint64_t);
  return slots_ahead(stride) + (stride >= cache_line_bytes ? 2 : most_in_a_line);
}
/// Longest message whose lines are asked for: with a word beside it, it fills two. Longer ones have lines enough of their own under way.
constexpr std::size_t longest_message = 2 * cache_line_bytes - sizeof(std::uint64_t);

/// What is enough for one look to find (see TemporalSlip): for the producer, free slots to ask ahead in; for the consumer, filled ones that the producer
/// is done with. An eighth of a smaller ring is, and of long messages any.
constexpr std::uint64_t enough_free(std::size_t message, std::size_t stride, std::uint64_t capacity) {
  return message > longest_message ? 0 : std::min(least_free(stride), capacity / 8);
}
constexpr std::uint64_t enough_filled(std::size_t message, std::size_t stride, std::uint64_t capacity) {
  return message > longest_message ? 0 : std::min(slots_ahead(stride), capacity / 8);
}

/// Most lines asked for at the end of a call for several messages.
constexpr std::size_t most_lines = 8;

/// Asks for the lines of a slot, or the line that it begins in.
template <class Env>
void ask_for(const std::byte* slot, std::size_t stride) {
  for (std::size_t at = 0; at < stride; at += cache_line_bytes) { Env::prefetch_for_write(slot + at); }
}

/// Asks for the lines, most_lines of them at most, that lie wholly in these bytes.
template <class Env>
void ask_for_whole(const std::byte* begin, std::size_t bytes) {
  const std::size_t to_line = (cache_line_bytes - reinterpret_cast<std::uintptr_t>(begin) % cache_line_bytes) % cache_line_bytes;
  const std::size_t end = std::min(bytes, to_line + most_lines * cache_line_bytes);
  for (std::size_t at = to_line; at + cache_line_bytes <= end; at += cache_line_bytes) { Env::prefetch_for_write(begin + at); }
}

}  // namespace shmlab::strategies::lines_ahead
