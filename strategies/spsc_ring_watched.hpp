#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <system_error>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/patience.hpp"
#include "contract/strategy.hpp"
#include "env/model.hpp"
#include "strategies/parts/lines_ahead.hpp"
#include "strategies/parts/temporal_slip.hpp"

namespace shmlab::strategies::spsc_ring_watched {

/// One side of the ring: how many messages it has handed over, ever, and a futex word that is on the robust list of whoever plays it, from its
/// first call to the end of its endpoint. The other side sleeps on that word, so a death wakes it.
///
/// | word                          | means                                                                               |
/// | ----------------------------- | ----------------------------------------------------------------------------------- |
/// | thread id                     | of who plays the side; 0: nobody does now                                           |
/// | futex_waiters                 | the other side may sleep here: advance() and a death wake it                        |
/// | poked, with a thread id       | advance() has seen that, and the other side has not been about to sleep since       |
/// | futex_owner_died, without one | who played the side died, and the other side has not been told yet                  |
///
/// No wake is lost. advance() stores the count and then loads the word; the other side arms the word and then loads the count. All four are
/// sequentially consistent, so either advance() sees the word armed, or the other side sees the count. advance() pokes the word before it
/// wakes, and the kernel lets nobody sleep on a word that is not armed. The word says futex_waiters until the wake is done: who dies before has it
/// done by the kernel.
template <class Env>
class Side {
 public:
  /// Once, by the creator.
  void begin_at(std::uint64_t count) {
    // relaxed: handed over with the region
    // audit, the store: without it both sides begin at 0, which is as good; it is for counts that are about to come round
    count_.store(count, std::memory_order_relaxed);
  }

  /// Somebody begins to play it, in place of nobody or of a dead one. Throws std::system_error when somebody else does who lives.
  void come() {
    Env::robust_pending(&life_);
    // relaxed: only says what to try
    // audit, another look: an endpoint comes once
    std::uint32_t seen = life_.word.load(std::memory_order_relaxed);
    do {
      if (is_played(seen)) {
        Env::robust_pending(nullptr);
        throw std::system_error(std::make_error_code(std::errc::device_or_resource_busy), "a side of spsc_ring_watched");
      }
      // acquire: pairs with the release in leave(), and with the kernel's store for the dead. relaxed on failure: as above.
      // audit, acquire: for who takes over from another, which no small scenario does
    } while (!life_.word.compare_exchange_strong(seen, Env::thread_id() | still_armed(seen), std::memory_order_acquire,
                                                 std::memory_order_relaxed));
    Env::robust_add(life_);
    Env::robust_pending(nullptr);
  }
  /// Who plays it goes, and another may come.
  void leave() {
    Env::robust_pending(&life_);
    Env::robust_remove(life_);
    // release: pairs with the acquire in come().
    // audit, release: as in come()
    const std::uint32_t seen = life_.word.exchange(nobody, std::memory_order_release);
    // Who sleeps arms the word again. Were it left armed, it would let one fall asleep who armed it before anybody came, has not yet slept, and
    // has missed all that was handed over.
    // audit, the wake: for who sleeps while one peer goes and another comes, which no scenario does
    if ((seen & env::futex_waiters) != 0) { Env::futex_wake(life_.word, the_other_side); }
    Env::robust_pending(nullptr);
  }

  /// relaxed: of who plays the side, since come().
  // audit, another look: an endpoint asks once, as it comes
  [[nodiscard]] std::uint64_t own_count() const { return count_.load(std::memory_order_relaxed); }
  void advance(std::uint64_t to) {
    // seq_cst: a release, which pairs with the loads in look() and await(); and before the load of the word.
    count_.store(to, std::memory_order_seq_cst);
    // seq_cst: after the store of the count; pairs with the arming in await().
    const std::uint32_t seen = life_.word.load(std::memory_order_seq_cst);
    if ((seen & env::futex_waiters) != 0) { rouse(seen); }
  }

  /// Whether there is more than `seen`, which becomes what there is. Throws std::system_error (owner_dead) when there is not, and who played the
  /// side has died; but for one such death once.
  bool look(std::uint64_t& seen) {
    // acquire: pairs with the kernel's store for the dead: all that it handed over is seen below.
    // audit, acquire: who is told before he has received all receives the rest afterwards, which no scenario forbids
    // audit, another look: who waits looks in await() as well
    std::uint32_t life = life_.word.load(std::memory_order_acquire);
    // acquire: pairs with the store in advance().
    if (const std::uint64_t count = count_.load(std::memory_order_acquire); count != seen) {
      seen = count;
      return true;
    }
    // relaxed: carries no data. Where it fails, another plays the side already, and there is nothing to wait for in vain.
    // audit, the write: without it one is told twice of one death, which no scenario counts
    if (is_dead(life) && life_.word.compare_exchange_strong(life, nobody, std::memory_order_relaxed, std::memory_order_relaxed)) {
      throw std::system_error(std::make_error_code(std::errc::owner_dead), "the peer of a ring");
    }
    return false;
  }
  /// The same, and waits until there is more. Whether the first look found it; false where waits do not poll.
  bool await(std::uint64_t& seen) {
    bool at_once = true;
    for (Patience<Env> patience; !patience.exhausted(); patience.poll()) {
      if (look(seen)) { return at_once; }
      at_once = false;
    }
    while (!look(seen)) {
      // relaxed: only says what to try; arming looks again.
      // audit, another look: with an old answer the arming fails, and look() looks
      std::uint32_t life = life_.word.load(std::memory_order_relaxed);
      if (is_dead(life)) { continue; }
      const std::uint32_t armed = (life & env::futex_tid_mask) | env::futex_waiters;
      // seq_cst: before the load of the count; pairs with the load of the word in advance(). relaxed on failure: as above.
      // audit, the write: without it the sleep finds another word, and the wait polls by system calls
      if (!life_.word.compare_exchange_strong(life, armed, std::memory_order_seq_cst, std::memory_order_relaxed)) { continue; }
      // seq_cst: after the arming; pairs with the store of the count in advance(). What it saw, look() returns.
      if (count_.load(std::memory_order_seq_cst) == seen) { Env::futex_wait(life_.word, armed); }
    }
    return false;
  }

 protected:
  static constexpr std::uint32_t nobody = 0;
  static constexpr std::uint32_t poked = env::futex_owner_died;  ///< beside a thread id the kernel does not look at it
  static constexpr std::uint32_t the_other_side = 1;

  static bool is_played(std::uint32_t life) { return (life & env::futex_tid_mask) != nobody; }
  static bool is_dead(std::uint32_t life) { return !is_played(life) && (life & env::futex_owner_died) != 0; }

  /// Armed by one who may be asleep. The dead one's sleeper has been woken by the kernel, and arms the word again.
  static std::uint32_t still_armed(std::uint32_t life) { return is_dead(life) ? 0 : life & env::futex_waiters; }

  [[gnu::noinline]] void rouse(std::uint32_t seen) {
    while ((seen & env::futex_waiters) != 0) {
      if ((seen & poked) != 0) {
        // Woken before, and not armed since: nobody sleeps. relaxed: carries no data.
        // audit, the write: it spares the next advance() a needless wake
        if (life_.word.compare_exchange_strong(seen, seen & env::futex_tid_mask, std::memory_order_relaxed,
                                               std::memory_order_relaxed)) {
          return;
        }
      } else {
        // relaxed: carries no data. The other side arms a word only that is not armed, so this one stays as it is until here.
        life_.word.store(seen | poked, std::memory_order_relaxed);
        Env::futex_wake(life_.word, the_other_side);
        return;
      }
    }
  }

  typename Env::template Atomic<std::uint64_t> count_{0};
  typename Env::RobustWord life_{};
};

/// Ring of slots between one producer and one consumer, as spsc_ring: over two counts that only grow, of which each side keeps its own and the
/// last that it saw of the other's. The capacity is rounded up to a power of two.
///
/// Whoever cannot go on because its peer has died is told: the call throws std::system_error with std::errc::owner_dead, once for each death.
/// What the dead one handed over is received first; a message that it was filling is lost, one that it was taking is still there. The ring is
/// whole, and the next call waits for whoever takes the place of the dead; if somebody has done so already, nothing is told.
/// An endpoint plays a side from its first call of that side until it is destroyed, in one thread: that is whose death is noticed.
template <class Env, class OneSide>
class WatchedRing {
 public:
  static Footprint footprint(const Config& config) {
    return {sizeof(Shared) + slot_count(config) * stride(config), alignof(Shared)};
  }
  static void create(void* memory, const Config& config) {
    auto* shared = new (memory) Shared{};
    shared->producer.begin_at(config.first_sequence);
    shared->consumer.begin_at(config.first_sequence);
  }
  static std::string unavailable() { return Env::no_robust_list(); }

  WatchedRing(void* memory, const Config& config, Participant /*self*/)
      : shared_(*std::launder(static_cast<Shared*>(memory))),
        slots_(static_cast<std::byte*>(memory) + sizeof(Shared)),
        payload_(config.payload_bytes),
        stride_(stride(config)),
        capacity_(slot_count(config)),
        producers_slip_(lines_ahead::enough_free(payload_, stride_, capacity_)),
        consumers_slip_(lines_ahead::enough_filled(payload_, stride_, capacity_)) {}
  ~WatchedRing() {
    try {
      if (sends_) { shared_.producer.leave(); }
      if (receives_) { shared_.consumer.leave(); }
    } catch (...) {
      return;  // only where executions are explored: who dies in here leaves by an exception, and has nothing more to do
    }
  }
  WatchedRing(const WatchedRing&) = delete;
  WatchedRing& operator=(const WatchedRing&) = delete;

  std::span<std::byte> reserve() {
    if (is_full() && !shared_.consumer.look(seen_released_)) { return {}; }
    return {slot(published_), payload_};
  }
  void commit() {
    ask_ahead();
    shared_.producer.advance(++published_);
  }

  std::span<const std::byte> front() {
    if (is_empty() && !shared_.producer.look(seen_published_)) { return {}; }
    return {slot(released_), payload_};
  }
  void release() { shared_.consumer.advance(++released_); }

  bool try_send(std::span<const std::byte> message) { return put(reserve(), message); }
  bool try_receive(std::span<std::byte> into) { return take(front(), into); }
  void send(std::span<const std::byte> message) {
    while (is_full()) { find_slot(); }
    put({slot(published_), payload_}, message);
  }
  void receive(std::span<std::byte> into) {
    if (is_empty()) { find_message(); }
    take({slot(released_), payload_}, into);
  }

 private:
  struct Shared {
    alignas(line_pair_bytes) OneSide producer;
    alignas(line_pair_bytes) OneSide consumer;
  };

  static std::uint64_t slot_count(const Config& config) { return std::bit_ceil(std::uint64_t{config.capacity}); }
  static std::size_t stride(const Config& config) { return align_up(config.payload_bytes, alignof(std::uint64_t)); }

  /// As far as the producer knows.
  bool is_full() {
    if (!sends_) { begin_to_send(); }
    return published_ - seen_released_ == capacity_;
  }
  /// As far as the consumer knows.
  bool is_empty() {
    if (!receives_) { begin_to_receive(); }
    return released_ == seen_published_;
  }

  // Out of line, as the beginnings are, so that send() and receive() are small enough to be inlined.
  [[gnu::noinline]] void find_slot() {
    producers_slip_.keep();
    if (shared_.consumer.await(seen_released_)) {
      producers_slip_.found(capacity_ - (published_ - seen_released_));
    } else {
      producers_slip_.found_nothing();
    }
  }
  [[gnu::noinline]] void find_message() {
    consumers_slip_.keep();
    if (shared_.producer.await(seen_published_)) {
      consumers_slip_.found(seen_published_ - released_);
    } else {
      consumers_slip_.found_nothing();
    }
  }
  [[gnu::noinline]] void begin_to_send() {
    shared_.producer.come();
    sends_ = true;
    published_ = shared_.producer.own_count();
    seen_released_ = published_ - capacity_;  // as if full: who comes looks first
  }
  [[gnu::noinline]] void begin_to_receive() {
    shared_.consumer.come();
    receives_ = true;
    released_ = shared_.consumer.own_count();
    seen_published_ = released_;
  }

  bool put(std::span<std::byte> slot, std::span<const std::byte> message) {
    if (slot.empty()) { return false; }
    Env::copy_in(slot.data(), message.data(), payload_);
    commit();
    return true;
  }
  /// Producer: asks for the lines of a slot further on, as one is filled.
  void ask_ahead() const {
    if (payload_ > lines_ahead::longest_message) { return; }
    if (published_ - seen_released_ + lines_ahead::least_free(stride_) > capacity_) { return; }
    lines_ahead::ask_for<Env>(slot(published_ + lines_ahead::slots_ahead(stride_)), stride_);
  }
  bool take(std::span<const std::byte> slot, std::span<std::byte> into) {
    if (slot.empty()) { return false; }
    Env::copy_out(into.data(), slot.data(), payload_);
    release();
    return true;
  }
  [[nodiscard]] std::byte* slot(std::uint64_t count) const { return slots_ + (count & (capacity_ - 1)) * stride_; }

  Shared& shared_;
  std::byte* slots_;
  std::size_t payload_;
  std::size_t stride_;
  std::uint64_t capacity_;            ///< a power of two
  std::uint64_t published_ = 0;       ///< the producer's own count
  std::uint64_t released_ = 0;        ///< the consumer's own count
  std::uint64_t seen_released_ = 0;   ///< the producer's last look at the consumer's count
  std::uint64_t seen_published_ = 0;  ///< the consumer's last look at the producer's count
  bool sends_ = false;
  bool receives_ = false;
  TemporalSlip<Env> producers_slip_;
  TemporalSlip<Env> consumers_slip_;
};

template <class Env>
class SpscRingWatched : public WatchedRing<Env, Side<Env>> {
 public:
  static constexpr Descriptor descriptor{
      .name = "spsc_ring_watched",
      .summary = "ring between one producer and one consumer, each told when it waits for a dead peer",
      .source = "Lamport, Proving the Correctness of Multiprocess Programs, IEEE TSE 3(2), 1977; set_robust_list(2), futex(2)",
      .limits = {.writers = 1, .readers = 1},
      .waiting = Waiting::spins_then_parks,
      .contract = {.waiter = OnDeath::unaffected, .producer = OnDeath::recovers, .consumer = OnDeath::recovers}};

  using WatchedRing<Env, Side<Env>>::WatchedRing;
};

using Plugins = Variants<SpscRingWatched>;

}  // namespace shmlab::strategies::spsc_ring_watched
