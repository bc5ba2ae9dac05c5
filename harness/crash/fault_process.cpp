#include "crash/fault_process.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <utility>

#include "contract/error.hpp"
#include "crash/crash_stage.hpp"
#include "run/die_with_parent.hpp"
#include "run/interrupt.hpp"

namespace shmlab::crash {
namespace {

constexpr std::size_t longest_words = 2048;

/// Whether `fd` is readable, or its other end gone, within the time.
bool is_ready(int fd, std::chrono::milliseconds wait) {
  pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
  return poll(&ready, 1, static_cast<int>(wait.count())) > 0;
}

[[noreturn]] void perform(const FaultProcess::Body& body, const FaultProcess::Voice& voice) {
  int code = EXIT_SUCCESS;
  try {
    body(voice);
  } catch (const BadInput& refusal) { voice.say(fmt::format("refused: {}", refusal.what())); } catch (const Unavailable& reason) {
    voice.say(fmt::format("refused: {}", reason.what()));
  } catch (const std::exception& error) {
    voice.say(fmt::format("threw: {}", error.what()));
    code = EXIT_FAILURE;
  }
  _exit(code);  // what is inherited, names above all, is not ours to clean up
}

}  // namespace

void FaultProcess::Voice::say(std::string_view words) const {
  // EPIPE: nobody listens any more. A message is whole or not there.
  while (send(socket_, words.data(), std::min(words.size(), longest_words), MSG_NOSIGNAL) < 0 && errno == EINTR) {}
}

void FaultProcess::Voice::await_word() const {
  char word = 0;
  while (recv(socket_, &word, sizeof word, 0) < 0 && errno == EINTR) {}
}

FaultProcess::FaultProcess(const Body& body) {
  auto [ours, theirs] = run::message_pair();
  const pid_t self = getpid();
  const pid_t pid = fork();
  if (pid < 0) { throw BadInput(fmt::format("cannot fork a process: {}", std::strerror(errno))); }
  if (pid == 0) {
    ours.reset();
    run::die_with_parent(self);
    perform(body, Voice(theirs.get()));
  }
  child_ = run::Child(pid);
  socket_ = std::move(ours);
}

void FaultProcess::await(int fd) {
  constexpr std::chrono::milliseconds look{100};
  const auto overdue = std::chrono::steady_clock::now() + patience;
  while (!is_ready(fd, look)) {
    run::check_interrupted();
    if (std::chrono::steady_clock::now() < overdue) { continue; }
    child_.kill();
    throw StageOverdue(fmt::format("process {} neither answers nor ends", child_.pid()));
  }
}

std::string FaultProcess::hear() {
  await(socket_.get());
  std::array<char, longest_words> words{};
  ssize_t got = 0;
  do { got = recv(socket_.get(), words.data(), words.size(), 0); } while (got < 0 && errno == EINTR);
  return got <= 0 ? std::string() : std::string(words.data(), static_cast<std::size_t>(got));
}

void FaultProcess::give_word() {
  const char word = 'w';
  // EPIPE: it is gone, as its end says.
  while (send(socket_.get(), &word, sizeof word, MSG_NOSIGNAL) < 0 && errno == EINTR) {}
}

bool FaultProcess::has_ended() const {
  return is_ready(child_.pidfd(), std::chrono::milliseconds{0});
}

run::ExitStatus FaultProcess::end() {
  await(child_.pidfd());
  return child_.reap();
}

std::string describe(const run::ExitStatus& status) {
  if (!status.signalled) { return fmt::format("exited with code {}", status.code); }
  const char* const name = sigabbrev_np(status.code);
  return name == nullptr ? fmt::format("killed by signal {}", status.code) : fmt::format("killed by SIG{}", name);
}

}  // namespace shmlab::crash
