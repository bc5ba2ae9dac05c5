#include "env/iceoryx_keeper.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <string_view>
#include <vector>

#include "env/iceoryx_segment.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::env {
namespace {

using shm::FileDescriptor;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view program_name = "iox-roudi";
constexpr std::string_view daemon_socket = "/tmp/roudi";
/// What the daemon has, beside its segment of messages, which has the name of the user's group.
constexpr const char* daemon_files[] = {"/tmp/roudi", "/tmp/roudi.lock", "/dev/shm/iceoryx_mgmt", "/tmp/iox-unique-roudi.lock"};

constexpr milliseconds start_limit{10'000};
constexpr milliseconds first_client_limit{5'000};
constexpr milliseconds stop_limit{600};
constexpr int between_looks_ms = 2;

sockaddr_un address_of(std::string_view path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::ranges::copy(path.substr(0, sizeof address.sun_path - 1), std::begin(address.sun_path));
  return address;
}

/// Another session without a terminal, no descriptor of whom it descends from, no end by what a user sends to a whole run.
void leave_the_run() {
  setsid();                              // cannot fail: a new child leads no process group
  prctl(PR_SET_PDEATHSIG, 0);            // cannot fail
  prctl(PR_SET_NAME, "iceoryx keeper");  // cannot fail
  for (const int signal : {SIGINT, SIGHUP, SIGPIPE}) { std::signal(signal, SIG_IGN); }
  std::signal(SIGTERM, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // cannot fail: a valid request
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) { dup2(nowhere, fd); }  // without /dev/null they stay
  syscall(SYS_close_range, STDERR_FILENO + 1, std::numeric_limits<int>::max(), 0);          // ENOSYS before Linux 5.9: they stay
}

[[noreturn]] void be_daemon(const std::string& program, pid_t keeper) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // cannot fail: who is asked to go cleans up
  if (getppid() != keeper) { _exit(EXIT_FAILURE); }
  const rlimit no_core{.rlim_cur = 0, .rlim_max = 0};
  setrlimit(RLIMIT_CORE, &no_core);  // cannot fail: less than there is
  // Not close-on-exec: it is read by its name below /proc.
  const int file = memfd_create("iceoryx_configuration", 0);
  const std::string text = iceoryx_configuration();
  if (file < 0 || write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size())) { _exit(EXIT_FAILURE); }
  const std::string path = fmt::format("/proc/self/fd/{}", file);
  // It notices the death of its users, and of those who are there when it stops it has no patience with any.
  execl(program.c_str(), program.c_str(), "-c", path.c_str(), "-m", "on", "-k", "0", "-l", "off", nullptr);
  _exit(EXIT_FAILURE);
}

/// The daemon as a child.
class Daemon {
 public:
  explicit Daemon(const std::string& program) {
    const pid_t keeper = getpid();
    pid_ = fork();
    if (pid_ == 0) { be_daemon(program, keeper); }
    if (pid_ > 0) { pidfd_ = FileDescriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0))); }
  }
  /// Readable once it has ended; negative: there is none.
  [[nodiscard]] int pidfd() const { return pidfd_.get(); }

  /// Empty, or why it does not listen.
  std::string await_readiness() {
    if (pidfd_.get() < 0) { return fmt::format("the daemon of iceoryx cannot be started: {}", std::strerror(errno)); }
    const auto deadline = steady_clock::now() + start_limit;
    while (!iceoryx_daemon_listens()) {
      if (has_ended(between_looks_ms)) {
        stop();
        return "the daemon of iceoryx ended as soon as it was started: is there room for it in /dev/shm, about 100 MiB?";
      }
      if (steady_clock::now() > deadline) {
        stop();
        return "the daemon of iceoryx was started, and does not listen";
      }
    }
    return {};
  }

  /// Asks it to go, and makes it go. It unlinks what it has, unless it knows of a user who has died meanwhile: then it ends by SIGABRT.
  void stop() {
    if (pidfd_.get() < 0) { return; }
    kill(pid_, SIGTERM);  // ESRCH cannot happen: nobody has waited for it
    if (!has_ended(static_cast<int>(stop_limit.count()))) { kill(pid_, SIGKILL); }
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    if (WIFSIGNALED(status)) { remove_files(); }
    pidfd_.reset();
  }

 private:
  [[nodiscard]] bool has_ended(int wait_ms) const {
    pollfd ended{.fd = pidfd_.get(), .events = POLLIN, .revents = 0};
    return poll(&ended, 1, wait_ms) > 0;
  }
  /// What it would have unlinked.
  static void remove_files() {
    for (const char* const file : daemon_files) { unlink(file); }  // ENOENT: it was not there yet
    if (const group* const own = getgrgid(getegid()); own != nullptr) {
      unlink(fmt::format("/dev/shm/{}", own->gr_name).c_str());
    }
  }

  pid_t pid_ = -1;
  FileDescriptor pidfd_;
};

/// Those who need the daemon, as connections.
class Clients {
 public:
  Clients(int listener, int daemon) : watched_{watch(listener), watch(daemon)} {}
  ~Clients() {
    for (std::size_t i = others; i < watched_.size(); ++i) { close(watched_[i].fd); }
  }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  /// Tells everybody who comes what there is to say, until all have gone, or the daemon has.
  void serve(std::string_view answer) {
    const auto nobody_comes = steady_clock::now() + first_client_limit;
    bool had_any = false;
    while (had_any ? watched_.size() > others : steady_clock::now() < nobody_comes) {
      constexpr int look_ms = 100;
      if (poll(watched_.data(), watched_.size(), had_any ? -1 : look_ms) < 0) { continue; }  // EINTR
      if (watched_[1].revents != 0) { return; }
      drop_those_who_left();
      if (watched_[0].revents == 0) { continue; }
      const int client = accept4(watched_[0].fd, nullptr, nullptr, SOCK_CLOEXEC);
      if (client < 0) { continue; }                              // ECONNABORTED: it has gone
      send(client, answer.data(), answer.size(), MSG_NOSIGNAL);  // EPIPE: it has gone, and is dropped next
      watched_.push_back(watch(client));
      had_any = true;
    }
  }

 private:
  static constexpr std::size_t others = 2;
  static pollfd watch(int fd) { return {.fd = fd, .events = POLLIN, .revents = 0}; }
  void drop_those_who_left() {
    const auto first = watched_.begin() + others;
    const auto gone = std::partition(first, watched_.end(), [](const pollfd& one) { return one.revents == 0; });
    std::for_each(gone, watched_.end(), [](const pollfd& one) { close(one.fd); });
    watched_.erase(gone, watched_.end());
  }
  std::vector<pollfd> watched_;
};

}  // namespace

KeeperAddress::KeeperAddress() {
  const std::string name = fmt::format("shmlab-iceoryx-{}", geteuid());
  address.sun_family = AF_UNIX;
  std::ranges::copy(name, std::begin(address.sun_path) + 1);  // after a NUL: abstract
  length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
}

std::string find_iceoryx_program() {
  const char* const path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    std::string program = fmt::format("{}/{}", rest.substr(0, end), program_name);
    if (access(program.c_str(), X_OK) == 0) { return program; }  // errno: whatever it is, it cannot be started
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return {};
}

bool iceoryx_daemon_listens() {
  const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(daemon_socket);
  const bool listens =
      socket.get() >= 0 && connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = errno;  // of the connect, beyond the close
  return listens || (errno = error, false);
}

void keep_iceoryx_daemon() {
  leave_the_run();
  FileDescriptor listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  const KeeperAddress at;
  // EADDRINUSE: another is faster. A daemon that listens by now is the user's own.
  if (listener.get() < 0 || bind(listener.get(), at.get(), at.length) != 0 || iceoryx_daemon_listens()) { _exit(EXIT_SUCCESS); }
  if (listen(listener.get(), SOMAXCONN) != 0) { _exit(EXIT_FAILURE); }  // cannot fail: it is bound
  Daemon daemon(find_iceoryx_program());
  const std::string why_not = daemon.await_readiness();
  Clients(listener.get(), daemon.pidfd()).serve(why_not.empty() ? keeper_is_ready : why_not);
  // Who connects meanwhile waits for the end, and then starts another.
  daemon.stop();
  listener.reset();
  _exit(EXIT_SUCCESS);
}

}  // namespace shmlab::env
