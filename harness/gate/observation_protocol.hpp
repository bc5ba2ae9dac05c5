#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gate/contestant.hpp"

/// What `shmlab compare` and `shmlab observe` say to each other: lines of JSON. The observer begins, with a greeting; then an answer follows each
/// request, until the requests end. Versions of shmlab that are compared may differ: what they do not know of each other they leave alone.
namespace shmlab::gate {

struct Greeting {
  std::string version;                                 ///< of the program, with its commit
  std::string machine;                                 ///< measure::Fingerprint::id
  std::vector<std::string> cases;                      ///< that may be asked for
  std::optional<std::vector<std::string>> unsteady{};  ///< see Contestant
  std::map<std::string, std::size_t> region_bytes{};   ///< of those cases that take memory from others; see Contestant
};

std::string to_line(const Greeting& greeting);
std::string to_line(const Request& request);
std::string to_line(const Observed& observed);

/// Throw BadInput, saying what was expected, for a line that is none, or lacks something.
Greeting greeting_from(std::string_view line);
Request request_from(std::string_view line);
Observed observed_from(std::string_view line);

}  // namespace shmlab::gate
