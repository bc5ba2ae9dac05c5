#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shmlab::shm {

/// What backs a region.
enum class RegionKind : std::uint8_t {
  memfd,      ///< memfd_create(2): no name, found through its descriptor, sealed against every change of size
  posix_shm,  ///< shm_open(3): a name under /dev/shm
  file,       ///< an ordinary file, mapped shared
  anonymous   ///< MAP_SHARED | MAP_ANONYMOUS: reaches forked children only
};

inline constexpr std::array all_region_kinds{RegionKind::memfd, RegionKind::posix_shm, RegionKind::file, RegionKind::anonymous};

constexpr std::string_view to_string(RegionKind kind) {
  switch (kind) {
    case RegionKind::memfd: return "memfd";
    case RegionKind::posix_shm: return "posix_shm";
    case RegionKind::file: return "file";
    case RegionKind::anonymous: return "anonymous";
  }
  return "unknown";
}

/// The kind called `name`. Throws BadInput with the nearest name.
RegionKind region_kind_from(std::string_view name);

/// Whether regions of this kind have a name in a file system, so that they can be attached by name and must be unlinked.
constexpr bool has_name(RegionKind kind) {
  return kind == RegionKind::posix_shm || kind == RegionKind::file;
}

}  // namespace shmlab::shm
