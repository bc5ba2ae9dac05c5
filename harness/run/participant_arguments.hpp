#pragma once

#include <string_view>

namespace shmlab::run {

/// The command line between the runner and an exec'd participant:
/// PROGRAM __participant REGION_FD ORDER_FD INDEX|threads RUN_ID RUNNER_PID
inline constexpr std::string_view participant_word = "__participant";
inline constexpr std::string_view all_as_threads = "threads";
inline constexpr int participant_region_fd = 3;
inline constexpr int participant_order_fd = 4;
/// And from here on those that the objects of the case carry, as many as the orders say.
inline constexpr int participant_first_carried_fd = 5;
inline constexpr int participant_argument_count = 7;

}  // namespace shmlab::run
