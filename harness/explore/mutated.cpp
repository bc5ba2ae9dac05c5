#include "explore/machine.hpp"

/// What becomes of an operation that a mutation weakens or leaves out.
namespace shmlab::explore {
namespace {

/// What is left of the order of a read-modify-write that does not write.
std::memory_order reading_part(std::memory_order order) {
  switch (order) {
    case std::memory_order_acq_rel: return std::memory_order_acquire;
    case std::memory_order_release: return std::memory_order_relaxed;
    default: return order;
  }
}

}  // namespace

Orders Machine::audited(env::Operation operation, const Orders& orders, const Where& where) {
  if (unwinding_ || me().outside_source != 0) { return orders; }
  if (settings_.sites != nullptr) { settings_.sites->saw(operation, orders, where); }
  return settings_.mutation ? settings_.mutation->apply(operation, orders, where) : orders;
}

/// The calling participant has read this value, or written it.
void Machine::saw(std::uint32_t location, std::uint64_t value) {
  me().watch.saw(location, value);
  if (is_audited_) { looks_.saw(self_, location, value); }
}

/// A load that does not look. It is a step all the same, so that a loop of nothing else comes to an end.
std::uint64_t Machine::answer_unseen(env::AtomicWord word, std::memory_order order, const Where& where) {
  const std::uint32_t location = location_of(word);
  const std::uint64_t value = looks_.at(self_, location).value_or(0);
  if (!arrive(env::Operation::load, order, {}, word.address, where)) { return value; }
  tell("not looked at");
  tell_value(value);
  me().watch.saw(location, value);
  return value;
}

/// A step that does nothing.
void Machine::leave_out(env::Operation operation, env::AtomicWord word, std::memory_order order, const Where& where) {
  if (arrive(operation, order, {}, word.address, where)) { tell("left out"); }
}

std::uint64_t Machine::only_read(env::Operation operation, env::AtomicWord word, std::memory_order order, const Where& where) {
  const std::uint32_t location = location_of(word);
  if (!arrive(operation, order, footprint(location, true, false), word.address, where)) { return memory_.newest(location).value; }
  const Effect effect = memory_.load(self_, location, reading_part(order));
  note(effect);
  tell("writes nothing");
  saw(location, effect.value);
  return effect.value;
}

}  // namespace shmlab::explore
