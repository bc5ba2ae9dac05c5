#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

namespace shmlab {

/// What a waiting loop does between two looks.
struct PollPolicy {
  enum class Pastime : std::uint8_t {
    nothing,           ///< it looks again at once
    pause,             ///< tells the CPU that this is a waiting loop
    locked_operation,  ///< a locked addition on a line of its own
    yield              ///< gives the CPU away
  };
  Pastime pastime = Pastime::pause;
  std::uint32_t times = 1;  ///< so often between two looks
  /// How many looks take about as long as 64 with a pause: a wait lasts equally long with each policy before it parks or gives the CPU away.
  std::uint32_t looks_in_64_pauses = 64;

  friend constexpr bool operator==(const PollPolicy&, const PollPolicy&) = default;
};

struct NamedPollPolicy {
  std::string_view name;
  PollPolicy policy;
};

/// Those that can be asked for; the first is what holds unless another one is.
inline constexpr NamedPollPolicy poll_policies[] = {
    {"pause", {}},
    {"none", {.pastime = PollPolicy::Pastime::nothing, .looks_in_64_pauses = 1024}},
    {"pause_4", {.times = 4, .looks_in_64_pauses = 16}},
    {"pause_16", {.times = 16, .looks_in_64_pauses = 4}},
    {"pause_64", {.times = 64, .looks_in_64_pauses = 1}},
    {"locked", {.pastime = PollPolicy::Pastime::locked_operation, .looks_in_64_pauses = 256}},
    {"yield", {.pastime = PollPolicy::Pastime::yield, .looks_in_64_pauses = 4}},
};

constexpr std::string_view name_of(const PollPolicy& policy) {
  for (const NamedPollPolicy& named : poll_policies) {
    if (named.policy == policy) { return named.name; }
  }
  return "unknown";
}

/// How the waits of this process poll. Written before its participants run, and not while they do.
inline constinit PollPolicy poll_policy{};

/// Between two looks, what the policy says.
template <class Env>
void pass_time() {
  for (std::uint32_t i = 0; i < poll_policy.times; ++i) {
    switch (poll_policy.pastime) {
      case PollPolicy::Pastime::nothing: break;
      case PollPolicy::Pastime::pause: Env::pause(); break;
      case PollPolicy::Pastime::locked_operation: {
        std::atomic<std::uint32_t> own{0};
        own.fetch_add(1, std::memory_order_relaxed);  // relaxed: nobody else looks
        break;
      }
      case PollPolicy::Pastime::yield: Env::yield(); break;
    }
  }
}

/// After how many looks a wait has lasted as long as Env::spin_limit looks with a pause.
template <class Env>
std::uint32_t most_looks() {
  return Env::spin_limit * poll_policy.looks_in_64_pauses / 64;
}

}  // namespace shmlab
