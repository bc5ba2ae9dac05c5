#include "gate/served_program.hpp"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

#include "contract/error.hpp"
#include "gate/observation_protocol.hpp"
#include "run/die_with_parent.hpp"
#include "run/interrupt.hpp"

namespace shmlab::gate {
namespace {

using std::chrono::steady_clock;

struct Pipe {
  run::FileDescriptor from;
  run::FileDescriptor to;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) { throw std::system_error(errno, std::generic_category(), "pipe2"); }
  return {run::FileDescriptor(ends[0]), run::FileDescriptor(ends[1])};
}

/// The child's side of fork(): becomes the program, with standard input and output as given.
[[noreturn]] void become(const std::filesystem::path& program, const std::vector<std::string>& arguments, pid_t parent, int in,
                         int out) {
  constexpr int cannot_run = 127;  // as a shell says it
  run::die_with_parent(parent);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) { pointers.push_back(const_cast<char*>(argument.c_str())); }
  pointers.push_back(nullptr);
  // A group of its own: who interrupts us from a terminal leaves the end of this one to us.
  setpgid(0, 0);  // cannot fail: a new child
  if (dup2(in, STDIN_FILENO) >= 0 && dup2(out, STDOUT_FILENO) >= 0) { execv(program.c_str(), pointers.data()); }
  _exit(cannot_run);
}

}  // namespace

ServedProgram::ServedProgram(std::filesystem::path program, const std::vector<std::string>& arguments,
                             std::chrono::seconds patience)
    : program_(std::move(program)), patience_(patience) {
  if (access(program_.c_str(), X_OK) != 0) {
    throw BadInput(fmt::format("program '{}' cannot be run: {}", program_.string(), std::generic_category().message(errno)));
  }
  Pipe requests = make_pipe();
  Pipe answers = make_pipe();
  std::vector<std::string> line{program_.string(), "observe"};
  line.insert(line.end(), arguments.begin(), arguments.end());
  const pid_t self = getpid();
  const pid_t child = fork();
  if (child < 0) {
    throw BadInput(fmt::format("no process for '{}': {}", program_.string(), std::generic_category().message(errno)));
  }
  if (child == 0) { become(program_, line, self, requests.from.get(), answers.to.get()); }
  child_ = run::Child(child);
  requests_ = std::move(requests.to);
  answers_ = std::move(answers.from);
  answers.to.reset();
  const std::string greeting = next_line();
  if (!fault_.empty()) {
    throw BadInput(fmt::format("program '{}' is no shmlab that can be compared: {}", program_.string(), fault_));
  }
  try {
    Greeting met = greeting_from(greeting);
    cases_ = std::move(met.cases);
    unsteady_ = std::move(met.unsteady);
    region_bytes_ = std::move(met.region_bytes);
    version_ = std::move(met.version);
    machine_ = std::move(met.machine);
  } catch (const BadInput& error) {
    throw BadInput(fmt::format("program '{}' is no shmlab that can be compared: {}", program_.string(), error.what()));
  }
}

std::size_t ServedProgram::region_bytes(const std::string& name) const {
  const auto known = region_bytes_.find(name);
  return known == region_bytes_.end() ? 0 : known->second;
}

Observed ServedProgram::observe(const Request& request) {
  Observed failed;
  if (fault_.empty()) {
    const std::string line = to_line(request);
    // Shorter than PIPE_BUF, so it is written whole or not at all (pipe(7)); SIGPIPE is ignored, and its end shows in the answer.
    if (write(requests_.get(), line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      fault_ = "it takes no requests";
    }
  }
  const std::string answer = fault_.empty() ? next_line() : std::string();
  if (fault_.empty()) {
    try {
      return observed_from(answer);
    } catch (const BadInput& error) { fault_ = error.what(); }
  }
  failed.error = fault_;
  return failed;
}

std::string ServedProgram::next_line() {
  const auto end = steady_clock::now() + patience_;
  for (;;) {
    if (const std::size_t newline = pending_.find('\n'); newline != std::string::npos) {
      std::string line = pending_.substr(0, newline);
      pending_.erase(0, newline + 1);
      return line;
    }
    run::check_interrupted();
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - steady_clock::now()).count();
    if (left <= 0) {
      fault_ = fmt::format("it has not answered for {} s", patience_.count());
      return {};
    }
    pollfd news{answers_.get(), POLLIN, 0};
    if (poll(&news, 1, static_cast<int>(left)) <= 0) { continue; }  // EINTR, or the time is over
    std::array<char, 4096> buffer{};
    const ssize_t bytes = read(answers_.get(), buffer.data(), buffer.size());
    if (bytes <= 0) {
      // What has closed its output ends soon; if not, it is killed, and that is then how it ended.
      pollfd ended{child_.pidfd(), POLLIN, 0};
      constexpr int grace_ms = 2000;
      if (poll(&ended, 1, grace_ms) <= 0) { child_.kill(); }
      const run::ExitStatus status = child_.reap();
      fault_ = fmt::format("it ended with {} {}", status.signalled ? "signal" : "exit code", status.code);
      return {};
    }
    pending_.append(buffer.data(), static_cast<std::size_t>(bytes));
  }
}

}  // namespace shmlab::gate
