#include "run/supervisor.hpp"

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "run/children.hpp"
#include "run/interrupt.hpp"
#include "run/resource_limits.hpp"
#include "run/result.hpp"
#include "run/testimony.hpp"
#include "shm/truncation_guard.hpp"

namespace shmlab::run {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr milliseconds start_poll{1};      ///< how often the start of the bodies is looked for
constexpr milliseconds look_interval{50};  ///< between two looks of the hang watch

bool has_lost_region(const ExitStatus& status) {
  return !status.signalled && status.code == shm::lost_region_exit_code;
}

std::string describe(const ExitStatus& status) {
  if (has_lost_region(status)) { return "lost its region, which another process truncated"; }
  if (!status.signalled) { return fmt::format("exited with code {}", status.code); }
  const char* name = sigabbrev_np(status.code);
  return name == nullptr ? fmt::format("killed by signal {}", status.code) : fmt::format("killed by SIG{}", name);
}

/// Somebody from outside can truncate a region, and send SIGKILL, the kernel's out-of-memory killer included: that proves nothing about the strategy.
bool is_own_fault(const ExitStatus& status) {
  return !(status.signalled && status.code == SIGKILL) && !has_lost_region(status);
}

}  // namespace

Supervisor::Supervisor(const Plan& plan, CaseRegion& region, std::vector<std::unique_ptr<Host>> hosts, Strays& strays)
    : plan_(plan),
      region_(region),
      hosts_(std::move(hosts)),
      strays_(strays),
      outcomes_(region.participants()),
      watch_(region),
      deadline_(steady_clock::now() + plan.deadline),
      next_look_(steady_clock::now() + look_interval) {
  for (std::uint32_t i = 0; i < region.participants(); ++i) {
    outcomes_[i].index = i;
    outcomes_[i].role = plan.scenario->role(plan.values, i);
  }
}

void Supervisor::run() {
  while (!everybody_concluded()) {
    wait_for_news();
    if (interrupted()) {
      end_case();
      throw Interrupted();
    }
    const Time now = steady_clock::now();
    follow_start(now);
    if (ended_by_finding(now)) { break; }
  }
  end_case();
  for (Outcome& outcome : outcomes_) {
    const measure::Record& record = region_.record(outcome.index);
    // relaxed: the writer has ended
    outcome.operations = record.operations.load(std::memory_order_relaxed);
    outcome.step = record.step.load(std::memory_order_relaxed);
    if (phase(outcome.index) == measure::Phase::finished) {
      outcome.ending = Ending::finished;
    } else if (finding_.is_ok()) {
      outcome.ending = Ending::died;
      outcome.detail = "left before its end, as if all were well";
      find(detector::supervisor, Verdict::violated(describe(outcome)));
    }
  }
  look_for_nonsense();
}

/// Once nobody writes any more.
void Supervisor::look_for_nonsense() {
  const ScenarioDescriptor& scenario = *plan_.scenario->descriptor;
  for (const Outcome& outcome : outcomes_) {
    const std::string nonsense = nonsense_in(region_.record(outcome.index), scenario, region_.order().extent.events);
    if (nonsense.empty()) { continue; }
    find(detector::supervisor, Verdict::violated(fmt::format("{} {} left a record with {}: somebody writes where he must not",
                                                             scenario.roles[outcome.role], outcome.index, nonsense)));
  }
}

bool Supervisor::everybody_concluded() const {
  return std::all_of(hosts_.begin(), hosts_.end(), [](const auto& host) { return host == nullptr; });
}

nanoseconds Supervisor::patience(Time now) const {
  if (!started_) { return start_poll; }
  Time next = std::min(deadline_, next_look_);
  if (plan_.run_for.count() > 0 && !stop_told_) { next = std::min(next, stop_at_); }
  return std::max(nanoseconds{0}, std::chrono::duration_cast<nanoseconds>(next - now));
}

void Supervisor::wait_for_news() {
  std::vector<pollfd> watched;
  std::vector<Host*> owners;
  for (const auto& host : hosts_) {
    if (host == nullptr) { continue; }
    watched.push_back({.fd = host->ready_fd(), .events = POLLIN, .revents = 0});
    owners.push_back(host.get());
  }
  const nanoseconds wait = patience(steady_clock::now());
  const timespec limit{.tv_sec = wait.count() / 1'000'000'000, .tv_nsec = wait.count() % 1'000'000'000};
  // Negative only with EINTR, whose flag the caller looks at: descriptors are valid and the arguments in range.
  if (ppoll(watched.data(), watched.size(), &limit, nullptr) <= 0) { return; }
  for (std::size_t i = 0; i < watched.size(); ++i) {
    if (watched[i].revents == 0) { continue; }
    const std::optional<ExitStatus> failure = owners[i]->conclude();
    const std::uint32_t first = owners[i]->first();
    const std::uint32_t end = std::min(first + owners[i]->count(), region_.participants());
    std::find_if(hosts_.begin(), hosts_.end(), [&](const auto& host) { return host.get() == owners[i]; })->reset();
    if (!failure) { continue; }
    if (first >= region_.participants()) {
      find(detector::supervisor, Verdict::unknown("the floor prober " + run::describe(*failure)));
    }
    for (std::uint32_t participant = first; participant < end; ++participant) {
      Outcome& outcome = outcomes_[participant];
      if (phase(participant) == measure::Phase::finished) { continue; }
      outcome.ending = Ending::died;
      outcome.detail = run::describe(*failure);
      std::string why = describe(outcome);
      find(detector::supervisor, is_own_fault(*failure) ? Verdict::violated(std::move(why)) : Verdict::unknown(std::move(why)));
    }
  }
}

void Supervisor::follow_start(Time now) {
  if (!started_) {
    for (std::uint32_t i = 0; i < region_.participants(); ++i) {
      if (phase(i) < measure::Phase::running) { return; }
    }
    started_ = true;
    if (plan_.lane != Lane::scheduled) { region_.retire_names(); }  // there, it is attached to again and again
    stop_at_ = now + plan_.run_for;
    next_look_ = stop_at_ + look_interval;
  }
  if (plan_.run_for.count() > 0 && !stop_told_ && now >= stop_at_) {
    stop_told_ = true;
    region_.order().stop.store(1, std::memory_order_relaxed);  // relaxed: the flag carries no data
  }
}

bool Supervisor::ended_by_finding(Time now) {
  for (std::uint32_t i = 0; i < region_.participants(); ++i) {
    const measure::Record& record = region_.record(i);
    // acquire: pairs with the release in Session::violated(); the text is whole
    if (record.violated.load(std::memory_order_acquire) != 0) {
      find(detector::invariant, Verdict::violated(fmt::format("{} {}: {}", plan_.scenario->descriptor->roles[outcomes_[i].role],
                                                              i, text_in(record.violation))));
    }
  }
  if (!finding_.is_ok()) {
    mark_unfinished(Ending::cancelled);
    return true;
  }
  if (everybody_concluded()) { return true; }
  const bool overdue = now >= deadline_;
  if (now < next_look_ && !overdue) { return false; }
  next_look_ = now + look_interval;
  look_for_a_swarm();
  if (!finding_.is_ok()) {
    mark_unfinished(Ending::cancelled);
    return true;
  }
  const bool stranded = watch_.look();
  if (!stranded && !overdue) { return false; }
  mark_unfinished(stranded ? Ending::stranded : Ending::overdue);
  std::string why = stranded
                        ? "nobody is left to wake"
                        : fmt::format("the deadline of {:.1f} s passed:", std::chrono::duration<double>(plan_.deadline).count());
  for (const Outcome& outcome : outcomes_) {
    if (outcome.ending == Ending::stranded || (overdue && outcome.ending == Ending::overdue)) {
      why += " " + describe(outcome) + ";";
    }
  }
  why.pop_back();
  find(stranded ? detector::hang_watch : detector::supervisor,
       stranded ? Verdict::violated(std::move(why)) : Verdict::unknown(std::move(why)));
  return true;
}

/// Processes beget processes faster than a deadline comes.
void Supervisor::look_for_a_swarm() {
  const std::size_t below = count_below(getpid());
  if (below <= most_processes) { return; }
  find(detector::supervisor,
       Verdict::violated(fmt::format("{} processes run below the runner, which allows {}: somebody starts them without end",
                                     below, most_processes)));
}

void Supervisor::mark_unfinished(Ending ending) {
  for (Outcome& outcome : outcomes_) {
    if (phase(outcome.index) == measure::Phase::finished) {
      outcome.ending = Ending::finished;
    } else if (outcome.ending != Ending::died) {
      outcome.ending = ending;
      if (ending != Ending::cancelled) { outcome.detail = watch_.where(outcome.index); }
      outcome.step = region_.record(outcome.index).step.load(std::memory_order_relaxed);  // relaxed: read for itself
    }
  }
}

void Supervisor::end_case() {
  // relaxed: the flag carries no data
  region_.order().called_off.store(1, std::memory_order_relaxed);
  region_.meeting_point().barrier.call_off();
  for (auto& host : hosts_) {
    if (host != nullptr) { host->kill(); }
    host.reset();
  }
  const std::vector<std::string> strays = strays_.end();
  if (strays.empty()) { return; }
  find(detector::supervisor,
       Verdict::violated(fmt::format("{} left {} behind; killed", strays.front(),
                                     strays.size() == 1 ? "a process" : fmt::format("{} processes", strays.size()))));
}

measure::Phase Supervisor::phase(std::uint32_t participant) const {
  return phase_of(region_.record(participant));
}

std::string Supervisor::describe(const Outcome& outcome) const {
  const ScenarioDescriptor& scenario = *plan_.scenario->descriptor;
  const bool attaches = phase(outcome.index) < measure::Phase::running;
  const std::string at = attaches ? "attach" : step_of(region_.record(outcome.index), scenario);
  return fmt::format("{} {} at step '{}' {}", scenario.roles[outcome.role], outcome.index, at, outcome.detail);
}

void Supervisor::find(std::string_view detector, Verdict verdict) {
  if (!finding_.is_ok()) { return; }  // the first finding is the cause, later ones may be its consequences
  finding_ = std::move(verdict);
  found_by_ = detector;
}

}  // namespace shmlab::run
