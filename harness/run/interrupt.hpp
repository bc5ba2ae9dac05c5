#pragma once

#include <stdexcept>

namespace shmlab::run {

/// The user asked to stop (SIGINT, SIGTERM, SIGHUP). Participants are already gone. Exit code 130.
class Interrupted : public std::runtime_error {
 public:
  Interrupted() : std::runtime_error("interrupted") {}
};

/// From now on SIGINT, SIGTERM and SIGHUP set a flag instead of ending the process.
void catch_interrupts();
[[nodiscard]] bool interrupted();
/// Throws Interrupted when the flag is set.
void check_interrupted();

}  // namespace shmlab::run
