#include <fmt/format.h>
#include <linux/sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "contract/error.hpp"
#include "crash/creation.hpp"
#include "crash/fault.hpp"
#include "crash/fault_process.hpp"
#include "run/child.hpp"
#include "run/die_with_parent.hpp"
#include "shm/backing.hpp"
#include "shm/process_identity.hpp"
#include "shm/region.hpp"
#include "shm/run_names.hpp"

namespace shmlab::crash {
namespace {

using shm::RegionKind;

/// A process that does nothing, under a PID that is free: clone3(2), set_tid. Throws Unavailable when that is not permitted.
run::Child start_as(pid_t pid) {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  arguments.set_tid = reinterpret_cast<std::uintptr_t>(&pid);
  arguments.set_tid_size = 1;
  const pid_t self = getpid();
  const long made = syscall(SYS_clone3, &arguments, sizeof arguments);
  if (made < 0) { throw Unavailable(fmt::format("a process cannot be given a PID here: clone3: {}", std::strerror(errno))); }
  if (made == 0) {
    run::die_with_parent(self);
    for (;;) { pause(); }
  }
  return run::Child(static_cast<pid_t>(made));
}

/// Of a dead creator whose PID another process has now.
struct Reused {
  std::string name;        ///< of the region; empty: it has none
  std::string answer;      ///< to who attached
  bool pid_alive = false;  ///< what kill(pid, 0) says, and with it whoever goes by PIDs
  bool cleaned = false;    ///< what it left, by the next run
};

std::string attach_to(RegionKind kind, const std::string& name, int fd) {
  try {
    plain_region::attach(kind, name, fd);
  } catch (const BadInput& refusal) { return refusal.what(); }
  return "attached";
}

/// Leads a run of its own, in which it creates a region that it never makes ready.
FaultProcess creator_of(RegionKind kind) {
  return FaultProcess([kind](const FaultProcess::Voice& voice) {
    shm::adopt_run_id(shm::new_run_id());
    const shm::Region region = shm::Region::create(plain_region::spec(kind));
    voice.say(has_name(kind) ? region.name() : "no name");
    for (;;) { pause(); }
  });
}

Reused play(RegionKind kind) {
  FaultProcess creator = creator_of(kind);
  Reused found;
  found.name = creator.hear();
  const pid_t pid = creator.pid();
  CreationView view(kind, {}, pid);
  if (!has_name(kind)) { view.look(); }  // keeps the memfd
  creator.kill();
  creator.end();
  // Start times are told in ticks of 10 ms: who is started in the same one is taken for the other.
  std::this_thread::sleep_for(std::chrono::milliseconds{30});
  const run::Child other = start_as(pid);
  found.pid_alive = kill(pid, 0) == 0;
  found.answer = attach_to(kind, found.name, view.fd());
  shm::sweep_stale();
  const std::string path = kind == RegionKind::posix_shm ? std::string(shm::shm_directory) + found.name : found.name;
  found.cleaned = !has_name(kind) || !std::filesystem::exists(path);
  if (!found.cleaned) { shm::remove_backing(kind, found.name); }
  return found;
}

FaultRow row_for(RegionKind kind, std::uint64_t& fooled) {
  FaultRow row{.subject = subject_of(kind), .expected = "its creator is known to be dead; what it left is cleaned up"};
  if (kind == RegionKind::anonymous) {
    row.why = "nobody attaches to it, and it leaves nothing";
    return row;
  }
  Reused found = play(kind);
  // Any run that starts meanwhile cleans up after the dead: then it was there before us.
  constexpr int attempts = 50;
  for (int i = 0; i < attempts && found.answer.find("No such file") != std::string::npos; ++i) { found = play(kind); }
  fooled += found.pid_alive ? 1 : 0;
  const bool is_told = found.answer.find("died before it was ready") != std::string::npos;
  row.rounds = 1;
  row.observed = fmt::format("{}; {}", is_told ? "refused: its creator died" : found.answer,
                             !has_name(kind) ? "nothing to clean up"
                             : found.cleaned ? "cleaned up"
                                             : "left behind");
  row.agrees = is_told && found.cleaned && found.pid_alive;
  if (row.agrees == false) { row.why = found.pid_alive ? found.answer : "the PID was not used again"; }
  return row;
}

std::vector<FaultRow> inject_pid_reuse(const FaultOrder& order) {
  std::vector<FaultRow> rows;
  std::uint64_t fooled = 0;
  std::uint64_t rounds = 0;
  for (const RegionKind kind : shm::all_region_kinds) {
    try {
      rows.push_back(row_for(kind, fooled));
    } catch (const Unavailable& reason) {
      shm::sweep_stale();
      rows.push_back({.subject = subject_of(kind), .why = reason.what()});
    }
    rounds += rows.back().rounds;
    if (order.on_round) { order.on_round(); }
  }
  FaultRow control{.subject = "control: goes by the PID alone", .expected = "takes the dead for living"};
  if (rounds == 0) {
    control.why = rows.front().why;
  } else {
    control.observed = fmt::format("takes {} of {} for living", fooled, rounds);
    control.agrees = fooled == rounds;
    control.rounds = rounds;
  }
  rows.push_back(std::move(control));
  return rows;
}

}  // namespace

const Fault pid_reuse{.name = "pid_reuse",
                      .summary = "The creator of a region dies in the middle, and another process gets its PID",
                      .inject = inject_pid_reuse};

}  // namespace shmlab::crash
