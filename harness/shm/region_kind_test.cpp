#include "shm/region_kind.hpp"

#include <gtest/gtest.h>

#include "shm/testing/refusal.hpp"

namespace shmlab::shm {
namespace {

TEST(RegionKind, comes_back_from_its_name) {
  for (const RegionKind kind : all_region_kinds) { EXPECT_EQ(region_kind_from(to_string(kind)), kind); }
}

TEST(RegionKind, refuses_another_name_and_suggests_the_nearest) {
  EXPECT_EQ(testing::refusal_of([] { region_kind_from("memdf"); }),
            "unknown region kind 'memdf': expected memfd, posix_shm, file, anonymous; nearest is 'memfd'");
}

}  // namespace
}  // namespace shmlab::shm
