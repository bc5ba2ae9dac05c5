#include "explore/memory.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shmlab::explore {
namespace {

constexpr bool acquires(std::memory_order order) {
  return order == std::memory_order_acquire || order == std::memory_order_consume || order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}
constexpr bool releases(std::memory_order order) {
  return order == std::memory_order_release || order == std::memory_order_acq_rel || order == std::memory_order_seq_cst;
}
constexpr bool is_seq_cst(std::memory_order order) {
  return order == std::memory_order_seq_cst;
}

/// What precedes in S a seq_cst event that reads the message at `position`: events that are before it in coherence order
/// ([atomics.order]/3: writes and what they read from, reads and later writes), so of other reads of the same message none.
ScNodes sources_of_read(const Location& location, std::size_t position) {
  ScNodes sources = location[position].write_sources;
  for (std::size_t i = 0; i < position; ++i) { sources |= location[i].write_sources | location[i].read_sources; }
  return sources;
}
/// The same for one that writes directly behind `position`.
ScNodes sources_of_write(const Location& location, std::size_t position) {
  return sources_of_read(location, position) | location[position].read_sources;
}
/// What follows in S an event that stands before the message at `position` and those behind it.
ScNodes targets_from(const Location& location, std::size_t position) {
  ScNodes targets = 0;
  for (; position < location.size(); ++position) { targets |= location[position].targets; }
  return targets;
}

}  // namespace

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

/// Whether S allows a read of the message at `position`, behind which are the targets `later`.
bool Memory::may_read(const Party& party, const Location& location, std::size_t position, ScNodes later,
                      std::memory_order order) const {
  if (later == 0) { return true; }
  ScNodes before = party.current.fences;
  if (is_seq_cst(order)) { before |= party.current.earlier | ScOrder::past | sources_of_read(location, position); }
  return order_.allows(before, later);
}

/// The same for a write directly behind the message at `position`.
bool Memory::may_write(const Party& party, const Location& location, std::size_t position, ScNodes later,
                       std::memory_order order) const {
  if (later == 0) { return true; }
  ScNodes before = party.current.fences;
  if (is_seq_cst(order)) { before |= party.current.earlier | ScOrder::past | sources_of_write(location, position); }
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
    if (may_read(parties_[self], locations_[index], position, later, order)) { candidates_.push_back({position, false}); }
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
    if (may_insert(location, position) && may_write(party, location, position, later, order)) {
      candidates_.push_back({position, true});
    }
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
    if (may_insert(location, position) && may_write(parties_[self], location, position, later, order)) {
      candidates_.push_back({position, true});
    }
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
    if (equal && may_insert(location, position) && may_write(party, location, position, later, exchange.success)) {
      candidates_.push_back({position, true});
    }
    if ((!equal || exchange.may_fail) && may_read(party, location, position, later, exchange.failure)) {
      candidates_.push_back({position, false});
    }
  });
  const Candidate chosen = choose();
  if (chosen.writes) { return replace(self, index, chosen.position, exchange.desired, exchange.success, where); }
  return read(self, index, chosen.position, exchange.failure);
}

/// The part that an event with this order has in S; returns its node, if it gets one.
ScNodes Memory::enter(Party& party, std::memory_order order, ScNodes before, ScNodes after) {
  if (!is_seq_cst(order)) {
    // [atomics.order]/4.3: a fence that happens before it precedes what follows it in coherence order.
    order_.order(party.current.fences, after);
    return 0;
  }
  return order_.add(party.current.earlier | ScOrder::past | before, after);
}

Effect Memory::read(std::uint32_t self, std::uint32_t index, std::size_t position, std::memory_order order) {
  Party& party = parties_[self];
  Location& location = locations_[index];
  Message& message = location[position];
  if (is_constrained(party, order)) {
    const ScNodes node = enter(party, order, sources_of_read(location, position), targets_from(location, position + 1));
    message.read_sources |= party.current.fences | node;
    message.targets |= node;
    party.current.earlier |= node;
  }
  if (party.current.at(index) < message.at) { party.current.at(index) = message.at; }
  // [atomics.order]/2: an acquire that reads from a release, or from its release sequence, synchronises with it; [atomics.fences]/3
  (acquires(order) ? party.current : party.acquirable).join(message.released, width_);
  return {.value = message.value,
          .read = &message,
          .newer = position == location.last() ? nullptr : &location.newest(),
          .wrote = false};
}

/// A read-modify-write of the message at `position`.
Effect Memory::replace(std::uint32_t self, std::uint32_t index, std::size_t position, std::uint64_t value,
                       std::memory_order order, const std::source_location& where) {
  Party& party = parties_[self];
  const Location& location = locations_[index];
  const Message& source = location[position];
  const ScNodes node = is_constrained(party, order)
                           ? enter(party, order, sources_of_write(location, position), targets_from(location, position + 1))
                           : 0;
  (acquires(order) ? party.current : party.acquirable).join(source.released, width_);
  Effect effect = write(self, index, position + 1, value, order, &source, node, where);
  effect.value = source.value;
  effect.read = &source;
  return effect;
}

Effect Memory::write(std::uint32_t self, std::uint32_t index, std::size_t position, std::uint64_t value, std::memory_order order,
                     const Message* source, ScNodes node, const std::source_location& where) {
  Party& party = parties_[self];
  Location& location = locations_[index];
  if (!location.has_room(position)) { respace(index); }
  Message& message = location.insert(position);
  message.value = value;
  message.author = self;
  message.fused = source != nullptr;
  message.where = where;
  message.write_sources = party.current.fences | node;
  message.targets = node;
  party.current.at(index) = message.at;
  message.released.copy(releases(order) ? party.current : party.released, width_);
  // A read-modify-write goes on with the release sequence of what it read; a store ends it ([intro.races]/5, C++20).
  if (source != nullptr) { message.released.join(source->released, width_); }
  party.current.earlier |= node;
  ++party.current.clock(self);
  const bool before_others = position != location.last();
  insertions_ += before_others ? 1 : 0;
  return {.value = value, .read = nullptr, .newer = before_others ? &location.newest() : nullptr, .wrote = true};
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

/// [atomics.order]/4.2 and /4.4: whatever precedes, in coherence order, an event that happens before the fence, precedes the fence in S.
void Memory::add_fence(Party& party, ScNodes before) {
  before |= party.current.earlier | ScOrder::past;
  std::array<Message*, max_locations> seen{};
  for (std::uint32_t i = 0; i < locations_.size(); ++i) {
    Location& location = locations_[i];
    const std::size_t position = location.position_of(party.current.at(i));
    before |= sources_of_read(location, position);
    seen[i] = &location[position];
  }
  const ScNodes node = order_.add(before, 0);
  for (std::uint32_t i = 0; i < locations_.size(); ++i) { seen[i]->targets |= node; }
  party.current.fences |= node;
  party.current.earlier |= node;
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

/// Room in S for an event of this order.
void Memory::prepare(std::memory_order order) {
  if (!is_seq_cst(order) || !order_.is_full()) { return; }
  met_.insert(Bound::seq_cst_events);
  const ScNodes retired = order_.retire();
  const auto replace_in = [retired](ScNodes& nodes) {
    if ((nodes & retired) != 0) { nodes = (nodes & ~retired) | ScOrder::past; }
  };
  each_view([&](View& view) {
    replace_in(view.fences);
    replace_in(view.earlier);
  });
  for (Location& location : locations_) {
    for (std::size_t i = 0; i < location.size(); ++i) {
      replace_in(location[i].write_sources);
      replace_in(location[i].read_sources);
      replace_in(location[i].targets);
    }
  }
}

void Memory::respace(std::uint32_t index) {
  Location& location = locations_[index];
  each_view([&](View& view) { view.at(index) = location.respaced(location.position_of(view.at(index))); });
  location.respace();
}

template <class Visit>
void Memory::each_view(Visit visit) {
  visit(kernel_);
  for (std::uint32_t i = 0; i < participants_; ++i) {
    visit(parties_[i].current);
    visit(parties_[i].acquirable);
    visit(parties_[i].released);
  }
  for (Location& location : locations_) {
    for (std::size_t i = 0; i < location.size(); ++i) { visit(location[i].released); }
  }
}

}  // namespace shmlab::explore
