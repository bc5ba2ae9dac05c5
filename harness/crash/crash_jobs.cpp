#include "crash/crash_jobs.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "crash/crash_parcel.hpp"
#include "crash/crash_run.hpp"
#include "run/child.hpp"
#include "run/die_with_parent.hpp"
#include "run/interrupt.hpp"
#include "run/message_socket.hpp"
#include "run/strays.hpp"

namespace shmlab::crash {
namespace {

using Shares = std::span<const CrashShare>;

CrashReport work(const CrashShare& share, CrashOrder order, const std::function<void()>& on_run = {}) {
  order.role = share.role;
  return crash(*share.strategy, order, on_run);
}

/// What the jobs deal out, in memory that they share.
class Deal {
 public:
  Deal() {
    void* const memory = mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) { throw std::system_error(errno, std::generic_category(), "mmap"); }
    next_ = new (memory) Counter{0};
  }
  ~Deal() { munmap(next_, sizeof(Counter)); }
  Deal(const Deal&) = delete;
  Deal& operator=(const Deal&) = delete;

  // relaxed, here and below: a number that no two get; what it counts was there before the jobs were
  std::size_t take() { return next_->fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t taken() const { return next_->load(std::memory_order_relaxed); }

 private:
  using Counter = std::atomic<std::size_t>;
  Counter* next_;
};

std::vector<int> cpus_here() {
  cpu_set_t set;
  CPU_ZERO(&set);
  std::vector<int> cpus;
  if (sched_getaffinity(0, sizeof set, &set) != 0) { return cpus; }  // EINVAL: more CPUs than a cpu_set_t has; bound to none
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) { cpus.push_back(cpu); }
  }
  return cpus;
}

void bind_to(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);  // EINVAL: it has been taken away meanwhile, and then any will do
}

/// false: nobody reads any more.
bool write_all(int pipe, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(pipe, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) { continue; }
    if (put < 0) { return false; }  // EPIPE
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  return true;
}

Parcel parcel_of(std::size_t number, const CrashShare& share, const CrashOrder& order) {
  Parcel parcel{.share = number, .report = {}, .bad_input = {}, .error = {}};
  try {
    parcel.report = work(share, order);
  } catch (const BadInput& refusal) { parcel.bad_input = refusal.what(); } catch (const run::Interrupted&) {
    throw;
  } catch (const std::exception& error) { parcel.error = error.what(); }
  parcel.report.strategy = share.strategy;
  return parcel;
}

/// The life of a job. Interrupted, it ends once nobody is left whom it has started.
[[noreturn]] void toil(int pipe, Deal& deal, Shares shares, const CrashOrder& order) {
  try {
    for (std::size_t i = deal.take(); i < shares.size(); i = deal.take()) {
      if (!write_all(pipe, packed(parcel_of(i, shares[i], order)))) { break; }
    }
  } catch (const run::Interrupted&) { _exit(EXIT_FAILURE); }
  _exit(EXIT_SUCCESS);
}

/// A job as its parent sees it.
class Job {
 public:
  Job(int cpu, Deal& deal, Shares shares, const CrashOrder& order) {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) { throw std::system_error(errno, std::generic_category(), "pipe2"); }
    pipe_ = run::FileDescriptor(ends[0]);
    const run::FileDescriptor theirs(ends[1]);
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) { throw BadInput("cannot fork a job: the system has no process left (see ulimit -u)"); }
    if (pid == 0) {
      run::die_with_parent(parent);
      run::adopt_orphans();
      setpgid(0, 0);  // cannot fail: our own process, not a session leader
      pipe_.reset();
      if (cpu >= 0) { bind_to(cpu); }
      toil(theirs.get(), deal, shares, order);
    }
    child_ = run::Child(pid);
  }
  /// One that is at work is asked to stop, so that it ends those whom it has started.
  ~Job() {
    if (!child_.is_running()) { return; }
    constexpr int patience_ms = 5000;
    kill(child_.pid(), SIGTERM);  // cannot fail: a child of ours that is not reaped
    pollfd ended{.fd = child_.pidfd(), .events = POLLIN, .revents = 0};
    while (poll(&ended, 1, patience_ms) < 0 && errno == EINTR) {}
  }
  Job(Job&&) = delete;
  Job& operator=(Job&&) = delete;

  [[nodiscard]] int pipe() const { return pipe_.get(); }
  [[nodiscard]] bool is_at_work() const { return child_.is_running(); }
  /// Reads what has arrived. Throws std::runtime_error when the job has ended before its time.
  void receive() {
    constexpr std::size_t page = 65536;
    std::array<std::uint8_t, page> bytes{};
    const ssize_t got = read(pipe_.get(), bytes.data(), bytes.size());
    if (got < 0) { return; }  // EINTR
    if (got > 0) {
      arrived_.insert(arrived_.end(), bytes.begin(), bytes.begin() + got);
      return;
    }
    if (!child_.reap().is_success()) {
      run::check_interrupted();
      throw std::runtime_error("a process that was to kill others has died itself");
    }
  }
  std::optional<Parcel> next() { return unpacked(arrived_); }

 private:
  run::FileDescriptor pipe_;
  run::Child child_;
  std::vector<std::uint8_t> arrived_;
};

void refuse(const Parcel& parcel) {
  if (!parcel.bad_input.empty()) { throw BadInput(parcel.bad_input); }
  if (!parcel.error.empty()) { throw std::runtime_error(parcel.error); }
}

using Progress = std::function<void(std::size_t, std::string_view)>;

std::vector<CrashReport> by_jobs(Shares shares, const CrashOrder& order, unsigned count, const Progress& on_progress) {
  std::vector<CrashReport> reports(shares.size());
  Deal deal;
  const std::vector<int> cpus = cpus_here();
  std::vector<std::unique_ptr<Job>> jobs;
  for (unsigned i = 0; i < count; ++i) {
    const int cpu = count <= cpus.size() ? cpus[i] : -1;
    jobs.push_back(std::make_unique<Job>(cpu, deal, shares, order));
  }
  const auto is_at_work = [](const auto& job) { return job->is_at_work(); };
  while (std::ranges::any_of(jobs, is_at_work)) {
    run::check_interrupted();
    std::vector<pollfd> pipes;
    for (const auto& job : jobs) {
      pipes.push_back({.fd = job->is_at_work() ? job->pipe() : -1, .events = POLLIN, .revents = 0});
    }
    constexpr int often_ms = 100;
    poll(pipes.data(), pipes.size(), often_ms);  // fails with EINTR only, and then nothing has arrived
    std::size_t done = 0;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (pipes[i].revents == 0) { continue; }
      jobs[i]->receive();
      for (std::optional<Parcel> parcel; (parcel = jobs[i]->next()); ++done) {
        refuse(*parcel);
        reports[parcel->share] = std::move(parcel->report);
      }
    }
    on_progress(done, shares[std::clamp<std::size_t>(deal.taken(), 1, shares.size()) - 1].strategy->name());
  }
  return reports;
}

/// The shares of one strategy follow each other.
std::vector<CrashReport> by_strategy(std::vector<CrashReport> parts) {
  std::vector<CrashReport> whole;
  for (CrashReport& part : parts) {
    if (whole.empty() || whole.back().strategy != part.strategy) {
      whole.push_back(std::move(part));
      continue;
    }
    CrashReport& first = whole.back();
    std::ranges::move(part.cells, std::back_inserter(first.cells));
    std::ranges::move(part.recoveries, std::back_inserter(first.recoveries));
    first.runs += part.runs;
    for (std::string& reason : part.left_out) {
      if (std::ranges::find(first.left_out, reason) == first.left_out.end()) { first.left_out.push_back(std::move(reason)); }
    }
  }
  return whole;
}

}  // namespace

std::vector<CrashShare> crash_shares(std::span<const catalogue::StrategyEntry* const> strategies, const CrashOrder& order) {
  std::vector<CrashShare> shares;
  for (const catalogue::StrategyEntry* strategy : strategies) {
    std::string why_not;
    const catalogue::CaseCode* const code = crash_code(*strategy, why_not);
    const std::size_t before = shares.size();
    if (code != nullptr) {
      for (const CrashRole role : crash_roles(code->face)) {
        if (!order.role || *order.role == role) { shares.push_back({strategy, role}); }
      }
    }
    if (shares.size() == before) { shares.push_back({strategy, order.role}); }
  }
  return shares;
}

unsigned crash_jobs_here() {
  return std::max(1U, static_cast<unsigned>(cpus_here().size()));
}

std::vector<CrashReport> crash_shared(std::span<const CrashShare> shares, const CrashOrder& order, unsigned jobs,
                                      const std::function<void(std::size_t, std::string_view)>& on_progress) {
  const auto count = static_cast<unsigned>(std::min<std::size_t>(jobs, shares.size()));
  if (count > 1) { return by_strategy(by_jobs(shares, order, count, on_progress)); }
  std::vector<CrashReport> reports;
  for (const CrashShare& share : shares) {
    reports.push_back(work(share, order, [&] { on_progress(0, share.strategy->name()); }));
    on_progress(1, share.strategy->name());
  }
  return by_strategy(std::move(reports));
}

}  // namespace shmlab::crash
