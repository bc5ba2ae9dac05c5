#pragma once

#include <cstdint>
#include <string>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/descriptor.hpp"

namespace shmlab::testing {

/// A lock for one thread that says what it was asked and answers what a test wants.
class LocalLock {
 public:
  static constexpr Descriptor descriptor{.name = "local_lock",
                                         .summary = "a lock for tests",
                                         .source = "none",
                                         .limits = {.participants = 5},
                                         .waiting = Waiting::parks,
                                         .contract = {.holder = OnDeath::blocks, .waiter = OnDeath::unaffected},
                                         .caught_by = "nobody"};

  struct Shared {
    std::uint32_t permits = 0;
    bool held = false;
    bool retired = false;
  };

  static Footprint footprint(const Config& /*config*/) { return {sizeof(Shared), alignof(Shared)}; }
  static void create(void* memory, const Config& config) { (new (memory) Shared{})->permits = config.initial_permits; }
  static void retire(void* memory) { static_cast<Shared*>(memory)->retired = true; }
  static std::string unavailable() { return "on holiday"; }

  LocalLock(void* memory, const Config& /*config*/, Participant /*self*/) : shared_(static_cast<Shared*>(memory)) {}

  Acquired lock() {
    if (answer != Acquired::not_recoverable) { shared_->held = true; }
    return answer;
  }
  void unlock() { shared_->held = false; }

  static inline Acquired answer = Acquired::clean;

 private:
  Shared* shared_;
};

/// The same, robust, with nothing to retire and always available.
class LocalRobustLock {
 public:
  static constexpr Descriptor descriptor{.name = "local_robust_lock",
                                         .summary = "a robust lock for tests",
                                         .source = "none",
                                         .contract = {.holder = OnDeath::recovers, .waiter = OnDeath::unaffected}};

  static Footprint footprint(const Config& /*config*/) { return {1, 1}; }
  static void create(void* /*memory*/, const Config& /*config*/) {}
  LocalRobustLock(void* /*memory*/, const Config& /*config*/, Participant /*self*/) {}

  Acquired lock() { return Acquired::clean; }
  void unlock() {}
};

}  // namespace shmlab::testing
