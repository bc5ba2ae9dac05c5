#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace shmlab::gate {

/// What one program took in one run of one case; see run::Observation.
struct Observed {
  double ns_per_operation = 0;
  double mean_ns_per_operation = 0;
  double p99_ns = 0;  ///< 0: not asked for, or the case has none
  std::string error;  ///< not empty: there are no figures
};

/// What a program is asked for.
struct Request {
  std::string name;  ///< of a case
  bool with_latency = false;
  std::string memory{};  ///< where its region is made (shm/lent_memory.hpp); empty: in its own
};

/// One of the two that are compared.
class Contestant {
 public:
  virtual ~Contestant() = default;
  /// Names of the cases that it has, each once.
  [[nodiscard]] virtual const std::vector<std::string>& cases() const = 0;
  /// Those of them whose pace is another with each pair of processes, so that a small change cannot be told.
  /// Nothing: the program does not know of such.
  [[nodiscard]] virtual const std::optional<std::vector<std::string>>& unsteady() const = 0;
  /// What that case's region takes. 0: it cannot be made in lent memory, or the program does not know of such.
  [[nodiscard]] virtual std::size_t region_bytes(const std::string& name) const = 0;
  virtual Observed observe(const Request& request) = 0;
};

}  // namespace shmlab::gate
