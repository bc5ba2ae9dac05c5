#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace shmlab::shm {

/// Where a region is in its life. The creator alone writes it.
enum class RegionState : std::uint32_t {
  creating = 1,  ///< the payload is being initialised
  ready = 2,     ///< the payload may be used
  abandoned = 3  ///< the creator gave up; it will never be ready
};

constexpr std::string_view to_string(RegionState state) {
  switch (state) {
    case RegionState::creating: return "creating";
    case RegionState::ready: return "ready";
    case RegionState::abandoned: return "abandoned";
  }
  return "unknown";
}

/// "shmlab" and two bytes that no text file has; in the byte order of the machine.
inline constexpr std::uint64_t region_magic = 0x0fff'6261'6c6d'6873;
/// Changes with every change of RegionHeader or of payload_offset.
inline constexpr std::uint32_t region_layout_version = 2;
/// Where the payload begins: a page of its own, so that every alignment up to a page holds in it.
inline constexpr std::size_t payload_offset = 4096;

/// The first bytes of every region. Everything but `state` is constant once `magic` is there.
struct RegionHeader {
  std::atomic<std::uint64_t> magic;  ///< written last, release; 0 until then. Attachers load it first, acquire
  std::uint32_t layout_version;      ///< region_layout_version
  std::uint32_t kind;                ///< RegionKind
  std::uint64_t fingerprint;         ///< of what lies in the payload; chosen by the creator
  std::uint64_t payload_bytes;       ///< the region holds payload_offset + payload_bytes bytes
  std::uint64_t creator_start_time;  ///< clock ticks since boot; with creator_pid it names one process
  std::uint32_t creator_pid;         ///< as seen in the creator's PID namespace
  std::atomic<std::uint32_t> state;  ///< RegionState and futex word; release by the creator, acquire by attachers
  std::uint64_t creator_check;       ///< creator_check_of() the two fields: nothing else could tell that they were damaged
};

/// Differs whenever a bit of one of them does: an odd factor and a rotation can be undone.
constexpr std::uint64_t creator_check_of(std::uint32_t pid, std::uint64_t start_time) {
  constexpr std::uint64_t odd = 0x9e37'79b9'7f4a'7c15;
  return std::rotl(start_time * odd, 32) ^ (region_magic + pid);
}

static_assert(std::is_standard_layout_v<RegionHeader> && std::is_trivially_destructible_v<RegionHeader>);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free,
              "a lock of the library would lie outside the region");
static_assert(sizeof(std::atomic<std::uint64_t>) == 8 && sizeof(std::atomic<std::uint32_t>) == 4);
static_assert(offsetof(RegionHeader, magic) == 0);
static_assert(offsetof(RegionHeader, layout_version) == 8);
static_assert(offsetof(RegionHeader, kind) == 12);
static_assert(offsetof(RegionHeader, fingerprint) == 16);
static_assert(offsetof(RegionHeader, payload_bytes) == 24);
static_assert(offsetof(RegionHeader, creator_start_time) == 32);
static_assert(offsetof(RegionHeader, creator_pid) == 40);
static_assert(offsetof(RegionHeader, state) == 44);
static_assert(offsetof(RegionHeader, creator_check) == 48);
static_assert(sizeof(RegionHeader) == 56 && sizeof(RegionHeader) <= payload_offset);

}  // namespace shmlab::shm
