#include "explore/races.hpp"

#include <algorithm>

namespace shmlab::explore {

std::optional<Race> Races::access(std::uint32_t self, const View& view, const void* address, std::size_t bytes, bool writes,
                                  const std::source_location& where) {
  if (bytes == 0 || !cells_of_.is_in_memory(address)) { return std::nullopt; }
  Cell& cell = find(address, bytes);
  std::optional<Race> race = conflict(cell, self, view, writes);
  if (race) {
    race->second_where = where;
    race->offset = cells_of_.offset_of(address);
  }
  if (writes) {
    cell.writer = self;
    cell.write = {view.clock(self), where};
  } else {
    cell.reads[self] = {view.clock(self), where};
  }
  return race;
}

std::optional<Race> Races::conflict(const Cell& cell, std::uint32_t self, const View& view, bool writes) {
  Race race;
  race.second = self;
  race.second_writes = writes;
  if (cell.writer != self && cell.write.clock > view.clock(cell.writer)) {
    race.first = cell.writer;
    race.first_writes = true;
    race.first_where = cell.write.where;
    return race;
  }
  if (!writes) { return std::nullopt; }
  for (std::uint32_t other = 0; other < max_participants; ++other) {
    if (other != self && cell.reads[other].clock > view.clock(other)) {
      race.first = other;
      race.first_where = cell.reads[other].where;
      return race;
    }
  }
  return std::nullopt;
}

Races::Cell& Races::find(const void* address, std::size_t bytes) {
  std::uint16_t number = cells_of_.find(address);
  if (number == AddressMap::none) {
    number = static_cast<std::uint16_t>(cells_.size());
    cells_.emplace_back();
    cells_of_.set(address, bytes, number);
  }
  Cell& cell = cells_[number];
  if (cell.execution != execution_) {
    cell.execution = execution_;
    cell.write.clock = 0;
    for (Access& read : cell.reads) { read.clock = 0; }
  }
  return cell;
}

}  // namespace shmlab::explore
