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
  reader,    ///< of a snapshot
  producer,  ///< of messages
  consumer   ///< of messages
};
inline constexpr CrashRole all_crash_roles[] = {CrashRole::holder, CrashRole::waiter,   CrashRole::poster,  CrashRole::writer,
                                                CrashRole::reader, CrashRole::producer, CrashRole::consumer};
std::string_view to_string(CrashRole role);
/// The roles of those who use a strategy through this face.
std::span<const CrashRole> crash_roles(Face face);

/// What became of a survivor, from harmless to fatal.
enum class Fate : std::uint8_t {
  unaffected,
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

/// Where a victim is killed.
enum class CrashKind : std::uint8_t {
  access,      ///< before an access of Env takes effect
  asleep,      ///< while it sleeps in one
  instruction  ///< after an instruction of its operation, inside libc too
};

std::string_view to_string(CrashKind kind);

/// One run.
struct CrashPoint {
  CrashRole role = CrashRole::holder;
  /// When the waiter comes. access, asleep: when the victim stands before its access of this number, from 1; one later than `point`: when it
  /// sleeps. instruction: 1 as soon as it finds what it wants taken, 0 only after the death.
  std::uint64_t arrival = 1;
  std::uint64_t point = 1;  ///< of the victim's accesses, or of the instructions of its operation, from 1
  CrashKind kind = CrashKind::access;
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
