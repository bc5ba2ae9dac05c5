#pragma once

#include <string>
#include <string_view>

#include "run/plan.hpp"

namespace shmlab::run {

/// A case in one word, for `shmlab replay`: the version of shmlab and the commit, strategy, scenario, parameters, lane, region,
/// perturbation and schedule, and a checksum. Fields are separated by '/'; what has no value is '-'.
std::string replay_token(const Plan& plan);

/// What a token says.
struct ReplayOrder {
  Plan plan;
  std::string commit;  ///< that the token was made by
};

/// Throws BadInput when the token is damaged, of another version, or names what this program does not have.
ReplayOrder read_replay_token(std::string_view token);

}  // namespace shmlab::run
