#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <source_location>
#include <span>
#include <vector>

#include "explore/address_map.hpp"
#include "explore/view.hpp"

namespace shmlab::explore {

/// Two conflicting ordinary accesses of which neither happens before the other: undefined behaviour ([intro.races]/21).
struct Race {
  std::uint32_t first = 0;   ///< participant
  std::uint32_t second = 0;  ///< participant, whose access came later in this execution
  bool first_writes = false;
  bool second_writes = false;
  std::source_location first_where;
  std::source_location second_where;
  std::size_t offset = 0;  ///< in the shared memory
};

/// Finds races on ordinary shared memory by vector clocks (Flanagan and Freund, FastTrack, PLDI 2009: an epoch for the last write). Bytes
/// that were first accessed together count as one object, which is right as long as all accesses to them have the same bounds.
class Races {
 public:
  explicit Races(std::span<const std::byte> memory) : cells_of_(memory) {}

  /// A new execution.
  void begin() { ++execution_; }
  /// An access of `self`, whose view this is; memory that is not shared has no races. The first race that it is part of, if any.
  std::optional<Race> access(std::uint32_t self, const View& view, const void* address, std::size_t bytes, bool writes,
                             const std::source_location& where);
  /// A number that accesses to the same bytes share; others may share it too.
  [[nodiscard]] std::uint32_t cell(const void* address) const { return cells_of_.find(address); }

 private:
  struct Access {
    Clock clock = 0;  ///< 0: none
    std::source_location where;
  };
  struct Cell {
    std::uint64_t execution = 0;  ///< to which the rest belongs
    std::uint32_t writer = 0;
    Access write;
    std::array<Access, max_participants> reads;
  };

  Cell& find(const void* address, std::size_t bytes);
  static std::optional<Race> conflict(const Cell& cell, std::uint32_t self, const View& view, bool writes);

  std::uint64_t execution_ = 0;
  AddressMap cells_of_;
  std::vector<Cell> cells_;
};

}  // namespace shmlab::explore
