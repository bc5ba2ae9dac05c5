#pragma once

namespace shmlab::run::testing {

/// Which misdeed an exec'd participant of this test commits in the middle of its body: the value of this variable of its environment.
inline constexpr const char* misdeed_variable = "SHMLAB_TEST_MISDEED";

/// In a participant, before its order: begins what the variable asks for; unset: nothing.
///   leave   exits with 0      stop    stops itself      close   closes all its descriptors      bomb    forks 50 processes that sleep
///   swarm   forks processes that sleep, until it cannot
void begin_misdeed();

}  // namespace shmlab::run::testing
