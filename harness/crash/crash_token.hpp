#pragma once

#include <string>
#include <string_view>

#include "catalogue/entry.hpp"
#include "crash/crash_cell.hpp"

namespace shmlab::crash {

/// A death in one word, for `shmlab replay`: "crash", the version of shmlab and the commit, strategy, role, arrival, point, CrashKind, second point, and
/// a checksum.
struct CrashOrderToken {
  const catalogue::StrategyEntry* strategy = nullptr;
  CrashPoint point;
  std::string commit;  ///< that the token was made by; of this program where it is to be written
};

std::string crash_token(const catalogue::StrategyEntry& strategy, const CrashPoint& point);

/// Whether the word is a token of a death.
bool is_crash_token(std::string_view token);

/// Throws BadInput when the token is damaged, of another version, or names what this program does not have.
CrashOrderToken read_crash_token(std::string_view token);

}  // namespace shmlab::crash
