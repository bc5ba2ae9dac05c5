#pragma once

#include <cstdint>
#include <vector>

#include "env/tracer.hpp"

namespace shmlab::fault {

/// Drives one participant of a free run off the beaten path: before some of its accesses it dawdles, gives the CPU away or moves to
/// another CPU. Where is drawn from the seed and the participant's index, so the same accesses are hit again; what the others do
/// meanwhile is up to the machine.
class Perturber final : public env::Tracer {
 public:
  /// `cpus` are those that it may move to; fewer than two: it stays.
  Perturber(std::uint64_t seed, std::uint32_t participant, std::vector<int> cpus);

  void before(const env::Access& access) override;

 private:
  void dawdle();
  void migrate();

  std::uint64_t random_;
  std::vector<int> cpus_;
};

}  // namespace shmlab::fault
