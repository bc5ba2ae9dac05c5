#pragma once

#include <cstddef>
#include <cstdint>

#include "check/pattern.hpp"
#include "measure/session.hpp"

namespace shmlab::check {

/// Holds what one reader of a snapshot sees against what its one writer publishes, 1, 2, 3, ...: whole values that never go back.
class VersionOrder {
 public:
  /// `least`: the version that the reader must see at least.
  explicit VersionOrder(std::uint64_t least = 0) : latest_(least) {}

  /// Takes the next value read. false: a violation, and the session says so.
  bool next(const Inspection& value, std::size_t bytes, measure::Session& session);
  /// The version seen last, or `least`.
  [[nodiscard]] std::uint64_t latest() const { return latest_; }

 private:
  std::uint64_t latest_;
};

}  // namespace shmlab::check
