#include "crash/crash_stage.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "env/tracer.hpp"
#include "run/sleep_state.hpp"

namespace shmlab::crash {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t memory_alignment = 4096;

/// Of one that is led waitid(2) tells that too, asked for or not.
bool is_stop(const siginfo_t& info) {
  return info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED;
}

std::size_t memory_offset(std::size_t area_bytes) {
  return align_up(area_bytes, memory_alignment);
}

}  // namespace

CrashStage::CrashStage(const catalogue::CaseCode& code, const catalogue::ScenarioEntry& scenario, const ParamValues& values,
                       std::size_t progress, Manner manner)
    : code_(code),
      scenario_(scenario),
      values_(values),
      progress_(progress),
      actors_(scenario.participants(values)),
      region_(shm::Region::create({.payload_bytes = memory_offset(sizeof(Area)) + code.footprint(values).bytes})),
      bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      nowhere_(open("/dev/null", O_WRONLY | O_CLOEXEC)),
      manner_(manner) {
  if (actors_ > most_actors) {
    throw BadInput(fmt::format("participants={}: expected at most {} where one is to be killed", actors_, most_actors));
  }
  if (bell_.get() < 0) { throw std::system_error(errno, std::generic_category(), "eventfd"); }
  region_.mark_ready();
}

CrashStage::~CrashStage() {
  end();
  retire();
}

void* CrashStage::memory() const {
  return region_.payload() + memory_offset(sizeof(Area));
}
std::size_t CrashStage::memory_bytes() const {
  return region_.payload_bytes() - memory_offset(sizeof(Area));
}

void CrashStage::retire() {
  if (created_) { code_.dispose(memory(), values_); }
  env::CarriedDescriptors::clear();  // whatever was written over their tickets
  created_ = false;
}

void CrashStage::begin() {
  end();
  retire();
  std::memset(memory(), 0, memory_bytes());
  new (region_.payload()) Area{};
  code_.create(memory(), values_);
  created_ = true;
  for (std::uint32_t i = 0; i < actors_; ++i) { start(i); }
}

void CrashStage::start(std::uint32_t actor) {
  const pid_t director = getpid();
  const pid_t pid = fork();
  if (pid < 0) { throw BadInput(fmt::format("cannot fork a participant: {}", std::strerror(errno))); }
  if (pid == 0) { act(actor, director); }
  pids_[actor] = pid;
  pidfds_[actor] = run::FileDescriptor(run::open_pidfd(pid));
  ended_[actor] = stopped_[actor] = false;
}

bool CrashStage::is_on(std::uint32_t actor) const {
  return !ended_[actor] && state(actor) != fault::ActorState::left;
}
bool CrashStage::has_thrown(std::uint32_t actor) const {
  // relaxed: the state orders it
  return area().threw[actor].load(std::memory_order_relaxed) != 0;
}

std::string CrashStage::whereabouts(std::uint32_t actor) const {
  const fault::ActorSeat& at = seat(actor);
  // relaxed: read for itself
  const std::uint32_t step = record(actor).step.load(std::memory_order_relaxed);
  if (at.file == nullptr) { return fmt::format("in step '{}'", code_.scenario->steps[step]); }
  return fmt::format("{} at {}:{}, in step '{}'", env::to_string(at.operation),
                     std::filesystem::path(at.file).filename().string(), at.line, code_.scenario->steps[step]);
}

bool CrashStage::lead(std::uint32_t actor) {
  area().led[actor].store(static_cast<std::uint32_t>(Led::asked), std::memory_order_relaxed);  // relaxed: the cue orders it
  steppers_[actor] = std::make_unique<Stepper>(pids_[actor]);
  fault::give_cue(area().seats[actor], {});
  settle();
  return !ended_[actor] && state(actor) != fault::ActorState::left;
}

Stepped CrashStage::step(std::uint32_t actor) {
  steppers_[actor]->step();
  return await_stop(actor);
}

bool CrashStage::run_to(std::uint32_t actor, std::uint64_t address, std::uint64_t times) {
  for (; times > 0; --times) {
    if (!steppers_[actor]->run_to(address) || await_stop(actor) != Stepped::stopped) { return false; }
  }
  steppers_[actor]->forget_address();
  return steppers_[actor]->address() == address;
}

Stepped CrashStage::await_stop(std::uint32_t actor) {
  const auto deadline = steady_clock::now() + patience;
  for (int looks = 1;; ++looks) {
    if (steppers_[actor]->has_stopped()) { return Stepped::stopped; }
    constexpr int near_looks = 16;
    if (looks < near_looks) { continue; }
    if (has_ended(actor)) { return Stepped::ended; }
    if (sleeps(actor)) { return Stepped::asleep; }
    if (steady_clock::now() > deadline) { throw StageOverdue("an instruction does not end"); }
    sched_yield();
  }
}

bool CrashStage::skip_to_next_step(std::uint32_t actor) {
  const measure::Record& its = record(actor);
  const auto offset = reinterpret_cast<const std::byte*>(&its.step) - region_.payload();
  // relaxed: written before the first cue
  steppers_[actor]->run_until_written(its.mapped_at.load(std::memory_order_relaxed) + static_cast<std::uint64_t>(offset));
  return !has_ended(actor) && state(actor) != fault::ActorState::left;
}

std::string CrashStage::instruction(std::uint32_t actor) const {
  return steppers_[actor]->place();
}

void CrashStage::cue(std::uint32_t actor, fault::Cue cue) {
  if (ended_[actor]) { return; }
  if (steppers_[actor]) {
    steppers_[actor]->release();
    steppers_[actor].reset();
    settle();
    return;
  }
  if (state(actor) != fault::ActorState::waiting) {
    settle();
    return;
  }
  cue.pauses = anybody_sleeps();
  fault::give_cue(area().seats[actor], cue);
  settle();
  while (!ended_[actor] && state(actor) == fault::ActorState::waiting && seat(actor).paused) {
    fault::resume(area().seats[actor], anybody_sleeps());
    settle();
  }
}

bool CrashStage::anybody_sleeps() const {
  for (std::uint32_t i = 0; i < actors_; ++i) {
    if (!ended_[i] && state(i) == fault::ActorState::asleep) { return true; }
  }
  return false;
}

/// Reaps it if it is dead. By then the kernel has walked its robust list.
bool CrashStage::has_ended(std::uint32_t actor) {
  siginfo_t info{};
  // ECHILD cannot happen: it is ours and not reaped; EINTR does not with WNOHANG
  waitid(P_PID, static_cast<id_t>(pids_[actor]), &info, WEXITED | WNOHANG | (steppers_[actor] ? 0 : WSTOPPED));
  if (info.si_pid == 0) { return has_become_other(actor); }
  if (is_stop(info)) {
    if (steppers_[actor]) {
      steppers_[actor]->note_stop();
    } else {
      stopped_[actor] = true;
    }
    return false;
  }
  ended_[actor] = state(actor) != fault::ActorState::left;  // who had left, and was not seen to yet, has not died
  endings_[actor] = {info.si_code != CLD_EXITED, info.si_status};
  pids_[actor] = 0;
  pidfds_[actor].reset();
  steppers_[actor].reset();
  return true;
}

/// It stays a child of ours, with nothing of what it was: the new program sleeps, so the system call is over in which the kernel closes what is
/// to be closed.
bool CrashStage::has_become_other(std::uint32_t actor) {
  if (seat(actor).cue.mishap != fault::Mishap::becomes_other_program) { return false; }
  std::error_code error;  // gone meanwhile: the next look says so
  const auto program = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pids_[actor]), error);
  if (error || program == std::filesystem::read_symlink("/proc/self/exe", error)) { return false; }
  const std::string where = run::sleep_state(pids_[actor], pids_[actor], 0, 0).where;
  ended_[actor] = where.starts_with("asleep in system call") && !where.ends_with(fmt::format(" {}", SYS_execve));
  return ended_[actor];
}

void CrashStage::go_on(std::uint32_t actor) {
  if (!std::exchange(stopped_[actor], false)) { return; }
  ::kill(pids_[actor], SIGCONT);  // as in end()
  settle();
}

void CrashStage::let_go(std::uint32_t actor) {
  constexpr fault::Cue on_its_own{.needs_no_other = true};
  if (ended_[actor]) { return; }
  if (state(actor) == fault::ActorState::waiting) { fault::give_cue(area().seats[actor], on_its_own); }
  // Nobody acts who could wake it just now.
  if (state(actor) == fault::ActorState::asleep) { area().seats[actor].cue = on_its_own; }
}

bool CrashStage::rests(std::uint32_t actor) {
  const fault::ActorState now = state(actor);
  if (ended_[actor] || now == fault::ActorState::waiting || now == fault::ActorState::left || has_ended(actor)) { return true; }
  return now != fault::ActorState::acting && sleeps(actor);
}

void CrashStage::kill_at_once(std::uint32_t actor) {
  ::kill(pids_[actor], SIGKILL);  // as in end()
  while (!has_ended(actor)) { sched_yield(); }
}

void CrashStage::kill(std::uint32_t actor) {
  kill_at_once(actor);
  settle();
}

void CrashStage::end() {
  for (const pid_t pid : pids_) {
    if (pid != 0) { ::kill(pid, SIGKILL); }  // ours and not reaped, so it is still that process
  }
  for (std::uint32_t i = 0; i < actors_; ++i) {
    siginfo_t info{};
    while (pids_[i] != 0 && (waitid(P_PID, static_cast<id_t>(pids_[i]), &info, WEXITED) != 0 ? errno == EINTR : is_stop(info))) {}
    pids_[i] = 0;
    pidfds_[i].reset();
    steppers_[i].reset();
  }
  strays_.end();
}

void CrashStage::bury(std::uint32_t actor) {
  code_.bury(memory(), actor);
}

Verdict CrashStage::judge() const {
  std::vector<Outcome> outcomes(actors_);
  for (std::uint32_t i = 0; i < actors_; ++i) {
    outcomes[i].index = i;
    outcomes[i].role = scenario_.role(values_, i);
    outcomes[i].ending = ended_[i] ? Ending::died : Ending::finished;
    // relaxed: it has ended
    outcomes[i].operations = record(i).operations.load(std::memory_order_relaxed);
  }
  return code_.judge(memory(), values_, outcomes);
}

}  // namespace shmlab::crash
