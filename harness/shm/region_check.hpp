#pragma once

#include <fcntl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "shm/region_header.hpp"
#include "shm/region_kind.hpp"

namespace shmlab::shm {

using Deadline = std::chrono::steady_clock::time_point;

/// Waits until the file behind `fd` has its size, which its creator gives it in one step, and returns it.
/// Throws BadInput when the file cannot hold a region, or is still empty at the deadline. Touches no byte of it.
std::size_t await_size(int fd, Deadline deadline, const std::string& subject);

/// Seals of a memfd whose size cannot change under those who have it mapped (fcntl(2), F_ADD_SEALS).
inline constexpr int size_seals = F_SEAL_SHRINK | F_SEAL_GROW;
/// Sets them for good. Throws std::system_error when `fd` is no memfd that may be sealed.
void seal_size(int fd);
/// Throws BadInput when one is missing.
void require_sealed(int fd, const std::string& subject);

/// Throws BadInput when the file belongs to another user.
void require_own(int fd, const std::string& subject);

/// What a header must say.
struct Expected {
  std::optional<RegionKind> kind{};  ///< nullopt: any
  std::uint64_t fingerprint = 0;
  std::size_t payload_bytes = 0;  ///< 0: any
  std::size_t region_bytes = 0;   ///< size of the file
};

/// Waits until the header is written, and compares it field by field. Throws BadInput that names the first field that differs,
/// with what was expected and what was found.
void check_header(const RegionHeader& header, const Expected& expected, Deadline deadline, const std::string& subject);

/// Waits until the region is ready. Throws BadInput when it is abandoned, its creator is gone, or the deadline has passed.
void await_ready(const RegionHeader& header, Deadline deadline, const std::string& subject);

}  // namespace shmlab::shm
