#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crash/crash.hpp"

namespace shmlab::crash {

/// What one job sends: what it found about a share, or why it could not.
struct Parcel {
  std::size_t share = 0;  ///< its number
  CrashReport report;
  std::string bad_input;  ///< what BadInput said; else empty
  std::string error;      ///< what another exception said; else empty
};

/// For a pipe between processes of the same program.
std::vector<std::uint8_t> packed(const Parcel& parcel);
/// Takes the first parcel from the front of what has arrived; nothing: it is not whole yet.
std::optional<Parcel> unpacked(std::vector<std::uint8_t>& arrived);

}  // namespace shmlab::crash
