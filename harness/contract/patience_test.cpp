#include "contract/patience.hpp"

#include <gtest/gtest.h>

#include "contract/testing/local_env.hpp"

namespace shmlab {
namespace {

using testing::LocalEnv;

TEST(Patience, PausesUpToTheLimitThenYields) {
  LocalEnv::reset();
  Patience<LocalEnv> patience;
  for (std::uint32_t i = 0; i < LocalEnv::spin_limit; ++i) {
    EXPECT_FALSE(patience.exhausted());
    patience.poll();
  }
  EXPECT_TRUE(patience.exhausted());
  EXPECT_EQ(LocalEnv::yields, 0);
  patience.poll();
  patience.poll();
  EXPECT_EQ(LocalEnv::pauses, LocalEnv::spin_limit);
  EXPECT_EQ(LocalEnv::yields, 2);
}

struct ImpatientEnv : LocalEnv {
  static constexpr std::uint32_t spin_limit = 0;
};

TEST(Patience, YieldsAtOnceWithoutALimit) {
  LocalEnv::reset();
  Patience<ImpatientEnv> patience;
  EXPECT_TRUE(patience.exhausted());
  patience.poll();
  EXPECT_EQ(LocalEnv::pauses, 0);
  EXPECT_EQ(LocalEnv::yields, 1);
}

/// Another policy for the time of a test.
class Policy {
 public:
  explicit Policy(PollPolicy policy) { poll_policy = policy; }
  ~Policy() { poll_policy = {}; }
  Policy(const Policy&) = delete;
  Policy& operator=(const Policy&) = delete;
};

struct PatientEnv : LocalEnv {
  static constexpr std::uint32_t spin_limit = 64;
};

/// Looks until the wait is exhausted.
int looks_of(PollPolicy policy) {
  const Policy other(policy);
  LocalEnv::reset();
  int looks = 0;
  for (Patience<PatientEnv> patience; !patience.exhausted(); patience.poll()) { ++looks; }
  return looks;
}

TEST(Patience, PollsAsThePolicySays) {
  for (const auto& [name, policy] : poll_policies) {
    EXPECT_EQ(looks_of(policy), policy.looks_in_64_pauses) << name;
    const bool pauses = policy.pastime == PollPolicy::Pastime::pause;
    const bool yields = policy.pastime == PollPolicy::Pastime::yield;
    EXPECT_EQ(LocalEnv::pauses, pauses ? 64 : 0) << name << ": as many in all, however many between two looks";
    EXPECT_EQ(LocalEnv::yields, yields ? policy.looks_in_64_pauses : 0U) << name;
    EXPECT_EQ(name_of(policy), name);
  }
}

TEST(Patience, WhereTheCpuIsGivenAwayAtOnceNoPolicyChangesThat) {
  for (const auto& [name, policy] : poll_policies) {
    const Policy other(policy);
    EXPECT_TRUE(Patience<ImpatientEnv>().exhausted()) << name;
  }
}

}  // namespace
}  // namespace shmlab
