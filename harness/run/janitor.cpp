#include "run/janitor.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <system_error>
#include <utility>
#include <vector>

#include "env/iceoryx_daemon.hpp"
#include "run/child.hpp"
#include "run/cpu_quota.hpp"
#include "run/die_with_parent.hpp"
#include "run/interrupt.hpp"
#include "run/message_socket.hpp"
#include "run/run_cgroup.hpp"
#include "run/strays.hpp"
#include "shm/run_names.hpp"

namespace shmlab::run {
namespace {

/// Whom this process passes signals on to.
volatile std::sig_atomic_t next_pidfd = -1;

void pass_on(int signal) {
  const int error = errno;
  // ESRCH: it has ended, and so shall we.
  syscall(SYS_pidfd_send_signal, next_pidfd, signal, nullptr, 0);
  errno = error;
}

void pass_signals_on(const Child& to) {
  next_pidfd = to.pidfd();
  struct sigaction action{};
  action.sa_handler = pass_on;
  for (const int signal : interrupting_signals) { sigaction(signal, &action, nullptr); }  // cannot fail: valid signals
  let_interrupts_through();
}

void close_between(int first, int last) {
  // close_range(2) is there since Linux 5.9; without it the descriptors stay open, which costs a pipe's reader a moment at our end.
  if (first <= last) { syscall(SYS_close_range, first, last, 0); }
}

void keep_only(int one, int other) {
  const auto [low, high] = std::minmax(one, other);
  close_between(0, low - 1);
  close_between(low + 1, high - 1);
  close_between(high + 1, std::numeric_limits<int>::max());
}

/// Until one of them can be read: for a pidfd, until the process has ended.
template <std::size_t N>
void await_any(std::array<pollfd, N> watched) {
  while (poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {}
}

/// Whoever is left of the run, and then every name that they could make.
void clean_up(const RunCgroup& cgroup, Strays& strays) {
  cgroup.kill();
  strays.end();
  cgroup.remove();
  shm::sweep(shm::run_id());
  remove_quotas_of(shm::run_id());
}

[[noreturn]] void end_as(const ExitStatus& status) {
  if (!status.signalled) { _exit(status.code); }
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &no_core);  // cannot fail: less than there is. Whoever crashed has left its own
  std::signal(status.code, SIG_DFL);
  raise(status.code);
  constexpr int as_shells_say = 128;
  _exit(as_shells_say + status.code);
}

Child fork_child(const RunCgroup& cgroup) {
  // When there is none for the child's, it is told before there are two to tell it.
  FileDescriptor reserved(open_pidfd(getpid()));
  const pid_t pid = fork();
  reserved.reset();
  if (pid < 0) {
    const int error = errno;
    cgroup.remove();
    throw std::system_error(error, std::generic_category(), "fork (janitor)");
  }
  return pid == 0 ? Child() : Child(pid);
}

[[noreturn]] void be_janitor(int front, Child runner, const RunCgroup& cgroup) {
  setsid();  // cannot fail: a new child leads no process group. Keyboard and terminal signal the front, which passes them on
  pass_signals_on(runner);
  keep_only(front, runner.pidfd());
  Strays strays(std::vector<pid_t>{});
  await_any<2>({{{.fd = front, .events = POLLIN, .revents = 0}, {.fd = runner.pidfd(), .events = POLLIN, .revents = 0}}});
  runner.kill();  // unless it was the runner that ended
  const ExitStatus status = runner.reap();
  clean_up(cgroup, strays);
  end_as(status);
}

/// By which the runner asks the front for a keeper of iceoryx' daemon (env/iceoryx_daemon.hpp). Nobody ends what the front leaves below, and the keeper
/// outlives the run when another needs it.
int request_of_keeper = -1;
void ask_front_for_keeper() {
  constexpr char please = 1;
  // SIGPIPE: the front is dead, and so is the run. EAGAIN cannot happen: it is read at once.
  [[maybe_unused]] const ssize_t written = write(request_of_keeper, &please, sizeof please);
}

struct Keeper {
  pid_t pid;
  FileDescriptor pidfd;  ///< readable once it has ended
};

/// Until the janitor has ended: starts a keeper whenever one is asked for.
std::vector<Keeper> start_keepers_until_end(const Child& janitor, int requests) {
  std::vector<Keeper> keepers;
  std::array<pollfd, 2> watched{
      {{.fd = janitor.pidfd(), .events = POLLIN, .revents = 0}, {.fd = requests, .events = POLLIN, .revents = 0}}};
  while (watched[0].revents == 0) {
    if (poll(watched.data(), watched.size(), -1) < 0) { continue; }  // EINTR
    if (watched[1].revents == 0) { continue; }
    char request = 0;
    if (read(requests, &request, sizeof request) != 1) {
      watched[1] = {.fd = -1, .events = 0, .revents = 0};  // nobody is left to ask
    } else if (const pid_t keeper = env::start_iceoryx_keeper(); keeper > 0) {
      keepers.push_back({keeper, FileDescriptor(open_pidfd(keeper))});
    }
  }
  return keepers;
}

/// A keeper that nobody needs ends by itself, and soon. One that others need stays.
void await_those_not_needed(const std::vector<Keeper>& keepers) {
  constexpr int patience_ms = 1000;
  for (const Keeper& keeper : keepers) {
    pollfd ended{.fd = keeper.pidfd.get(), .events = POLLIN, .revents = 0};
    if (poll(&ended, 1, patience_ms) > 0) { waitpid(keeper.pid, nullptr, 0); }  // cannot fail: it is ours, and has ended
  }
}

[[noreturn]] void be_front(Child janitor, Strays& strays, const RunCgroup& cgroup, int requests) {
  pass_signals_on(janitor);
  const std::vector<Keeper> keepers = start_keepers_until_end(janitor, requests);
  for (const Keeper& keeper : keepers) { strays.spare(keeper.pid); }
  const ExitStatus status = janitor.reap();
  clean_up(cgroup, strays);  // nothing, unless the janitor was killed
  await_those_not_needed(keepers);
  end_as(status);
}

}  // namespace

void start_janitor() {
  sweep_stale_cgroups();  // before names: they may still make some
  shm::sweep_stale();
  shm::run_id();  // made before the forks, so that all know it, as they do the cgroup
  RunCgroup cgroup;
  std::fflush(nullptr);  // or what is buffered would be written by more than one
  hold_interrupts_back();
  const int front = open_pidfd(getpid());
  adopt_orphans();
  Strays left_to_front;
  std::array<int, 2> requests{-1, -1};
  // EMFILE, ENFILE: nobody can be asked, and what needs the daemon says that it did not get ready.
  static_cast<void>(pipe2(requests.data(), O_CLOEXEC));
  if (Child janitor = fork_child(cgroup); janitor.is_running()) {
    close(requests[1]);
    be_front(std::move(janitor), left_to_front, cgroup, requests[0]);
  }
  close(requests[0]);
  const pid_t janitor = getpid();
  adopt_orphans();
  cgroup.make();  // not before there are two who remove it
  if (Child runner = fork_child(cgroup); runner.is_running()) { be_janitor(front, std::move(runner), cgroup); }
  die_with_parent(janitor);
  // Whoever descends from the runner is a member too. Refused: it is as if there were none.
  static_cast<void>(cgroup.enter());
  adopt_orphans();
  close(front);
  request_of_keeper = requests[1];
  env::let_start_iceoryx_keeper(ask_front_for_keeper);
}

}  // namespace shmlab::run
