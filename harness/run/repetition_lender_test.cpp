#include "run/repetition_lender.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "run/case_region.hpp"
#include "run/testing/file_status.hpp"
#include "run/testing/plans.hpp"
#include "shm/region_kind.hpp"

namespace shmlab::run {
namespace {

using testing::status_of;

Plan endless(std::string_view strategy, std::string_view scenario) {
  Plan plan = testing::plan_for(strategy, scenario, 1);
  plan.values[plan.scenario->param_index("operations")] = 0;
  return plan;
}

class RepetitionLenderTest : public ::testing::Test {
 protected:
  const Plan small_ = endless("futex_mutex", "uncontended");
  const Plan larger_ = endless("spsc_ring", "stream");
};

TEST_F(RepetitionLenderTest, CasesOfOneRepetitionHaveTheSameMemoryAndThoseOfAnotherOther) {
  RepetitionLender lender({&small_, &larger_});
  std::set<ino_t> seen;
  for (std::uint32_t repetition = 0; repetition < 10; ++repetition) {
    const struct stat status = status_of(lender.memory(repetition, small_));
    EXPECT_EQ(status_of(lender.memory(repetition, larger_)).st_ino, status.st_ino);
    EXPECT_GE(static_cast<std::size_t>(status.st_size), lendable_bytes(larger_));
    seen.insert(status.st_ino);
  }
  EXPECT_EQ(seen.size(), 10U);
}

TEST_F(RepetitionLenderTest, HasNoMoreThanSoMany) {
  RepetitionLender lender({&small_});
  const std::string first = lender.memory(0, small_);
  EXPECT_EQ(lender.memory(RepetitionLender::most_memories, small_), first);
  EXPECT_NE(lender.memory(RepetitionLender::most_memories - 1, small_), first);
}

TEST_F(RepetitionLenderTest, LeavesToItsOwnWhatIsNoMemfdOrTooLargeOrDoneOnce) {
  Plan elsewhere = small_;
  elsewhere.region = shm::RegionKind::posix_shm;
  Plan huge = larger_;
  huge.values[huge.scenario->param_index("capacity")] = 65536;
  huge.values[huge.scenario->param_index("payload_bytes")] = 64;
  ASSERT_GT(lendable_bytes(huge), RepetitionLender::most_bytes);
  const Plan once = testing::plan_for("futex_mutex", "cold_start", 1);
  RepetitionLender lender({&elsewhere, &huge, &once, &small_});
  EXPECT_EQ(lender.memory(0, once), "");
  EXPECT_EQ(lender.memory(0, elsewhere), "");
  EXPECT_EQ(lender.memory(0, huge), "");
  EXPECT_LE(static_cast<std::size_t>(status_of(lender.memory(0, small_)).st_size), RepetitionLender::most_bytes);
}

}  // namespace
}  // namespace shmlab::run
