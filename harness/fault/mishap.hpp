#pragma once

#include <cstdint>

namespace shmlab::fault {

/// What befalls a participant, a process, in the middle of an operation.
enum class Mishap : std::uint8_t {
  dies,                  ///< is killed by SIGKILL
  stops,                 ///< is stopped by SIGSTOP, and goes on after SIGCONT
  forks,                 ///< has a child, which ends at once, and goes on
  forks_and_dies,        ///< has a child, which stays, and is killed
  becomes_other_program  ///< execve(2) of a program that sleeps; where there is none, it ends with EXIT_FAILURE
};

/// In the process that it befalls. The child of forks_and_dies ends when it is killed, or our parent ends.
/// Throws std::system_error when the system has no process left.
void suffer(Mishap mishap);

}  // namespace shmlab::fault
