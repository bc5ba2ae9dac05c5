#include "env/iceoryx_daemon.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <thread>

#include "contract/error.hpp"
#include "env/iceoryx_keeper.hpp"
#include "shm/file_descriptor.hpp"

namespace shmlab::env {
namespace {

using shm::FileDescriptor;
using std::chrono::steady_clock;

constexpr std::chrono::seconds patience{20};  ///< for a start that takes a fraction of a second
constexpr std::chrono::milliseconds between_looks{2};
/// What it takes, of which two thirds are its own; measured with iceoryx_configuration().
constexpr std::uintmax_t needed_room = 100U << 20U;

/// As a child that has lost its parent.
void start_keeper_alone() {
  const pid_t parent = fork();
  if (parent == 0) { _exit(start_iceoryx_keeper() < 0 ? EXIT_FAILURE : EXIT_SUCCESS); }
  while (parent > 0 && waitpid(parent, nullptr, 0) < 0 && errno == EINTR) {}
}

void (*starter_of_keepers)() = start_keeper_alone;

bool is_of_this_user(int socket) {
  ucred peer{};
  socklen_t length = sizeof peer;
  return getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid();
}

/// A connection to the keeper; none: there is no keeper, or another user took its name.
FileDescriptor connect_to_keeper() {
  FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
  if (socket.get() < 0) { throw Unavailable(std::string("no socket for the daemon of iceoryx: ") + std::strerror(errno)); }
  const KeeperAddress at;
  // ECONNREFUSED: nobody listens. EINTR, EAGAIN: the caller tries again.
  if (connect(socket.get(), at.get(), at.length) != 0 || !is_of_this_user(socket.get())) { return FileDescriptor(); }
  return socket;
}

/// What it says; empty: it has gone, or the time is up.
std::string answer_of(int keeper, steady_clock::time_point deadline) {
  while (steady_clock::now() < deadline) {
    pollfd readable{.fd = keeper, .events = POLLIN, .revents = 0};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_clock::now());
    if (poll(&readable, 1, static_cast<int>(left.count()) + 1) < 0 && errno == EINTR) { continue; }
    std::array<char, 512> text{};
    const ssize_t bytes = recv(keeper, text.data(), text.size(), MSG_DONTWAIT);  // ECONNRESET: it has gone
    return bytes > 0 ? std::string(text.data(), static_cast<std::size_t>(bytes)) : std::string();
  }
  return {};
}

/// Held until this process ends: it is what the keeper counts.
FileDescriptor& held_connection() {
  static FileDescriptor connection;
  return connection;
}

bool keeper_has_gone(int keeper) {
  pollfd state{.fd = keeper, .events = 0, .revents = 0};
  return poll(&state, 1, 0) > 0;  // POLLHUP, which needs no asking
}

}  // namespace

std::string missing_iceoryx_daemon() {
  if (iceoryx_daemon_listens()) { return {}; }
  if (find_iceoryx_program().empty()) { return "its daemon iox-roudi does not run and is not in PATH (Debian package iceoryx)"; }
  std::error_code error;  // without /dev/shm there is no room
  const std::uintmax_t room = std::filesystem::space("/dev/shm", error).available;
  if (!error && room >= needed_room) { return {}; }
  return "its daemon needs 100 MiB in /dev/shm, and there is less";
}

void need_iceoryx_daemon() {
  FileDescriptor& held = held_connection();
  if (held.get() >= 0 && !keeper_has_gone(held.get())) { return; }
  held.reset();
  const auto deadline = steady_clock::now() + patience;
  for (bool started = false; steady_clock::now() < deadline; std::this_thread::sleep_for(between_looks)) {
    if (FileDescriptor keeper = connect_to_keeper(); keeper.get() >= 0) {
      const std::string answer = answer_of(keeper.get(), deadline);
      if (answer == keeper_is_ready) {
        held = std::move(keeper);
        return;
      }
      if (!answer.empty()) { throw Unavailable(answer); }
      started = false;  // it was about to go
      continue;
    }
    if (iceoryx_daemon_listens()) { return; }
    if (errno == EACCES) { throw Unavailable("the daemon of iceoryx that runs is another user's"); }
    if (const std::string why_not = missing_iceoryx_daemon(); !why_not.empty()) { throw Unavailable(why_not); }
    if (!started) { starter_of_keepers(); }
    started = true;
  }
  throw Unavailable("the daemon of iceoryx did not get ready");
}

pid_t start_iceoryx_keeper() {
  const pid_t pid = fork();
  if (pid == 0) { keep_iceoryx_daemon(); }
  return pid;
}

void let_start_iceoryx_keeper(void (*starter)()) {
  starter_of_keepers = starter;
}

}  // namespace shmlab::env
