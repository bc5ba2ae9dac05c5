#pragma once

#include <optional>

namespace shmlab::run {

/// First thing in main(): when this process was exec'd as a participant, runs it and returns its exit code;
/// otherwise nothing. Participants are this same program, so that they have the same catalogue.
std::optional<int> participant_main(int argc, char** argv);

/// For a process that will run cases: starts the janitor (janitor.hpp), which ends what is left of the run, processes and names, as soon
/// as this process is gone, however it died; catches interrupts; and, when another process truncates a region under it, says so in one line and
/// ends with exit code 2. Call once, early, while single-threaded: it returns in another process than it was called in.
void start_runner();

}  // namespace shmlab::run
