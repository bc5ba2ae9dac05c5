#include "run/crash_stage.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "contract/error.hpp"
#include "env/tracer.hpp"
#include "measure/session.hpp"
#include "run/die_with_parent.hpp"
#include "run/interrupt.hpp"
#include "run/open_gate.hpp"
#include "run/sleep_state.hpp"
#include "shm/mapping_address.hpp"

namespace shmlab::run {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{20};
constexpr int eager_looks = 20;
constexpr long soon_ns = 20'000;
constexpr long less_often_ns = 1'000'000;
constexpr long long_ns = 100'000'000;
constexpr std::size_t memory_alignment = 4096;

/// What an actor and the director agree on.
enum class Led : std::uint32_t { no, asked, refused };

/// In front of its body, an actor that is to be led stops.
class LedGate final : public measure::Gate {
 public:
  explicit LedGate(std::atomic<std::uint32_t>& led) : led_(led) {}
  bool enter() override {
    // relaxed, here and below: the state orders it, and the stop
    if (led_.load(std::memory_order_relaxed) != static_cast<std::uint32_t>(Led::asked)) { return true; }
    if (Stepper::stop_to_be_led()) { return true; }
    led_.store(static_cast<std::uint32_t>(Led::refused), std::memory_order_relaxed);
    return false;
  }
  void leave() override {}

 private:
  std::atomic<std::uint32_t>& led_;
};

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
  if (created_) { code_.retire(memory(), values_); }
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
  pidfds_[actor] = FileDescriptor(open_pidfd(pid));
  ended_[actor] = false;
}

void CrashStage::act(std::uint32_t actor, pid_t director) {
  try {
    die_with_parent(director);
    setpgid(0, 0);  // cannot fail: our own process, not a session leader
    for (const int signal : {SIGINT, SIGHUP, SIGTERM}) { std::signal(signal, SIG_DFL); }
    // Neither can fail: less than there is, and both descriptors are open.
    const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (nowhere_.get() >= 0) { dup2(nowhere_.get(), STDERR_FILENO); }
    shm::map_apart(actor, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
    perform(actor);
    _exit(EXIT_SUCCESS);
  } catch (const std::exception&) { _exit(EXIT_FAILURE); }  // relocate only: no address is free
}

void CrashStage::perform(std::uint32_t actor) {
  measure::Record& record = area().records[actor];
  // relaxed: read by the director for itself, once the actor waits
  record.pid.store(static_cast<std::uint32_t>(getpid()), std::memory_order_relaxed);
  record.tid.store(static_cast<std::uint32_t>(gettid()), std::memory_order_relaxed);
  record.mapped_at.store(reinterpret_cast<std::uintptr_t>(region_.payload()), std::memory_order_relaxed);
  fault::Actor tracer(area().seats[actor], record, progress_, bell_.get());
  tracer.await_cue();
  if (manner_ == Manner::traced) {
    OpenGate gate;
    const env::Traced traced(tracer);
    take_part(actor, gate);
  } else {
    LedGate gate(area().led[actor]);
    take_part(actor, gate);
  }
  tracer.leave();
}

void CrashStage::take_part(std::uint32_t actor, measure::Gate& gate) {
  const std::size_t operations = scenario_.param_index("operations");
  measure::Session session(area().records[actor], area().never_stop, {}, {.operations = values_[operations]}, gate);
  try {
    code_.participate(memory(), values_, Participant{actor}, session);
  } catch (const std::exception& error) {
    session.violated(fmt::format("the participant threw: {}", error.what()));
    // relaxed: the state orders it
    area().threw[actor].store(1, std::memory_order_relaxed);
  }
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

/// Everybody is looked at until nobody acts, twice in a row: who was asleep at the first look may have been woken by one who acted at that time,
/// and nobody acts between the first look and the second.
void CrashStage::settle() {
  const auto deadline = steady_clock::now() + patience;
  int settled = 0;
  for (int looks = 0; settled < 2; ++looks) {
    bool all = true;
    for (std::uint32_t i = 0; i < actors_; ++i) { all = is_settled(i) && all; }
    settled = all ? settled + 1 : 0;
    if (all) { continue; }
    check_interrupted();
    if (steady_clock::now() > deadline) { throw StageOverdue("a participant neither stops nor sleeps nor ends"); }
    await_news(looks);
  }
}

/// Returns when an actor has changed its state or died. Falling asleep is no news: who may be about to is looked at again soon, and then less often.
void CrashStage::await_news(int looks) {
  std::array<pollfd, 1 + most_actors> watched{};
  watched[0] = {.fd = bell_.get(), .events = POLLIN, .revents = 0};
  bool is_calling = false;
  for (std::uint32_t i = 0; i < actors_; ++i) {
    const bool runs = !ended_[i] && (state(i) == fault::ActorState::acting || state(i) == fault::ActorState::calling ||
                                     state(i) == fault::ActorState::asleep);
    watched[1 + i] = {.fd = runs ? pidfds_[i].get() : -1, .events = POLLIN, .revents = 0};
    is_calling = is_calling || (runs && (manner_ == Manner::native || state(i) != fault::ActorState::acting));
  }
  const timespec wait{.tv_sec = 0, .tv_nsec = is_calling ? (looks < eager_looks ? soon_ns : less_often_ns) : long_ns};
  if (ppoll(watched.data(), watched.size(), &wait, nullptr) > 0 && watched[0].revents != 0) {
    std::uint64_t rings = 0;
    [[maybe_unused]] const ssize_t bytes = read(bell_.get(), &rings, sizeof rings);  // cannot fail: it has rung, and only we read
  }  // negative only with EINTR, whose flag settle() looks at
}

bool CrashStage::is_settled(std::uint32_t actor) {
  if (ended_[actor]) { return true; }
  const fault::ActorState now = state(actor);
  if (now == fault::ActorState::waiting || now == fault::ActorState::left) { return true; }
  if (has_ended(actor)) { return true; }
  if (steppers_[actor]) { return steppers_[actor]->has_stopped() || sleeps(actor); }
  if (manner_ == Manner::native) { return sleeps(actor); }
  if (now == fault::ActorState::acting) { return false; }
  return sleeps(actor) && fault::note_asleep(area().seats[actor]);
}

bool CrashStage::sleeps(std::uint32_t actor) const {
  // relaxed: written before the first cue
  const std::uint64_t mapped_at = record(actor).mapped_at.load(std::memory_order_relaxed);
  return sleep_state(pids_[actor], pids_[actor], mapped_at, region_.mapped_bytes()).asleep_for_good;
}

/// Reaps it if it is dead. By then the kernel has walked its robust list.
bool CrashStage::has_ended(std::uint32_t actor) {
  siginfo_t info{};
  // ECHILD cannot happen: it is ours and not reaped; EINTR does not with WNOHANG
  waitid(P_PID, static_cast<id_t>(pids_[actor]), &info, WEXITED | WNOHANG);
  if (info.si_pid == 0) { return false; }
  if (is_stop(info)) {
    steppers_[actor]->note_stop();
    return false;
  }
  ended_[actor] = true;
  endings_[actor] = {info.si_code != CLD_EXITED, info.si_status};
  pids_[actor] = 0;
  pidfds_[actor].reset();
  steppers_[actor].reset();
  return true;
}

void CrashStage::kill(std::uint32_t actor) {
  ::kill(pids_[actor], SIGKILL);  // as in end()
  while (!has_ended(actor)) { sched_yield(); }
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

}  // namespace shmlab::run
