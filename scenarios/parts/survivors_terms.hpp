#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "check/guarded.hpp"
#include "contract/config.hpp"
#include "contract/patience.hpp"

/// What all survivors (scenarios/survivors.hpp) must agree on.
namespace shmlab::scenarios::survivors {

enum Role : std::uint32_t { role_victim, role_waiter, role_partner, role_newcomer };
enum Step : std::uint32_t {
  step_before,
  step_lock,
  step_inside,
  step_unlock,
  step_post,
  step_wait,
  step_publish,
  step_read,
  step_send,
  step_receive,
  step_done
};
/// What a participant counts, of what it met.
enum Counter : std::size_t {
  counter_told,          ///< answers that somebody has died
  counter_repaired,      ///< of them, those after which it went on
  counter_could_be_had,  ///< answers that prove that what the waiter wants is there to be had
  counter_cycles,        ///< complete
  counter_timed_out,     ///< answers that the time was over
  counter_from_victim,   ///< messages of the victim, received by its peer
  counter_lost,          ///< messages that the victim took and had not counted when it died, as its successor sees
  counter_duplicated     ///< messages that the victim had counted, and its successor got again
};
/// Which side the victim plays of a signal, a snapshot or a channel; of a lock with readers it takes when it reads.
enum Side : std::uint64_t { side_gives, side_takes };

struct Params {
  std::uint64_t participants = 4;
  std::uint64_t operations = 20;  ///< cycles of each
  std::uint64_t side = 0;         ///< Side
  std::uint64_t payload_bytes = 16;
  std::uint64_t capacity = 1;
  /// 1: a newcomer first gives up after a while. Only where somebody is stopped: time does not repeat.
  std::uint64_t timed = 0;
};

template <class Env>
struct Shared {
  alignas(line_pair_bytes) typename Env::template Atomic<std::uint32_t> departure;  ///< Departure of the victim
  typename Env::template Atomic<std::uint64_t> received;                            ///< channel: by the victim
  typename Env::template Atomic<std::uint64_t> posts;                               ///< signal: begun
  typename Env::template Atomic<std::uint64_t> permits;                             ///< signal: taken
  typename Env::template Atomic<std::uint64_t> told;                                ///< answers that somebody has died
  typename Env::template Atomic<std::uint64_t> reads;                               ///< of the guarded record, complete
  alignas(line_pair_bytes) check::Guarded<Env> guarded;                             ///< by the lock
};

/// How the victim left; set by announce_departure().
enum Departure : std::uint32_t { departure_none, departure_alive, departure_died };

/// Waits until the victim has finished, or is known to be dead.
template <class Env>
Departure await_departure(const Shared<Env>& shared) {
  std::uint32_t departure = departure_none;
  // acquire: pairs with the release in announce_departure()
  for (Patience<Env> patience; (departure = shared.departure.load(std::memory_order_acquire)) == departure_none;) {
    patience.poll();
  }
  return static_cast<Departure>(departure);
}

/// To be called by the victim when it has finished, or in its place by who knows that it is dead.
template <class Env>
void announce_departure(Shared<Env>& shared, Departure departure) {
  // release: pairs with the acquire in await_departure(): who takes the place finds all that was done
  shared.departure.store(departure, std::memory_order_release);
}

}  // namespace shmlab::scenarios::survivors
