#include "measure/fairness.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace shmlab::measure {
namespace {

using Shares = std::vector<std::uint64_t>;

/// At least one participant that got something.
rc::Gen<Shares> some_shares() {
  return rc::gen::suchThat(
      rc::gen::nonEmpty(rc::gen::container<Shares>(rc::gen::inRange<std::uint64_t>(0, 1'000'000'000))),
      [](const Shares& shares) { return std::ranges::any_of(shares, [](auto share) { return share != 0; }); });
}

constexpr double rounding = 1e-9;

TEST(Fairness, KnownValues) {
  EXPECT_DOUBLE_EQ(jain_index(Shares{7, 7, 7, 7}), 1.0);
  EXPECT_DOUBLE_EQ(jain_index(Shares{9, 0, 0, 0}), 0.25);
  EXPECT_DOUBLE_EQ(jain_index(Shares{1, 3}), 0.8);
  EXPECT_DOUBLE_EQ(min_max_ratio(Shares{7, 7}), 1.0);
  EXPECT_DOUBLE_EQ(min_max_ratio(Shares{4, 1, 2}), 0.25);
  EXPECT_DOUBLE_EQ(min_max_ratio(Shares{5, 0}), 0.0);
}

TEST(Fairness, NothingIsSharedEvenly) {
  for (const Shares& shares : {Shares{}, Shares{0}, Shares{0, 0, 0}}) {
    EXPECT_EQ(jain_index(shares), 1.0);
    EXPECT_EQ(min_max_ratio(shares), 1.0);
  }
}

RC_GTEST_PROP(FairnessProperty, StaysInItsRange, ()) {
  const Shares shares = *some_shares();
  const double jain = jain_index(shares);
  RC_ASSERT(jain >= 1.0 / static_cast<double>(shares.size()) - rounding);
  RC_ASSERT(jain <= 1.0 + rounding);
  RC_ASSERT(min_max_ratio(shares) >= 0.0);
  RC_ASSERT(min_max_ratio(shares) <= 1.0);
}

RC_GTEST_PROP(FairnessProperty, DoesNotDependOnScaleOrOrder, ()) {
  const Shares shares = *some_shares();
  const auto factor = *rc::gen::inRange<std::uint64_t>(1, 1'000'000);
  Shares scaled(shares.rbegin(), shares.rend());
  for (std::uint64_t& share : scaled) { share *= factor; }
  RC_ASSERT(std::abs(jain_index(scaled) - jain_index(shares)) < rounding);
  RC_ASSERT(std::abs(min_max_ratio(scaled) - min_max_ratio(shares)) < rounding);
}

RC_GTEST_PROP(FairnessProperty, IsOneOnlyForEqualShares, ()) {
  const Shares shares = *some_shares();
  const bool equal = std::ranges::all_of(shares, [&](std::uint64_t share) { return share == shares.front(); });
  RC_ASSERT((min_max_ratio(shares) == 1.0) == equal);
}

RC_GTEST_PROP(FairnessProperty, TakingFromThePoorestIsUnfair, ()) {
  Shares shares = *some_shares();
  RC_PRE(shares.size() >= 2U);
  std::ranges::sort(shares);
  RC_PRE(shares.front() > 0U);
  const double before = jain_index(shares);
  const auto taken = *rc::gen::inRange<std::uint64_t>(1, shares.front() + 1);
  shares.front() -= taken;
  shares.back() += taken;
  RC_ASSERT(jain_index(shares) <= before + rounding);
  RC_ASSERT(min_max_ratio(shares) < 1.0);
}

}  // namespace
}  // namespace shmlab::measure
