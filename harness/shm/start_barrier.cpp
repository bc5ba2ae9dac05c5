#include "shm/start_barrier.hpp"

#include <chrono>

#include "shm/cpu_pause.hpp"
#include "shm/futex.hpp"

namespace shmlab::shm {
namespace {

constexpr std::uint32_t called_off_bit = 1;
constexpr std::uint32_t next_phase = 2;
constexpr std::chrono::microseconds spin_time{20};

bool is_off(std::uint32_t phase) {
  return (phase & called_off_bit) != 0;
}

}  // namespace

void StartBarrier::create(std::uint32_t parties) {
  parties_ = parties;
  // relaxed: the creator publishes the whole barrier afterwards (Region::mark_ready or fork)
  arrived_.store(0, std::memory_order_relaxed);
  phase_.store(0, std::memory_order_relaxed);
}

Released StartBarrier::arrive_and_wait() {
  // acquire: pairs with the release in call_off(). The phase cannot move on before this party has arrived.
  const std::uint32_t phase = phase_.load(std::memory_order_acquire);
  if (is_off(phase)) { return Released::called_off; }
  // acq_rel: the release hands this party's writes to the last to arrive, whose acquire collects everybody's
  const std::uint32_t before = arrived_.fetch_add(1, std::memory_order_acq_rel);
  if (before + 1 < parties_) { return wait_for_change(phase); }
  // relaxed: nobody arrives again before the exchange below, which publishes it
  arrived_.store(0, std::memory_order_relaxed);
  std::uint32_t expected = phase;
  // Fails only when the barrier was called off: then everybody must hear the same.
  // release: pairs with the acquire loads in wait_for_change(); acquire: pairs with the release in call_off()
  if (!phase_.compare_exchange_strong(expected, phase + next_phase, std::memory_order_acq_rel, std::memory_order_acquire)) {
    return Released::called_off;
  }
  futex_wake(phase_, wake_all);
  return Released::together;
}

Released StartBarrier::wait_for_change(std::uint32_t phase) const {
  const auto spin_end = std::chrono::steady_clock::now() + spin_time;
  bool spinning = true;
  std::uint32_t now = phase;
  // acquire: pairs with the release in the exchange of the last to arrive, and with the one in call_off()
  while ((now = phase_.load(std::memory_order_acquire)) == phase) {
    if (spinning) {
      cpu_pause();
      spinning = std::chrono::steady_clock::now() < spin_end;
    } else {
      futex_wait(phase_, phase);
    }
  }
  // A phase that was released and called off later was released all the same.
  return now == (phase | called_off_bit) ? Released::called_off : Released::together;
}

void StartBarrier::call_off() {
  // release: pairs with the acquire loads of the phase; what the caller knows about the dead party is visible
  phase_.fetch_or(called_off_bit, std::memory_order_release);
  futex_wake(phase_, wake_all);
}

bool StartBarrier::is_called_off() const {
  // acquire: pairs with the release in call_off()
  return is_off(phase_.load(std::memory_order_acquire));
}

std::uint32_t StartBarrier::arrived() const {
  // relaxed: a number to show; nothing is read on its account
  return arrived_.load(std::memory_order_relaxed);
}

}  // namespace shmlab::shm
