#include "crash/crash_cell.hpp"

#include <array>
#include <vector>

#include "contract/error.hpp"
#include "contract/nearest.hpp"

namespace shmlab::crash {
namespace {

constexpr std::array all_fates{Fate::unaffected, Fate::waits,       Fate::times_out, Fate::recovers, Fate::detects,
                               Fate::blocks,     Fate::lost_wakeup, Fate::aborts,    Fate::corrupts, Fate::unknown};
constexpr std::array of_lock{CrashRole::holder, CrashRole::waiter};
constexpr std::array of_shared_lock{CrashRole::holder, CrashRole::reader, CrashRole::waiter};
constexpr std::array of_signal{CrashRole::poster, CrashRole::waiter};
constexpr std::array of_snapshot{CrashRole::writer, CrashRole::reader};
constexpr std::array of_channel{CrashRole::producer, CrashRole::consumer};

}  // namespace

std::string_view to_string(CrashRole role) {
  switch (role) {
    case CrashRole::holder: return "holder";
    case CrashRole::waiter: return "waiter";
    case CrashRole::poster: return "poster";
    case CrashRole::writer: return "writer";
    case CrashRole::reader: return "reader";
    case CrashRole::producer: return "producer";
    case CrashRole::consumer: return "consumer";
  }
  return "unknown";
}

std::span<const CrashRole> crash_roles(Face face) {
  switch (face) {
    case Face::exclusive: return of_lock;
    case Face::shared_read: return of_shared_lock;
    case Face::signal: return of_signal;
    case Face::snapshot: return of_snapshot;
    case Face::channel:
    case Face::broadcast: return of_channel;
    default: return {};
  }
}

std::string_view to_string(Fate fate) {
  switch (fate) {
    case Fate::unaffected: return "unaffected";
    case Fate::waits: return "waits";
    case Fate::times_out: return "times_out";
    case Fate::recovers: return "recovers";
    case Fate::detects: return "detects";
    case Fate::blocks: return "blocks";
    case Fate::lost_wakeup: return "lost_wakeup";
    case Fate::aborts: return "aborts";
    case Fate::corrupts: return "corrupts";
    case Fate::unknown: return "unknown";
  }
  return "unknown";
}

Fate fate_from(std::string_view word) {
  std::vector<std::string_view> words;
  for (const Fate fate : all_fates) {
    if (to_string(fate) == word) { return fate; }
    words.push_back(to_string(fate));
  }
  throw unknown_name("outcome", word, words);
}

bool agrees(Fate fate, OnDeath declared) {
  switch (fate) {
    case Fate::unaffected:
    case Fate::waits:
    case Fate::times_out: return true;
    case Fate::recovers: return declared >= OnDeath::recovers;
    case Fate::detects: return declared >= OnDeath::detects;
    case Fate::blocks:
    case Fate::lost_wakeup: return declared >= OnDeath::blocks;
    case Fate::aborts: return declared >= OnDeath::aborts;
    case Fate::corrupts:
    case Fate::unknown: return false;
  }
  return false;
}

std::string_view to_string(CrashKind kind) {
  switch (kind) {
    case CrashKind::access: return "access";
    case CrashKind::asleep: return "asleep";
    case CrashKind::instruction: return "instruction";
    case CrashKind::stopped: return "stopped";
    case CrashKind::second: return "second";
    case CrashKind::forks: return "forks";
    case CrashKind::fork_dies: return "fork_dies";
    case CrashKind::execs: return "execs";
  }
  return "unknown";
}

std::string_view to_string(Survivor survivor) {
  return survivor == Survivor::waiter ? "waiter" : "newcomer";
}

}  // namespace shmlab::crash
