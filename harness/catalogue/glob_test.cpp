#include "catalogue/glob.hpp"

#include <gtest/gtest.h>

namespace shmlab::catalogue {
namespace {

TEST(Glob, StandsForWholeNames) {
  EXPECT_TRUE(matches_glob("futex_mutex", "futex_mutex"));
  EXPECT_TRUE(matches_glob("futex*", "futex_mutex"));
  EXPECT_TRUE(matches_glob("?utex_*", "futex_mutex"));
  EXPECT_TRUE(matches_glob("locked_snapshot<*>", "locked_snapshot<futex_mutex>"));
  EXPECT_FALSE(matches_glob("futex", "futex_mutex"));
  EXPECT_FALSE(matches_glob("mutex*", "futex_mutex"));
  EXPECT_FALSE(matches_glob("", "futex_mutex"));
}

TEST(Glob, ANameEqualsItselfWhateverItsCharacters) {
  EXPECT_TRUE(matches_glob("a[b", "a[b"));
}

TEST(Glob, KnowsWildcards) {
  EXPECT_TRUE(has_wildcard("futex*"));
  EXPECT_TRUE(has_wildcard("?utex"));
  EXPECT_TRUE(has_wildcard("[fg]utex"));
  EXPECT_FALSE(has_wildcard("locked_snapshot<futex_mutex>"));
}

}  // namespace
}  // namespace shmlab::catalogue
