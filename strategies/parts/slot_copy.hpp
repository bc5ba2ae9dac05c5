#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "contract/config.hpp"

/// How the rings of this folder move one message into and out of its slot.
namespace shmlab::strategies::slot_copy {

/// Calls `copy` with the payload's size: the usual small ones as constants, so that stride and copy compile to a few moves.
template <class Copy>
auto with_size(std::size_t payload, Copy copy) {
  switch (payload) {
    case 8: return copy(std::integral_constant<std::size_t, 8>{});
    case 64: return copy(std::integral_constant<std::size_t, 64>{});
    default: return copy(payload);
  }
}

/// Small messages go word by word. Their sender has mostly just written them, by words: loads of that width are forwarded from the
/// store buffer, while a wider one waits until all stores before it are done. Among these are stores to slots that the consumer's
/// cache still holds, and the sender could no longer have several of them under way.
template <class Env>
void fill(std::byte* slot, const std::byte* message, std::size_t bytes) {
  std::size_t done = 0;
  if (bytes <= cache_line_bytes) {
    for (; done + sizeof(std::uint64_t) <= bytes; done += sizeof(std::uint64_t)) {
      Env::copy_in(slot + done, message + done, sizeof(std::uint64_t));
    }
  }
  if (done < bytes) { Env::copy_in(slot + done, message + done, bytes - done); }
}

/// Distance of slots in a ring of bare messages.
constexpr std::size_t stride(std::size_t payload) {
  return align_up(payload, alignof(std::uint64_t));
}

}  // namespace shmlab::strategies::slot_copy
