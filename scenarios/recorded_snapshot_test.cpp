#include "scenarios/recorded_snapshot.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::recorded_snapshot {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnSnapshot = Rig<RecordedSnapshot, Face::snapshot, FakeSnapshot>;

TEST(RecordedSnapshot, IsLinearizableWhenCorrect) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t operations : {1U, 2U, 3U, 200U}) {
      for (const std::uint64_t program : {0ULL, 1ULL, ~0ULL}) {
        OnSnapshot rig({.participants = participants, .operations = operations, .payload_bytes = 32, .program = program});
        const Report report = rig.run();
        EXPECT_EQ(report.findings(), "");
        EXPECT_TRUE(report.judgement.is_ok());
        EXPECT_TRUE(report.history_judgement.is_ok()) << report.history_judgement.why;
        EXPECT_EQ(report.history.size(), participants * operations);
      }
    }
  }
}

/// First the writer alone, then the reader alone, with that fault.
struct OneAfterTheOther {
  explicit OneAfterTheOther(FakeSnapshot::Fault fault) {
    OnSnapshot rig(values);
    rig.states()[0].fault = fault;
    history = rig.run({0}).history;
    const Report reading = rig.run({1});
    history.insert(history.end(), reading.history.begin(), reading.history.end());
    why = reading.violations[0];
  }
  [[nodiscard]] Verdict verdict() const { return RecordedSnapshot::judge_history(values, Face::snapshot, history); }

  RecordedSnapshot::Params values{.participants = 2, .operations = 40, .payload_bytes = 64, .program = 1};
  std::vector<Event> history;
  std::string why;  ///< of the reader
};

TEST(RecordedSnapshot, IsContentWithReadsAfterAllPublishes) {
  EXPECT_TRUE(OneAfterTheOther(FakeSnapshot::Fault::none).verdict().is_ok());
}
TEST(RecordedSnapshot, CatchesAValueFromBefore) {
  EXPECT_EQ(OneAfterTheOther(FakeSnapshot::Fault::old).verdict().judgement, Judgement::violated);
}
TEST(RecordedSnapshot, CatchesAValueThatStays) {
  EXPECT_EQ(OneAfterTheOther(FakeSnapshot::Fault::frozen).verdict().judgement, Judgement::violated);
}
TEST(RecordedSnapshot, CatchesATornValue) {
  EXPECT_NE(OneAfterTheOther(FakeSnapshot::Fault::torn).why.find("the value read is not whole"), std::string::npos);
}

}  // namespace
}  // namespace shmlab::scenarios::recorded_snapshot
