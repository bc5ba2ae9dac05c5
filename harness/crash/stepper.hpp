#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace shmlab::crash {

/// What came of one instruction.
enum class Stepped : std::uint8_t {
  stopped,  ///< it has been executed
  asleep,   ///< it is a system call that sleeps for good; once it is woken it stops behind it
  ended     ///< the process is gone
};

/// Leads a child from instruction to instruction (ptrace(2)). When it is forgotten, the child stays as it is; when we die, the child does.
class Stepper {
 public:
  /// In the child: stops, and is led by its parent from then on. false: this system does not allow that.
  static bool stop_to_be_led();

  explicit Stepper(pid_t child) : child_(child) {}

  /// Whether the child, which was running, has stopped by now.
  bool has_stopped();
  /// Somebody who waited for its end was told that it has stopped, as waitid(2) does of those that are traced.
  void note_stop();
  /// Lets it execute one instruction, if it has stopped; has_stopped() says when that is over. Returns when it is, unless the instruction is a
  /// system call, which may last.
  void step();
  /// Lets it go on to where its next system call begins, or the one that it is in ends. Returns when it has stopped there or is gone; a call in
  /// which it sleeps is waited for.
  void run_to_system_call();
  /// Lets it go on until it writes to these four bytes of its memory, by a debug register. Returns when it has stopped or is gone; at once
  /// where there is no such register.
  void run_until_written(std::uint64_t address);
  /// Lets it go on until it is about to execute what is at this address, by a debug register. has_stopped() says when it has come there, if ever.
  /// false: there is no such register.
  bool run_to(std::uint64_t address);
  /// After that: it may execute what is there again.
  void forget_address();
  /// The address of what it executes next, having stopped; 0: cannot be known.
  [[nodiscard]] std::uint64_t address() const;
  /// Lets it go on by itself, if it has stopped.
  void release();
  /// Where it stands, having stopped: "pthread_mutex_lock+65", or the name of the file for what has no name.
  [[nodiscard]] std::string place() const;

 private:
  [[nodiscard]] bool is_at_system_call() const;
  void await_change() const;

  pid_t child_;
  bool is_stopped_ = false;
  bool dies_with_us_ = false;
};

}  // namespace shmlab::crash
