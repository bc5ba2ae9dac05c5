#include <fmt/format.h>

#include <utility>

#include "explore/machine.hpp"

/// What participants do to memory.
namespace shmlab::explore {
namespace {

std::uint64_t bit_of(std::uint32_t number) {
  return std::uint64_t{1} << (number % 64);
}

env::Operation operation_of(env::Update update) {
  switch (update) {
    case env::Update::exchange: return env::Operation::exchange;
    case env::Update::add: return env::Operation::fetch_add;
    case env::Update::subtract: return env::Operation::fetch_sub;
    case env::Update::bit_or: return env::Operation::fetch_or;
    case env::Update::bit_and: return env::Operation::fetch_and;
  }
  return env::Operation::exchange;
}

std::string describe(const Message& message) {
  return message.author == Message::nobody
             ? fmt::format("{}, the first value,", message.value)
             : fmt::format("{} of P{} at {}", message.value, message.author, to_string(message.where));
}

std::string describe(const Race& race) {
  return fmt::format("data race: P{} {} at {}, and nothing orders that after P{}, which {} the same memory (+{}) at {}",
                     race.second, race.second_writes ? "writes" : "reads", to_string(race.second_where), race.first,
                     race.first_writes ? "wrote" : "read", race.offset, to_string(race.first_where));
}

}  // namespace

/// Of an atomic operation. A poll for the location sees the order of execution of stores; and so do loads and stores where a bound counts what
/// was stored so far.
Footprint Machine::footprint(std::uint32_t location, bool reads, bool changes) const {
  const std::uint64_t bit = bit_of(location);
  const bool counts = (reads && settings_.bounds.most_stale != Bounds::unlimited) ||
                      (changes && settings_.bounds.most_insertions != Bounds::unlimited);
  return {.reads = reads ? bit : 0,
          .changes = changes ? bit : 0,
          .reads_aside = counts ? bit : 0,
          .changes_aside = changes ? bit : 0};
}

void Machine::tell(std::string note) {
  if (trace_ == nullptr || trace_->empty()) { return; }
  std::string& notes = trace_->back().note;
  notes += (notes.empty() ? "" : "; ") + std::move(note);
}

void Machine::tell_value(std::uint64_t value) {
  if (trace_ == nullptr) { return; }
  trace_->back().value = value;
  trace_->back().has_value = true;
}

/// Who reads whose message is for the search to know, and for the trace.
void Machine::note(const Effect& effect) {
  if (effect.written != nullptr) { effect.written->step = turn_.steps; }
  if (effect.read != nullptr && effect.read->author != Message::nobody) { search_.read_from(effect.read->step); }
  if (trace_ == nullptr) { return; }
  tell_value(effect.value);
  if (effect.newer == nullptr) { return; }
  tell(effect.written != nullptr ? "put before " + describe(*effect.newer)
                                 : "STALE: " + describe(*effect.newer) + " is newer, and not ordered before");
}

std::uint64_t Machine::load(env::AtomicWord word, std::memory_order order, const Where& where) {
  const std::uint32_t location = location_of(word);
  const Orders orders = orders_at(env::Operation::load, {.order = order}, where);
  if (orders.left_out && looks_.at(self_, location)) { return answer_unseen(word, order, where); }
  if (!arrive(env::Operation::load, orders.order, footprint(location, true, false), word.address, where)) {
    return memory_.newest(location).value;
  }
  const Effect effect = memory_.load(self_, location, orders.order);
  note(effect);
  saw(location, effect.value);
  return effect.value;
}

void Machine::store(env::AtomicWord word, std::uint64_t desired, std::memory_order order, const Where& where) {
  const std::uint32_t location = location_of(word);
  const Orders orders = orders_at(env::Operation::store, {.order = order}, where);
  if (orders.left_out) { return leave_out(env::Operation::store, word, order, where); }
  if (!arrive(env::Operation::store, orders.order, footprint(location, false, true), word.address, where)) { return; }
  if (memory_.last_seen(self_, location) != desired) { changed_memory(); }
  note(memory_.store(self_, location, desired, orders.order, where));
  if (is_audited_) { looks_.saw(self_, location, desired); }
}

std::uint64_t Machine::update(env::AtomicWord word, env::Update update, std::uint64_t operand, std::memory_order order,
                              const Where& where) {
  const std::uint32_t location = location_of(word);
  const env::Operation operation = operation_of(update);
  const Orders orders = orders_at(operation, {.order = order}, where);
  if (orders.left_out) { return only_read(operation, word, order, where); }
  if (!arrive(operation, orders.order, footprint(location, true, true), word.address, where)) {
    return memory_.newest(location).value;
  }
  const Effect effect = memory_.update(self_, location, {update, operand, word.bytes}, orders.order, where);
  const std::uint64_t written = env::updated(update, effect.value, operand, word.bytes);
  note(effect);
  if (trace_ != nullptr) { tell(fmt::format("wrote {}", written)); }
  if (written != effect.value) { changed_memory(); }
  saw(location, written);
  return effect.value;
}

bool Machine::compare_exchange(env::AtomicWord word, std::uint64_t& expected, std::uint64_t desired, std::memory_order success,
                               std::memory_order failure, bool weak, const Where& where) {
  const std::uint32_t location = location_of(word);
  const Orders orders = orders_at(env::Operation::compare_exchange, {.order = success, .failure = failure}, where);
  if (orders.left_out) {
    const std::uint64_t found = only_read(env::Operation::compare_exchange, word, success, where);
    return std::exchange(expected, found) == found;
  }
  if (!arrive(env::Operation::compare_exchange, orders.order, footprint(location, true, true), word.address, where)) {
    expected = memory_.newest(location).value;
    return false;
  }
  const bool may_fail = weak && me().weak_failures < settings_.bounds.weak_failures;
  const Memory::Exchange exchange{
      .expected = expected, .desired = desired, .success = orders.order, .failure = orders.failure, .may_fail = may_fail};
  const Effect effect = memory_.compare_exchange(self_, location, exchange, where);
  note(effect);
  if (effect.written != nullptr) {
    if (weak && !may_fail) { met_.insert(Bound::weak_failures); }
    if (trace_ != nullptr) { tell(fmt::format("wrote {}", desired)); }
    if (desired != expected) { changed_memory(); }
    saw(location, desired);
    return true;
  }
  if (effect.value == expected) {
    ++me().weak_failures;
    tell("failed without a reason");
  }
  expected = effect.value;
  saw(location, expected);
  return false;
}

/// Only what its own participant does before and after depends on a fence, so nobody needs to come between it and the step before.
void Machine::fence(std::memory_order order, const Where& where) {
  if (is_leaving()) { return; }
  const Orders orders = orders_at(env::Operation::fence, {.order = order}, where);
  if (!orders.left_out) { memory_.fence(self_, orders.order); }
  if (trace_ != nullptr) {
    trace_->push_back({.step = steps_,
                       .participant = self_,
                       .operation = env::Operation::fence,
                       .order = orders.order,
                       .where = where,
                       .note = orders.left_out ? "left out" : ""});
  }
}

void Machine::access_plain(env::Operation operation, const void* address, std::uint32_t bytes, const Where& where) {
  if (is_leaving()) { return; }
  const bool writes = operation == env::Operation::set || operation == env::Operation::copy_in;
  const bool is_step = settings_.races == RacePolicy::are_ignored;
  if (writes && !is_step) { risk_death(operation, address, where); }
  const std::optional<Race> race = races_.access(self_, memory_.view(self_), address, bytes, writes, where);
  if (is_step) {
    const std::uint64_t cell = bit_of(races_.cell(address));
    arrive(operation, std::memory_order_relaxed, {.reads_aside = cell, .changes_aside = writes ? cell : 0}, address, where);
    if (writes) { changed_memory(); }
  } else if (trace_ != nullptr) {
    trace_->push_back({.step = steps_,
                       .participant = self_,
                       .operation = operation,
                       .where = where,
                       .offset = locations_.offset_of(address),
                       .note = {}});
  }
  if (race && !is_step) { fail(Verdict::violated(describe(*race))); }
}

}  // namespace shmlab::explore
