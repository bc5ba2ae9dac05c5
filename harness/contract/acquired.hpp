#pragma once

#include <cstdint>
#include <string_view>

namespace shmlab {

/// How an exclusive section was entered.
enum class Acquired : std::uint8_t {
  clean,           ///< the previous holder left in order
  owner_died,      ///< the lock is held, and the previous holder died inside: the data may be half written
  not_recoverable  ///< the lock is NOT held and never will be again
};

constexpr std::string_view to_string(Acquired acquired) {
  switch (acquired) {
    case Acquired::clean: return "clean";
    case Acquired::owner_died: return "owner_died";
    case Acquired::not_recoverable: return "not_recoverable";
  }
  return "unknown";
}

}  // namespace shmlab
