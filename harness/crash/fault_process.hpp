#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "run/child.hpp"
#include "run/message_socket.hpp"

namespace shmlab::crash {

/// A real process that plays a part in a fault: a fork that talks with us in words, and is killed at the latest when it is destroyed, or when we
/// die. Single-threaded callers only.
class FaultProcess {
 public:
  /// In which it has to say what is waited for, or to end: long beyond all reason.
  static constexpr std::chrono::seconds patience{60};

  /// The process's side of the talk.
  class Voice {
   public:
    explicit Voice(int socket) : socket_(socket) {}
    void say(std::string_view words) const;
    /// Waits for a word of ours.
    void await_word() const;

   private:
    int socket_;
  };
  using Body = std::function<void(const Voice& voice)>;

  /// Runs `body`, whose end is the process's: exit code 0. What `body` throws is said as "refused: WHAT" (BadInput, Unavailable) or
  /// "threw: WHAT". Throws BadInput when the system has no process left.
  explicit FaultProcess(const Body& body);

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  /// The next words; nothing when it ends without. Throws StageOverdue, Interrupted.
  std::string hear();
  /// Gives it a word; harmless when it is gone.
  void give_word();
  void kill() const { child_.kill(); }
  [[nodiscard]] bool has_ended() const;
  /// Waits for its end; what it said and nobody heard is lost. Throws StageOverdue, Interrupted.
  run::ExitStatus end();

 private:
  void await(int fd);

  run::FileDescriptor socket_;
  run::Child child_;
};

/// "exited with code 3", "killed by SIGBUS".
std::string describe(const run::ExitStatus& status);

}  // namespace shmlab::crash
