#include "explore/memory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explore/memory_rules.hpp"

namespace shmlab::explore {

Memory::Memory(const Bounds& bounds, Choices& choices) : bounds_(bounds), choices_(choices) {
  locations_.reserve(max_locations);
}

void Memory::begin(std::uint32_t participants) {
  participants_ = participants;
  insertions_ = 0;
  order_.clear();
  kernel_.clear(width_);
  for (std::uint32_t i = 0; i < participants; ++i) {
    parties_[i].current.clear(width_);
    parties_[i].acquirable.clear(width_);
    parties_[i].released.clear(width_);
    parties_[i].current.clock(i) = 1;
  }
  for (std::size_t i = 0; i < locations_.size(); ++i) { locations_[i].reset(first_values_[i], width_); }
}

std::uint32_t Memory::add(std::uint64_t first_value) {
  if (locations_.size() == max_locations) { throw TooManyLocations(fmt::format("more than {} atomic locations", max_locations)); }
  locations_.emplace_back();
  first_values_.push_back(first_value);
  width_ = View::width(locations_.size());
  locations_.back().reset(first_value, width_);
  return static_cast<std::uint32_t>(locations_.size() - 1);
}

/// Whether S allows an event that stands before the targets `later` in coherence order. (Events that are before it in coherence order precede
/// those targets in S already.)
bool Memory::is_allowed(const Party& party, std::memory_order order, ScNodes later) const {
  const ScNodes before = is_seq_cst(order) ? party.current.earlier | ScOrder::past : party.current.fences;
  return order_.allows(before, later);
}

/// The messages that coherence lets `self` read (CoRR, CoWR: [intro.races]/16, /18), the newest first, each with the targets behind it.
template <class Visit>
void Memory::visible(std::uint32_t self, std::uint32_t index, Visit visit) {
  const Location& location = locations_[index];
  const Timestamp seen = parties_[self].current.at(index);
  ScNodes later = 0;
  for (std::size_t position = location.last();; --position) {
    if (location.last() - position > bounds_.most_stale) {
      met_.insert(Bound::stale);
      return;
    }
    visit(position, later);
    if (location[position].at <= seen) { return; }
    later |= location[position].targets;
  }
}

/// Whether a new message may stand directly behind the one at `position`: not between a read-modify-write and what it read
/// ([atomics.order]/10), and within the bound when it goes before others.
bool Memory::may_insert(const Location& location, std::size_t position) {
  if (position == location.last()) { return true; }
  if (location[position + 1].fused) { return false; }
  if (insertions_ < bounds_.most_insertions) { return true; }
  met_.insert(Bound::insertions);
  return false;
}

const Memory::Candidate& Memory::choose() {
  const auto count = static_cast<std::uint32_t>(candidates_.size());
  return candidates_[count < 2 ? 0 : choices_.choose(count)];
}

Effect Memory::load(std::uint32_t self, std::uint32_t index, std::memory_order order) {
  prepare(order);
  candidates_.clear();
  visible(self, index, [&](std::size_t position, ScNodes later) {
    if (is_allowed(parties_[self], order, later)) { candidates_.push_back({position, false}); }
  });
  return read(self, index, choose().position, order);
}

Effect Memory::store(std::uint32_t self, std::uint32_t index, std::uint64_t value, std::memory_order order,
                     const std::source_location& where) {
  prepare(order);
  Party& party = parties_[self];
  const Location& location = locations_[index];
  candidates_.clear();
  // Behind all that happens before (CoWW, CoRW: [intro.races]/15, /17).
  ScNodes later = 0;
  for (std::size_t position = location.last();; --position) {
    if (may_insert(location, position) && is_allowed(party, order, later)) { candidates_.push_back({position, true}); }
    if (location[position].at <= party.current.at(index)) { break; }
    later |= location[position].targets;
  }
  const std::size_t position = choose().position;
  const ScNodes node = is_constrained(party, order)
                           ? enter(party, order, sources_of_write(location, position), targets_from(location, position + 1))
                           : 0;
  return write(self, index, position + 1, value, order, nullptr, node, where);
}

Effect Memory::update(std::uint32_t self, std::uint32_t index, Change change, std::memory_order order,
                      const std::source_location& where) {
  prepare(order);
  const Location& location = locations_[index];
  candidates_.clear();
  visible(self, index, [&](std::size_t position, ScNodes later) {
    if (may_insert(location, position) && is_allowed(parties_[self], order, later)) { candidates_.push_back({position, true}); }
  });
  const std::size_t position = choose().position;
  const std::uint64_t value = env::updated(change.update, location[position].value, change.operand, change.bytes);
  return replace(self, index, position, value, order, where);
}

Effect Memory::compare_exchange(std::uint32_t self, std::uint32_t index, const Exchange& exchange,
                                const std::source_location& where) {
  prepare(exchange.success);
  prepare(exchange.failure);
  const Party& party = parties_[self];
  const Location& location = locations_[index];
  candidates_.clear();
  visible(self, index, [&](std::size_t position, ScNodes later) {
    const bool equal = location[position].value == exchange.expected;
    if (equal && may_insert(location, position) && is_allowed(party, exchange.success, later)) {
      candidates_.push_back({position, true});
    }
    if ((!equal || exchange.may_fail) && is_allowed(party, exchange.failure, later)) { candidates_.push_back({position, false}); }
  });
  const Candidate chosen = choose();
  if (chosen.writes) { return replace(self, index, chosen.position, exchange.desired, exchange.success, where); }
  return read(self, index, chosen.position, exchange.failure);
}

void Memory::fence(std::uint32_t self, std::memory_order order) {
  prepare(order);
  Party& party = parties_[self];
  if (acquires(order)) { party.current.join(party.acquirable, width_); }
  if (is_seq_cst(order)) { add_fence(party, 0); }
  if (releases(order)) {
    party.released.copy(party.current, width_);
    ++party.current.clock(self);
  }
}

void Memory::barrier(std::uint32_t self) {
  prepare(std::memory_order_seq_cst);
  add_fence(parties_[self], 0);
}

void Memory::barrier_behind(std::uint32_t self, std::uint32_t waker) {
  prepare(std::memory_order_seq_cst);
  add_fence(parties_[self], parties_[waker].current.earlier);
}

void Memory::refresh(std::uint32_t self, std::uint32_t index) {
  parties_[self].current.at(index) = locations_[index].newest().at;
}

bool Memory::has_newer(std::uint32_t self, std::uint32_t index, std::uint64_t value) const {
  const Location& location = locations_[index];
  for (std::size_t position = location.last(); location[position].at > parties_[self].current.at(index); --position) {
    if (location[position].value != value) { return true; }
  }
  return false;
}

std::uint64_t Memory::last_seen(std::uint32_t self, std::uint32_t index) const {
  return locations_[index][locations_[index].position_of(parties_[self].current.at(index))].value;
}

void Memory::wake_at(std::uint32_t waker, std::uint32_t index) {
  kernel_.at(index) = std::max(kernel_.at(index), parties_[waker].current.at(index));
}

void Memory::wait_at(std::uint32_t sleeper, std::uint32_t index) {
  Timestamp& seen = parties_[sleeper].current.at(index);
  seen = std::max(seen, kernel_.at(index));
}

}  // namespace shmlab::explore
