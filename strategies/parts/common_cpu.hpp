#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace shmlab::strategies {

/// Whether all who have attached are bound to one and the same CPU. Then a poll keeps from its CPU the one who is waited for, and who is to wait
/// had better sleep at once. Bindings count as they were on attaching; where they change, waits take longer and nothing else.
template <class Env>
class CommonCpu {
 public:
  /// Once by everybody who attaches.
  void attach() {
    if constexpr (Env::spin_limit > 0) {
      const std::optional<std::uint32_t> cpu = Env::only_cpu();
      const std::uint32_t mine = cpu ? *cpu + first_cpu : several;
      std::uint32_t seen = nobody;
      // relaxed, all three: carries no data.
      // audit, no run: where executions are explored nobody spins, and nobody has to know
      if (!cpu_.compare_exchange_strong(seen, mine, std::memory_order_relaxed, std::memory_order_relaxed) && seen != mine) {
        // audit, no run: where executions are explored nobody spins, and nobody has to know
        cpu_.store(several, std::memory_order_relaxed);
      }
    }
  }
  [[nodiscard]] bool is_shared() const {
    if constexpr (Env::spin_limit == 0) { return false; }
    // relaxed: carries no data
    // audit, no run: where executions are explored nobody spins, and nobody has to know
    return cpu_.load(std::memory_order_relaxed) >= first_cpu;
  }

 private:
  enum Cpu : std::uint32_t { nobody, several, first_cpu };

  typename Env::template Atomic<std::uint32_t> cpu_{nobody};
};

}  // namespace shmlab::strategies
