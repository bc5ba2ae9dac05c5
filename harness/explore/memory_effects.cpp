#include <array>

#include "explore/memory.hpp"
#include "explore/memory_rules.hpp"

/// What steps do to messages, views and S, once it is decided what they read and where they write.
namespace shmlab::explore {

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
          .written = nullptr};
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
  return {.value = value, .read = nullptr, .newer = before_others ? &location.newest() : nullptr, .written = &message};
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
