#include "measure/regime.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace shmlab::measure {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

TEST(Regime, NearUpToOneAndAHalfTimesTheMedian) {
  EXPECT_EQ(regime_of({.before_ns = 40, .after_ns = 60}, 40), Regime::near);
  EXPECT_EQ(regime_of({.before_ns = 20, .after_ns = 40}, 40), Regime::near);
}

TEST(Regime, OneFarProbeIsEnough) {
  EXPECT_EQ(regime_of({.before_ns = 60.1, .after_ns = 40}, 40), Regime::far);
  EXPECT_EQ(regime_of({.before_ns = 40, .after_ns = 440}, 40), Regime::far);
  EXPECT_EQ(regime_of({.before_ns = missing, .after_ns = 440}, 40), Regime::far);
}

TEST(Regime, AMissingProbeIsUnknown) {
  EXPECT_EQ(regime_of({.before_ns = missing, .after_ns = 40}, 40), Regime::unknown);
  EXPECT_EQ(regime_of({.before_ns = 40, .after_ns = missing}, 40), Regime::unknown);
  EXPECT_EQ(regime_of({.before_ns = 40, .after_ns = 40}, missing), Regime::unknown);
  EXPECT_EQ(regime_of({.before_ns = 40, .after_ns = 40}, 0), Regime::unknown);
}

TEST(Regime, LabelsARunAgainstItsOwnMedian) {
  const std::vector<FloorProbes> run{{.before_ns = 40, .after_ns = 41},
                                     {.before_ns = 440, .after_ns = 450},
                                     {.before_ns = 39, .after_ns = missing},
                                     {.before_ns = 42, .after_ns = 40}};
  EXPECT_EQ(median_floor_ns(run), 41.0);
  EXPECT_EQ(regimes_of(run), (std::vector{Regime::near, Regime::far, Regime::unknown, Regime::near}));
}

TEST(Regime, WithoutProbesNothingIsKnown) {
  const std::vector<FloorProbes> run{{.before_ns = missing, .after_ns = missing}};
  EXPECT_EQ(regimes_of(run), std::vector{Regime::unknown});
  EXPECT_TRUE(regimes_of({}).empty());
}

TEST(Regime, HasNames) {
  EXPECT_EQ(name_of(Regime::near), "near");
  EXPECT_EQ(name_of(Regime::far), "far");
  EXPECT_EQ(name_of(Regime::unknown), "unknown");
}

}  // namespace
}  // namespace shmlab::measure
