#pragma once

#include <optional>

namespace shmlab::run {

/// First thing in main(): when this process was exec'd as a participant, runs it and returns its exit code;
/// otherwise nothing. Participants are this same program, so that they have the same catalogue.
std::optional<int> participant_main(int argc, char** argv);

/// For a process that will run cases: starts the janitor (a small process that removes this run's names from /dev/shm and
/// the directory of file regions as soon as this one is gone, however it died) and catches interrupts.
/// Call once, early, while single-threaded.
void start_runner();

}  // namespace shmlab::run
