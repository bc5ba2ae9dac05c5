#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "shm/region.hpp"
#include "shm/truncation_guard.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;

/// What the victim's signal handler speaks through; a plain function has no other way.
const FaultProcess::Voice* voice_of_victim = nullptr;
int tell(std::string_view line) {
  voice_of_victim->say(line);
  return shm::lost_region_exit_code;
}

/// Attaches, waits for a word, and reads the payload.
FaultProcess victim(RegionKind kind, const shm::Region& created, bool guarded) {
  return FaultProcess([&created, kind, guarded](const FaultProcess::Voice& voice) {
    voice_of_victim = &voice;
    if (guarded) {
      shm::guard_against_truncation(tell);
    } else {
      std::signal(SIGBUS, SIG_DFL);
    }
    const shm::Region region = plain_region::attach(kind, created.name(), created.fd());
    voice.say("attached");
    voice.await_word();
    voice.say(plain_region::is_whole(region.payload()) ? "the payload is whole" : "the payload is damaged");
  });
}

/// Cuts everything behind the header off, as another process. What the system said.
std::string truncate_from_outside(const shm::Region& created) {
  FaultProcess other([&created](const FaultProcess::Voice& voice) {
    voice.say(ftruncate(created.fd(), shm::payload_offset) == 0 ? "done" : strerrorname_np(errno));
  });
  std::string answer = other.hear();
  other.end();
  return answer;
}

struct Truncated {
  std::string answer;  ///< of the system
  std::string words;   ///< of the victim
  run::ExitStatus end;
};

Truncated truncate_under(RegionKind kind, const shm::Region& created, bool guarded) {
  FaultProcess reader = victim(kind, created, guarded);
  Truncated result;
  if (const std::string first = reader.hear(); first != "attached") {
    result.words = first;
    return result;
  }
  result.answer = truncate_from_outside(created);
  reader.give_word();
  result.words = reader.hear();
  result.end = reader.end();
  return result;
}

shm::Region created_region(RegionKind kind) {
  shm::Region region = shm::Region::create(plain_region::spec(kind));
  plain_region::initialise(region.payload());
  region.mark_ready();
  return region;
}

FaultRow row_for(RegionKind kind) {
  FaultRow row{.subject = subject_of(kind)};
  if (kind == RegionKind::anonymous) {
    row.why = "there is no file that somebody else could truncate";
    return row;
  }
  const shm::Region created = created_region(kind);
  const Truncated result = truncate_under(kind, created, true);
  row.rounds = 1;
  if (kind == RegionKind::memfd) {
    row.expected = "the seals refuse it, and nobody notices";
    row.observed = fmt::format("{}; {}", result.answer, result.words);
    row.agrees = result.answer == "EPERM" && result.words == "the payload is whole" && result.end.is_success();
  } else {
    row.expected = "SIGBUS is caught, region and byte are named, and the process exits";
    const std::size_t name = result.words.find(created.name());
    row.observed = fmt::format(
        "{}; {}", name == std::string::npos ? result.words : "..." + result.words.substr(name + created.name().size() + 1),
        describe(result.end));
    const std::string named = fmt::format("{}': was truncated by another process, to {} bytes: byte {} of {} is gone",
                                          created.name(), shm::payload_offset, shm::payload_offset, created.mapped_bytes());
    row.agrees = result.answer == "done" && result.words.ends_with(named) && !result.end.signalled &&
                 result.end.code == shm::lost_region_exit_code;
  }
  if (row.agrees == false) { row.why = fmt::format("the system answered {}", result.answer); }
  return row;
}

std::vector<FaultRow> inject_truncation(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  for (const RegionKind kind : shm::all_region_kinds) {
    rows.push_back(row_for(kind));
    if (order.on_round) { order.on_round(); }
  }
  const shm::Region created = created_region(RegionKind::file);
  const Truncated unguarded = truncate_under(RegionKind::file, created, false);
  rows.push_back({.subject = "control: nobody catches SIGBUS",
                  .expected = "killed by SIGBUS",
                  .observed = describe(unguarded.end),
                  .agrees = unguarded.end.signalled && unguarded.end.code == SIGBUS,
                  .rounds = 1});
  return rows;
}

}  // namespace

const Fault truncation{.name = "truncation",
                       .summary = "Another process truncates the file of a region that is in use",
                       .inject = inject_truncation};

}  // namespace shmlab::crash
