#pragma once

#include <cstdint>
#include <string_view>

namespace shmlab {

/// Where a strategy comes from.
enum class Kind : std::uint8_t { own, adapter, peer, baseline, control };

/// What a participant does while it cannot go on.
enum class Waiting : std::uint8_t {
  never,            ///< no operation waits
  spins,            ///< polls and keeps its CPU
  parks,            ///< sleeps in the kernel at once
  spins_then_parks  ///< polls for a while, then sleeps
};

/// What the survivors meet when a participant dies in the middle of an operation; what is worse is greater.
enum class OnDeath : std::uint8_t {
  not_applicable,  ///< the strategy has no such role
  unaffected,      ///< they go on as if nothing had happened
  recovers,        ///< they are told and the strategy can be repaired
  detects,         ///< they are told
  blocks,          ///< they may wait for ever
  aborts           ///< they may wait for ever, or be ended by the library that they rely on
};

/// Declared outcome of a death, per role that the dead participant played.
struct DeathContract {
  OnDeath holder = OnDeath::not_applicable;    ///< of an exclusive section
  OnDeath waiter = OnDeath::not_applicable;    ///< parked or polling for a lock, permit, message or snapshot
  OnDeath poster = OnDeath::not_applicable;    ///< inside post()
  OnDeath writer = OnDeath::not_applicable;    ///< inside publish()
  OnDeath reader = OnDeath::not_applicable;    ///< inside read() or lock_shared()
  OnDeath producer = OnDeath::not_applicable;  ///< inside a send
  OnDeath consumer = OnDeath::not_applicable;  ///< inside a receive
};

/// What a strategy cannot exceed; 0 means no limit of its own.
struct Limits {
  std::uint32_t participants = 0;
  std::uint32_t writers = 0;  ///< publishers or producers at one time
  std::uint32_t readers = 0;  ///< snapshot readers or consumers at one time
  std::uint32_t payload_bytes = 0;
  std::uint32_t capacity = 0;
};

/// Everything that tables, reports and documentation say about a strategy.
struct Descriptor {
  std::string_view name;     ///< equals the type in snake case; the name on the command line
  std::string_view summary;  ///< one sentence
  std::string_view source;   ///< paper, man page or standard clause of the algorithm
  Limits limits{};
  Waiting waiting = Waiting::never;
  DeathContract contract{};
  std::string_view caught_by{};  ///< controls only: the detector that must catch it ("invariant", "hang_watch")
};

constexpr std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::own: return "own";
    case Kind::adapter: return "adapter";
    case Kind::peer: return "peer";
    case Kind::baseline: return "baseline";
    case Kind::control: return "control";
  }
  return "unknown";
}

constexpr std::string_view to_string(Waiting waiting) {
  switch (waiting) {
    case Waiting::never: return "never";
    case Waiting::spins: return "spins";
    case Waiting::parks: return "parks";
    case Waiting::spins_then_parks: return "spins_then_parks";
  }
  return "unknown";
}

constexpr std::string_view to_string(OnDeath outcome) {
  switch (outcome) {
    case OnDeath::not_applicable: return "not_applicable";
    case OnDeath::unaffected: return "unaffected";
    case OnDeath::recovers: return "recovers";
    case OnDeath::detects: return "detects";
    case OnDeath::blocks: return "blocks";
    case OnDeath::aborts: return "aborts";
  }
  return "unknown";
}

}  // namespace shmlab
