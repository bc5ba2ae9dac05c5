#include <fmt/format.h>

#include "explore/machine.hpp"

/// Participants that die, as by SIGKILL: at any atomic operation, futex call, write to ordinary memory or change of the robust list, before it
/// takes effect.
namespace shmlab::explore {

/// The calling participant is about to do this; perhaps it dies before.
void Machine::risk_death(env::Operation operation, const void* address, const Where& where) {
  if (me().dying || me().in_kernel || settings_.bounds.most_deaths == 0 || (program_.may_die && !program_.may_die(self_))) {
    return;
  }
  if (deaths_ == settings_.bounds.most_deaths) {
    met_.insert(Bound::deaths);
  } else if (choose(2) == 1) {
    die(operation, address, where);
  }
}

void Machine::enter_kernel(env::Operation operation, const void* object, const Where& where) {
  if (is_leaving()) { return; }
  risk_death(operation, object, where);
  me().in_kernel = true;
}

/// One step: the kernel walks the robust list (exit_robust_list() in Linux, kernel/futex/core.c), and nothing is heard of the participant again.
void Machine::die(env::Operation operation, const void* address, const Where& where) {
  ++deaths_;
  Participant& victim = me();
  Footprint walk;
  const auto touch = [&](std::uint32_t location) {
    const Footprint one = footprint(location, true, true);
    walk.reads |= one.reads;
    walk.changes |= one.changes;
    walk.reads_aside |= one.reads_aside | queue_of(location);
    walk.changes_aside |= one.changes_aside | queue_of(location);
  };
  victim.robust.each_held(touch);
  const std::optional<std::uint32_t> pending = victim.robust.pending();
  if (pending) { touch(*pending); }
  victim.dying = true;
  arrive(operation, std::memory_order_relaxed, walk, address, where);
  tell("DIES before this");
  victim.robust.each_held([&](std::uint32_t location) { mark_owner_died(location, where); });
  if (pending && !mark_owner_died(*pending, where)) {
    // Given already, and who was to be woken is not yet: handle_futex_death() with pending_op and no owner
    if ((memory_.newest(*pending).value & env::futex_tid_mask) == 0) { wake_from_kernel(*pending, 1); }
  }
  if (program_.died) { program_.died(self_, snapshot_.memory()); }
  victim.state = State::dead;
  pass_on();
  throw Abandoned{};
}

/// handle_futex_death(): whether the word was held by the calling participant.
bool Machine::mark_owner_died(std::uint32_t location, const Where& where) {
  const std::uint64_t found = memory_.newest(location).value;
  if ((found & env::futex_tid_mask) != thread_id()) { return false; }
  const std::uint64_t marked = (found & env::futex_waiters) | env::futex_owner_died;
  const Memory::Exchange exchange{.expected = found,
                                  .desired = marked,
                                  .success = std::memory_order_acq_rel,
                                  .failure = std::memory_order_relaxed,
                                  .may_fail = false};
  memory_.refresh(self_, location);
  note(memory_.compare_exchange(self_, location, exchange, where));
  changed_memory();
  tell(fmt::format("the kernel writes {}", marked));
  if ((found & env::futex_waiters) != 0) { wake_from_kernel(location, 1); }
  return true;
}

void Machine::robust_pending(std::optional<env::AtomicWord> word, const Where& where) {
  if (is_leaving()) { return; }
  risk_death(env::Operation::robust_list, nullptr, where);
  me().robust.set_pending(word ? std::optional(location_of(*word)) : std::nullopt);
}

void Machine::robust_add(env::AtomicWord word, const Where& where) {
  if (is_leaving()) { return; }
  risk_death(env::Operation::robust_list, word.address, where);
  me().robust.add(location_of(word));
}

void Machine::robust_remove(env::AtomicWord word, const Where& where) {
  if (is_leaving()) { return; }
  risk_death(env::Operation::robust_list, word.address, where);
  me().robust.remove(location_of(word));
}

}  // namespace shmlab::explore
