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

}  // namespace
}  // namespace shmlab
