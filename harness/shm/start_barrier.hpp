#pragma once

#include <atomic>
#include <cstdint>

namespace shmlab::shm {

/// Why arrive_and_wait() returned; the same for everybody who waited together.
enum class Released : std::uint8_t {
  together,   ///< every party has arrived
  called_off  ///< somebody will not come
};

/// A barrier in shared memory for a fixed number of parties, any number of times. Holds no pointer. A party that dies does not
/// hang the others for ever, provided that whoever notices says call_off().
/// Parties spin for about 20 microseconds, so that on CPUs of their own they leave within a microsecond or so of each other,
/// then sleep.
class StartBarrier {
 public:
  /// Once, by the creator, in zeroed or fresh memory. `parties` >= 1.
  void create(std::uint32_t parties);

  /// Waits for the others. What each did before arriving is visible to all after `together`.
  Released arrive_and_wait();

  /// Releases everybody who waits and everybody who will arrive, for good.
  void call_off();

  [[nodiscard]] bool is_called_off() const;
  /// How many wait now; for diagnosis.
  [[nodiscard]] std::uint32_t arrived() const;

 private:
  [[nodiscard]] Released wait_for_change(std::uint32_t phase) const;

  std::atomic<std::uint32_t> phase_{0};  ///< futex word: number of the phase times two, plus one when called off
  std::atomic<std::uint32_t> arrived_{0};
  std::uint32_t parties_ = 0;
};

}  // namespace shmlab::shm
