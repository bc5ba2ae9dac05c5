#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "catalogue/entry.hpp"
#include "contract/descriptor.hpp"

namespace shmlab::crash {

/// What the victim plays, and thereby where it is killed.
enum class CrashRole : std::uint8_t {
  holder,    ///< of a lock that is free when it comes
  waiter,    ///< for a lock that another holds, or for a permit
  poster,    ///< of a permit
  writer,    ///< of a snapshot
  reader,    ///< of a snapshot, or of what a lock protects that readers share
  producer,  ///< of messages
  consumer   ///< of messages
};
inline constexpr CrashRole all_crash_roles[] = {CrashRole::holder, CrashRole::waiter,   CrashRole::poster,  CrashRole::writer,
                                                CrashRole::reader, CrashRole::producer, CrashRole::consumer};
std::string_view to_string(CrashRole role);
/// The roles of those who use a strategy through this face.
std::span<const CrashRole> crash_roles(Face face);
/// Whether who uses a strategy through this face holds something while it is inside.
constexpr bool is_lock(Face face) {
  return face == Face::exclusive || face == Face::shared_read;
}
/// Whether messages pass through it, of which each is received once by each who is to.
constexpr bool is_stream(Face face) {
  return face == Face::channel || face == Face::broadcast;
}

/// What became of a survivor, from harmless to fatal.
enum class Fate : std::uint8_t {
  unaffected,
  waits,        ///< beside one that was stopped, until that went on
  times_out,    ///< the same, and its attempt with a time limit was over before
  recovers,     ///< was told of the death, repaired, and went on
  detects,      ///< was told of the death, and could not go on
  blocks,       ///< waits for ever
  lost_wakeup,  ///< sleeps beside what it waits for, which another could have
  aborts,       ///< was ended by a library, or an exception
  corrupts,     ///< an invariant is broken
  unknown       ///< could not be found out in time
};
std::string_view to_string(Fate fate);
/// Throws BadInput for a word that names none.
Fate fate_from(std::string_view word);
/// Whether a survivor may meet this fate by the contract.
bool agrees(Fate fate, OnDeath declared);

/// Who is asked what he meets.
enum class Survivor : std::uint8_t {
  waiter,   ///< was there before the death, and wants the same thing
  newcomer  ///< attaches and asks afterwards
};
inline constexpr Survivor all_survivors[] = {Survivor::waiter, Survivor::newcomer};
std::string_view to_string(Survivor survivor);

/// What befalls a victim, and where.
enum class CrashKind : std::uint8_t {
  access,       ///< killed before an access of Env takes effect
  asleep,       ///< killed while it sleeps in one
  instruction,  ///< killed after an instruction of its operation, inside libc too
  stopped,      ///< stopped before an access, by SIGSTOP; goes on when the others have come as far as they can
  second,       ///< killed before an access, and then, before one of its own, who comes after it
  forks,        ///< has a child before an access, which ends at once, and goes on
  fork_dies,    ///< has a child before an access, which stays, and is killed
  execs         ///< becomes another program before an access
};
inline constexpr CrashKind all_crash_kinds[] = {CrashKind::access, CrashKind::asleep, CrashKind::instruction, CrashKind::stopped,
                                                CrashKind::second, CrashKind::forks,  CrashKind::fork_dies,   CrashKind::execs};
std::string_view to_string(CrashKind kind);
/// Whether nobody dies of it: nobody may be told of a death, and everybody has to come to an end.
constexpr bool is_survived(CrashKind kind) {
  return kind == CrashKind::stopped || kind == CrashKind::forks;
}

/// One run.
struct CrashPoint {
  CrashRole role = CrashRole::holder;
  /// When the waiter comes: when the victim stands before its access of this number, from 1. asleep: at one later than `point` when it sleeps.
  /// instruction: at 1 as soon as it finds what it wants taken, at 0 only after the death. second: at `point`, and here 1 says that it is the
  /// waiter who dies as well, 2 the one who takes the victim's place.
  std::uint64_t arrival = 1;
  std::uint64_t point = 1;  ///< of the victim's accesses, or of the instructions of its operation, from 1
  CrashKind kind = CrashKind::access;
  std::uint64_t second = 0;  ///< of the accesses of who dies second, since the first death, from 1; 0: nobody does
};

/// What the worst of the runs that kill at one point did to one survivor.
struct CrashCell {
  const catalogue::StrategyEntry* strategy = nullptr;
  CrashPoint point;   ///< of that run
  std::string where;  ///< "store at spsc_ring.hpp:51, in step 'send'"
  Survivor survivor = Survivor::waiter;
  Fate fate = Fate::unknown;
  std::string why;  ///< of a fate that is none of the harmless ones
  OnDeath declared = OnDeath::not_applicable;
  std::uint64_t runs = 0;  ///< at this point

  [[nodiscard]] bool does_agree() const { return agrees(fate, declared); }
};

}  // namespace shmlab::crash
