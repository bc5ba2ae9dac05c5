#include "measure/recording_cost.hpp"

#include <gtest/gtest.h>

namespace shmlab::measure {
namespace {

TEST(RecordingCost, ItsPartsBelongTogether) {
  const RecordingCost cost = measure_recording_cost();
  EXPECT_GT(cost.clock_pair_ns, 0.0);
  EXPECT_GT(cost.recorded_sample_ns, 0.0);
  EXPECT_LT(cost.throughput_ns, cost.clock_pair_ns);     // a loop that does not time reads no clock
  EXPECT_LT(cost.overhead_ns, cost.recorded_sample_ns);  // in every batch, since its clock readings cost something
}

}  // namespace
}  // namespace shmlab::measure
