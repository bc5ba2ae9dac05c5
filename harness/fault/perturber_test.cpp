#include "fault/perturber.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "measure/allowed_cpus.hpp"

namespace shmlab::fault {
namespace {

constexpr int many_accesses = 20'000;

void access_often(Perturber& perturber) {
  for (int i = 0; i < many_accesses; ++i) { perturber.before({}); }
}

TEST(Perturber, MovesBetweenTheCpusThatItIsGiven) {
  const measure::KeptAffinity affinity;
  const std::vector<int> cpus = measure::allowed_cpus();
  if (cpus.size() < 2) { GTEST_SKIP() << "one CPU: nowhere to move"; }
  Perturber perturber(1, 0, cpus);
  access_often(perturber);
  EXPECT_EQ(measure::allowed_cpus().size(), 1U);
}

TEST(Perturber, StaysWhereThereIsNoChoice) {
  const std::vector<int> cpus = measure::allowed_cpus();
  Perturber perturber(1, 0, {cpus.front()});
  access_often(perturber);
  EXPECT_EQ(measure::allowed_cpus(), cpus);
}

TEST(KeptAffinity, GivesTheCpusBack) {
  const std::vector<int> cpus = measure::allowed_cpus();
  {
    const measure::KeptAffinity affinity;
    measure::pin_this_thread(cpus.back());
    EXPECT_EQ(measure::allowed_cpus(), std::vector{cpus.back()});
  }
  EXPECT_EQ(measure::allowed_cpus(), cpus);
}

}  // namespace
}  // namespace shmlab::fault
