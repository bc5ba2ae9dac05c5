#include "scenarios/cold_start.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "scenarios/testing/fake_channel.hpp"
#include "scenarios/testing/fake_lock.hpp"
#include "scenarios/testing/fake_signal.hpp"
#include "scenarios/testing/fake_snapshot.hpp"
#include "scenarios/testing/rig.hpp"

namespace shmlab::scenarios::cold_start {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnChannel = Rig<ColdStart, Face::channel, FakeChannel>;
using OnSnapshot = Rig<ColdStart, Face::snapshot, FakeSnapshot>;
using OnSignal = Rig<ColdStart, Face::signal, FakeSignal>;
using OnLock = Rig<ColdStart, Face::exclusive, FakeLock>;
constexpr ColdStart::Params typical{};

template <class Rig>
void fit(Rig& rig) {
  if constexpr (requires { rig.states()[0].payload_bytes; }) { rig.states()[0].payload_bytes = typical.payload_bytes; }
}

template <class OnFake>
class ColdStartOn : public ::testing::Test {};
using AllFaces = ::testing::Types<OnChannel, OnSnapshot, OnSignal, OnLock>;
TYPED_TEST_SUITE(ColdStartOn, AllFaces);

TYPED_TEST(ColdStartOn, EachPartIsTimedOnce) {
  TypeParam rig(typical);
  fit(rig);
  rig.record_times();
  const Report report = rig.run();
  EXPECT_EQ(report.findings(), "");
  EXPECT_TRUE(report.judgement.is_ok());
  EXPECT_EQ(report.histograms[0][ColdStart::histogram_create].count(), 1U);
  EXPECT_EQ(report.histograms[1][ColdStart::histogram_create].count(), 0U) << "the founder creates";
  for (const auto& histograms : report.histograms) {
    EXPECT_EQ(histograms[ColdStart::histogram_attach].count(), 1U);
    EXPECT_EQ(histograms[ColdStart::histogram_first_operation].count(), 1U);
  }
}

TYPED_TEST(ColdStartOn, NobodyAttachesBeforeItIsThere) {
  std::atomic<bool> created{false};
  TypeParam rig(typical);
  fit(rig);
  TypeParam::on_create = [&] { created = true; };
  TypeParam::on_attach = [&](std::uint32_t index) {
    EXPECT_TRUE(created);
    if (index != 0) { EXPECT_EQ(rig.shared().founded.load(std::memory_order_relaxed), 1U); }  // relaxed: a flag alone
  };
  EXPECT_EQ(rig.run().findings(), "");
  TypeParam::on_create = nullptr;
  TypeParam::on_attach = nullptr;
}

TEST(ColdStart, ShowsAMessageThatIsNotWhole) {
  for (const auto fault : {FakeChannel::Fault::corrupt, FakeChannel::Fault::blank}) {
    OnChannel rig(typical);
    fit(rig);
    rig.states()[0].fault = fault;
    rig.states()[0].faulty = 1;
    EXPECT_NE(rig.run().findings().find("what the newcomer found"), std::string::npos);
  }
}

TEST(ColdStart, TheJudgeWantsBoth) {
  const ColdStart::Shared<HookedEnv> shared{};
  EXPECT_TRUE(ColdStart::judge<HookedEnv>({}, shared, finished({1, 1})).is_ok());
  EXPECT_EQ(ColdStart::judge<HookedEnv>({}, shared, finished({1, 0})).why, "jobs done by the newcomer is 0, expected 1");
}

}  // namespace
}  // namespace shmlab::scenarios::cold_start
