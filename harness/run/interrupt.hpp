#pragma once

#include <csignal>
#include <stdexcept>

namespace shmlab::run {

/// By which a user, or a service manager, asks a program to stop.
inline constexpr int interrupting_signals[] = {SIGINT, SIGTERM, SIGHUP};

/// The user asked to stop (SIGINT, SIGTERM, SIGHUP). Participants are already gone. Exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// The interrupting signals wait until they are let through, in this thread and in those processes that it forks meanwhile.
void hold_interrupts_back();
void let_interrupts_through();

/// From now on the interrupting signals set a flag instead of ending the process.
void catch_interrupts();
[[nodiscard]] bool interrupted();
/// Throws Interrupted when the flag is set.
void check_interrupted();

}  // namespace shmlab::run
