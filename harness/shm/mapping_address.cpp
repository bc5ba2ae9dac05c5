#include "shm/mapping_address.hpp"

#include <unistd.h>

#include <atomic>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SHMLAB_UNDER_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define SHMLAB_UNDER_TSAN 1
#endif

namespace shmlab::shm {
namespace {

constexpr std::uint64_t page_bytes = 4096;
constexpr std::uint64_t slots = 32;

// x86-64 gives programs 2^47 bytes: executables lie near the bottom or at 0x55..., libraries, stacks and ordinary mappings at
// 0x7f.... AddressSanitizer's shadow ends at 0x1000'7fff'8000. ThreadSanitizer lets a program map only a few ranges, and of
// those the one from 0x7e80'0000'0000 on is empty below the libraries. Other 48-bit machines have the first range free, too.
#if defined(SHMLAB_UNDER_TSAN)
constexpr std::uint64_t first_slot = 0x7e80'0000'0000;
constexpr std::uint64_t slot_bytes = std::uint64_t{8} << 30U;
#else
constexpr std::uint64_t first_slot = 0x2000'0000'0000;
constexpr std::uint64_t slot_bytes = std::uint64_t{1} << 40U;
#endif

/// Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014): the output function of SplitMix64.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e37'79b9'7f4a'7c15;
  value = (value ^ (value >> 30U)) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ (value >> 27U)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31U);
}

}  // namespace

void* address_for(std::uint32_t participant_index, std::size_t bytes) {
  static std::atomic<std::uint32_t> calls{0};
  // relaxed: only its own value counts
  const std::uint64_t call = calls.fetch_add(1, std::memory_order_relaxed);
  const std::uint64_t random = mix((static_cast<std::uint64_t>(getpid()) << 32U) | call);
  const std::uint64_t slot = first_slot + (participant_index % slots) * slot_bytes;
  const std::uint64_t room = bytes < slot_bytes ? (slot_bytes - bytes) / page_bytes : 0;
  const std::uint64_t address = slot + (room == 0 ? 0 : random % room) * page_bytes;
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr): an address is what is wanted
}

}  // namespace shmlab::shm
