#include "fault/turns.hpp"

#include <algorithm>
#include <cstddef>

#include "env/native_env.hpp"
#include "fault/random_bits.hpp"
#include "shm/futex.hpp"

namespace shmlab::fault {
namespace {

/// Polls in a row by everybody who can run, with memory unchanged, after which nothing will ever change. Generous, for bodies that wait
/// for a clock.
constexpr std::uint32_t vain_polls = 2000;
/// Steps in a row after which a participant that neither polls nor sleeps gives the turn away: a reader that reads again and again would
/// otherwise keep the writer from ever coming to its turn. Of varying length, so that it does not end at the same place of a loop each
/// time, with the same lock held; but a function of the step, so that a run repeats.
constexpr std::uint32_t shortest_long_turn = 100;
constexpr std::uint32_t long_turns = 200;

bool is_long(std::uint32_t turn_length, std::uint64_t step) {
  return turn_length > shortest_long_turn && random_bits(step) % long_turns == 0;
}

bool is_poll(env::Operation operation) {
  return operation == env::Operation::pause || operation == env::Operation::yield;
}

/// Whose process waits for this turn.
std::uint32_t seat_of(std::uint32_t turn) {
  return turn == TurnTable::conductor ? 0 : turn;
}

void unpark(Seat& seat) {
  // seq_cst: after the store of the turn; pairs with the seq_cst store of `parked` in wait_for_turn()
  if (seat.parked.load(std::memory_order_seq_cst) == 0) { return; }
  seat.parked.store(0, std::memory_order_relaxed);  // relaxed: carries no data; the kernel lets nobody sleep on 0
  shm::futex_wake(seat.parked, shm::wake_all);
}

void give_turn(TurnTable& table, std::uint32_t to) {
  // seq_cst: a release of all that the giver did, pairing with the acquire in wait_for_turn(); and before the load of `parked`
  table.turn.store(to, std::memory_order_seq_cst);
  if (to == TurnTable::nobody) {
    for (std::uint32_t i = 0; i < table.participants; ++i) { unpark(table.seats[i]); }
  } else {
    unpark(table.seats[seat_of(to)]);
  }
}

/// Waits until the turn is one that `wanted` accepts, and returns it.
template <class Wanted>
std::uint32_t wait_for_turn(TurnTable& table, Seat& seat, Wanted wanted) {
  for (std::uint32_t i = 0; i < table.spins; ++i) {
    // acquire: pairs with the store in give_turn(): all that came before it is visible
    if (const std::uint32_t turn = table.turn.load(std::memory_order_acquire); wanted(turn)) { return turn; }
    env::NativeEnv::pause();
  }
  for (;;) {
    // seq_cst: before the load of the turn; pairs with the seq_cst load in unpark()
    seat.parked.store(1, std::memory_order_seq_cst);
    // seq_cst: after the store of `parked`; pairs with the seq_cst store in give_turn(), as an acquire too
    const std::uint32_t turn = table.turn.load(std::memory_order_seq_cst);
    if (wanted(turn)) {
      seat.parked.store(0, std::memory_order_relaxed);  // relaxed: at worst there is a needless wake
      return turn;
    }
    shm::futex_wait(seat.parked, 1);
  }
}

}  // namespace

void TurnTable::reset() {
  steps = 0;
  traced = 0;
  turn_length = 0;
  end = RoundEnd::open;
  next_planned = 0;
  taken = 0;
  for (std::uint32_t i = 0; i < participants; ++i) {
    Seat& seat = seats[i];
    seat.state = SeatState::ready;
    seat.timed = seat.timed_out = seat.process_private = false;
    seat.idle_polls = 0;
    seat.file = seat.function = nullptr;
    seat.line = 0;
  }
}

void start_run(TurnTable& table) {
  give_turn(table, 0);
}

void await_end_of_run(TurnTable& table) {
  wait_for_turn(table, table.seats[0], [](std::uint32_t turn) { return turn == TurnTable::conductor; });
}

void dismiss(TurnTable& table) {
  give_turn(table, TurnTable::nobody);
}

bool Turns::await_start() {
  const auto wanted = [this](std::uint32_t turn) { return turn == self_ || turn == TurnTable::nobody; };
  return wait_for_turn(table_, seat(), wanted) == self_;
}

void Turns::await_turn() {
  const std::uint32_t turn = wait_for_turn(table_, seat(), [this](std::uint32_t seen) {
    return seen == self_ || seen == TurnTable::nobody || (self_ == 0 && seen == TurnTable::conductor);
  });
  if (turn != self_) { throw RunIsOver{}; }
}

void Turns::hand_to(std::uint32_t who) {
  if (who == self_) { return; }
  give_turn(table_, who);
  await_turn();
}

void Turns::finish() {
  seat().state = SeatState::finished;
  const bool all = std::all_of(table_.seats.begin(), table_.seats.begin() + table_.participants,
                               [](const Seat& seat) { return seat.state == SeatState::finished; });
  if (all) { return end_run(RoundEnd::finished); }
  std::uint32_t next = next_ready();
  if (next == TurnTable::nobody) { next = time_out_somebody(); }
  if (next == TurnTable::nobody) { return end_run(RoundEnd::asleep); }
  give_turn(table_, next);
}

void Turns::end_run(RoundEnd end) {
  table_.end = end;
  give_turn(table_, TurnTable::conductor);
}

void Turns::before(const env::Access& access) {
  ++table_.steps;
  note(access);
  if (table_.steps > table_.most_steps) {
    end_run(RoundEnd::too_long);
    throw RunIsOver{};
  }
  count_idle(access);
  std::uint32_t next = preempting();
  if (next == self_ && is_poll(access.operation)) {
    if (everybody_polls_in_vain()) {
      end_run(RoundEnd::polling);
      throw RunIsOver{};
    }
    next = next_ready();
  }
  if (next == self_ && is_long(++table_.turn_length, table_.steps)) { next = next_ready(); }
  if (next != self_) { table_.turn_length = 0; }
  hand_to(next);
  trace(access);
}

void Turns::gave(std::uint64_t value) {
  // Nobody had the turn since before() returned: the last entry is of this access.
  if (table_.traced == 0 || table_.traced > trace_.size()) { return; }
  TraceEntry& entry = trace_[table_.traced - 1];
  entry.value = value;
  entry.has_value = true;
}

bool Turns::sleep(const void* word, shm::FutexScope scope, bool timed) {
  Seat& me = seat();
  me.state = SeatState::asleep;
  me.timed = timed;
  me.timed_out = false;
  me.process_private = scope == shm::FutexScope::process_private;
  me.asleep_on = offset_of(word);
  me.asleep_since = table_.steps;
  std::uint32_t next = next_ready();
  if (next == TurnTable::nobody) { next = time_out_somebody(); }
  if (next == TurnTable::nobody) {
    end_run(RoundEnd::asleep);
    throw RunIsOver{};
  }
  hand_to(next);
  return !me.timed_out;
}

void Turns::wake(const void* word, std::uint32_t count, shm::FutexScope scope) {
  if (scope == shm::FutexScope::process_private) { return; }  // each participant is a process of its own: nobody hears it
  const std::uint64_t offset = offset_of(word);
  for (; count > 0; --count) {
    Seat* first = nullptr;
    for (std::uint32_t i = 0; i < table_.participants; ++i) {
      Seat& candidate = table_.seats[i];
      const bool hears = candidate.state == SeatState::asleep && candidate.asleep_on == offset && !candidate.process_private;
      if (hears && (first == nullptr || candidate.asleep_since < first->asleep_since)) { first = &candidate; }
    }
    if (first == nullptr) { return; }
    first->state = SeatState::ready;
    first->idle_polls = 0;
  }
}

std::uint64_t Turns::offset_of(const void* address) const {
  return static_cast<std::uint64_t>(static_cast<const std::byte*>(address) - memory_);
}

void Turns::note(const env::Access& access) {
  Seat& me = seat();
  me.operation = access.operation;
  me.file = access.where.file_name();
  me.function = access.where.function_name();
  me.line = access.where.line();
}

/// The access takes effect now.
void Turns::trace(const env::Access& access) {
  if (table_.traced >= trace_.size()) { return; }
  TraceEntry& entry = trace_[table_.traced++];
  entry = {};
  entry.participant = self_;
  entry.line = access.where.line();
  entry.file = access.where.file_name();
  entry.function = access.where.function_name();
  entry.offset = access.address == nullptr ? TraceEntry::no_offset : offset_of(access.address);
  entry.bytes = static_cast<std::uint32_t>(access.bytes);
  entry.order = access.order;
  entry.operation = access.operation;
}

void Turns::count_idle(const env::Access& access) {
  if (is_poll(access.operation)) {
    ++seat().idle_polls;
  } else if (env::changes_memory(access.operation)) {
    for (std::uint32_t i = 0; i < table_.participants; ++i) { table_.seats[i].idle_polls = 0; }
  }
}

bool Turns::everybody_polls_in_vain() const {
  return std::all_of(table_.seats.begin(), table_.seats.begin() + table_.participants, [](const Seat& seat) {
    return seat.state == SeatState::finished || (seat.state == SeatState::asleep && !seat.timed) ||
           (seat.state == SeatState::ready && seat.idle_polls >= vain_polls);
  });
}

/// Who gets the turn now though this participant could go on; itself: nobody.
std::uint32_t Turns::preempting() {
  std::uint32_t to = self_;
  while (table_.next_planned < table_.planned && table_.plan[table_.next_planned].step <= table_.steps) {
    const Preemption& planned = table_.plan[table_.next_planned++];
    if (planned.step == table_.steps) {
      to = (planned.to < after_me ? planned.to : self_ + planned.to - after_me) % table_.participants;
    }
  }
  if (table_.switch_probability != 0 && random_bits(table_.random) < table_.switch_probability) {
    to = random_bits(table_.random) % table_.participants;
  }
  if (to == self_ || table_.seats[to].state != SeatState::ready || table_.taken >= max_preemptions) { return self_; }
  table_.log[table_.taken++] = {.step = static_cast<std::uint32_t>(table_.steps), .to = to};
  return to;
}

/// The next after this one, in the order of the index, who can go on; perhaps itself; nobody when none can.
std::uint32_t Turns::next_ready() const {
  for (std::uint32_t i = 1; i <= table_.participants; ++i) {
    const std::uint32_t candidate = (self_ + i) % table_.participants;
    if (table_.seats[candidate].state == SeatState::ready) { return candidate; }
  }
  return TurnTable::nobody;
}

/// Time passes only when nobody can run: the first to have fallen into a timed sleep gives up. nobody: there is none.
std::uint32_t Turns::time_out_somebody() {
  std::uint32_t first = TurnTable::nobody;
  for (std::uint32_t i = 0; i < table_.participants; ++i) {
    const Seat& candidate = table_.seats[i];
    if (candidate.state != SeatState::asleep || !candidate.timed) { continue; }
    if (first == TurnTable::nobody || candidate.asleep_since < table_.seats[first].asleep_since) { first = i; }
  }
  if (first != TurnTable::nobody) {
    table_.seats[first].state = SeatState::ready;
    table_.seats[first].timed_out = true;
  }
  return first;
}

}  // namespace shmlab::fault
