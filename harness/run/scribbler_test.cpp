#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <string>

#include "run/case_region.hpp"
#include "run/children.hpp"
#include "run/collect.hpp"
#include "run/lanes.hpp"
#include "run/literal.hpp"
#include "run/message_socket.hpp"
#include "run/strays.hpp"
#include "run/supervisor.hpp"
#include "run/testimony.hpp"
#include "run/testing/plans.hpp"
#include "shm/run_names.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::run {
namespace {

using testing::correct_pairs;
using testing::plan_for;

/// What somebody who runs wild leaves.
enum class Pattern : std::uint8_t { ones, zeros, noise };

void scribble(std::span<std::byte> memory, Pattern pattern) {
  if (pattern != Pattern::noise) {
    std::memset(memory.data(), pattern == Pattern::ones ? 0xff : 0, memory.size());
    return;
  }
  std::minstd_rand random(1);
  for (std::byte& byte : memory) { byte = static_cast<std::byte>(random() >> 8U); }
}

std::span<std::byte> writable_part(CaseRegion& region) {
  return {region.region().payload(), region.region().payload_bytes()};
}

class ScribblerTest : public ::testing::TestWithParam<Pattern> {};

void expect_a_judgement_of_nonsense(const Plan& plan) {
  SCOPED_TRACE(std::string(plan.scenario->name()) + "/" + std::string(plan.strategy->name()));
  CaseRegion region(plan);
  prepare_lane(plan.lane);
  Strays strays;
  Supervisor supervisor(plan, region, start_hosts(plan, region, {}), strays);
  supervisor.run();
  for (const Pattern pattern : {Pattern::ones, Pattern::zeros, Pattern::noise}) {
    scribble(writable_part(region), pattern);
    const Result result = collect(plan, region, supervisor);
    EXPECT_LE(result.verdict.why.size(), 10'000U);
  }
}

/// After the run, so that every judge gets to see it: none may crash, hang or throw.
TEST(ScribblersTraceTest, LeadsNobodyAstray) {
  for (const auto& [strategy, scenario] : correct_pairs()) {
    expect_a_judgement_of_nonsense(plan_for(strategy->name(), scenario->name(), 20));
  }
  // Names that were written over are left to the clean-up of the run, as a runner's end is.
  EXPECT_GT(shm::sweep(shm::run_id()), 0U);
}

TEST(ScribblersTraceTest, LeadsNoSearchAstray) {
  for (const auto& [strategy, scenario] : correct_pairs()) {
    if (strategy->name() != "futex_mutex" || !scenario->descriptor->repeatable || strategy->traced_cases.empty()) { continue; }
    Plan plan = plan_for(strategy->name(), scenario->name(), 20, Lane::scheduled);
    plan.search.schedules = 2;
    plan.search.trace = true;
    expect_a_judgement_of_nonsense(plan);
  }
}

/// A process that writes everywhere it can, all the time, beside those who take part.
TEST_P(ScribblerTest, BesideARunIsNeverAPassNorTheEndOfTheRunner) {
  Plan plan = plan_for("futex_mutex", "contended_counter", 1'000'000);
  plan.deadline = std::chrono::seconds(2);
  const Children own(getpid());
  CaseRegion region(plan);
  prepare_lane(plan.lane);
  const std::size_t before = own.list().size();
  {
    Strays strays;
    std::array<int, 2> begun{};
    ASSERT_EQ(pipe2(begun.data(), O_CLOEXEC), 0);
    const FileDescriptor reader(begun[0]);
    const FileDescriptor writer(begun[1]);
    const shm::testing::Child wild([&] {
      scribble(writable_part(region), GetParam());
      if (write(writer.get(), "!", 1) != 1) { return 1; }
      for (;;) { scribble(writable_part(region), GetParam()); }
    });
    char heard = 0;
    ASSERT_EQ(read(reader.get(), &heard, 1), 1);
    Supervisor supervisor(plan, region, start_hosts(plan, region, {}), strays);
    supervisor.run();
    const Result result = collect(plan, region, supervisor);
    EXPECT_FALSE(result.verdict.is_ok());
    EXPECT_FALSE(result.verdict.why.empty());
    EXPECT_EQ(std::string(region.order().strategy.data()), "futex_mutex") << "the orders are out of reach";
  }
  EXPECT_EQ(own.list().size(), before);
}

INSTANTIATE_TEST_SUITE_P(Patterns, ScribblerTest, ::testing::Values(Pattern::ones, Pattern::zeros, Pattern::noise));

TEST(TestimonyTest, NamesWhatARecordCannotHold) {
  const ScenarioDescriptor& scenario = *catalogue::scenario("contended_counter").descriptor;
  measure::Record record{};
  EXPECT_EQ(nonsense_in(record, scenario, 0), "");
  record.step.store(4711);
  EXPECT_NE(nonsense_in(record, scenario, 0).find("4711"), std::string::npos);
  EXPECT_EQ(step_of(record, scenario), "number 4711");
  record.step.store(0);
  record.events.store(5);
  EXPECT_NE(nonsense_in(record, scenario, 4).find("5 events"), std::string::npos);
  EXPECT_EQ(nonsense_in(record, scenario, 5), "");
  record.phase.store(17);
  EXPECT_NE(nonsense_in(record, scenario, 5).find("17"), std::string::npos);
  EXPECT_EQ(phase_of(record), measure::Phase::running);
}

TEST(TestimonyTest, NamesEventsThatCannotBe) {
  std::array<Event, 2> events{};
  for (Event& event : events) { event.participant = 1; }
  EXPECT_EQ(nonsense_in(events, 1), "");
  EXPECT_NE(nonsense_in(events, 0), "");
  std::memset(&events[1].succeeded, 0xff, 1);
  EXPECT_NE(nonsense_in(events, 1).find("event 1"), std::string::npos);
}

TEST(TestimonyTest, EndsATextWithItsRoom) {
  std::array<char, 4> room{'a', 'b', 'c', 'd'};
  EXPECT_EQ(text_in(room), "abcd");
  room[2] = '\0';
  EXPECT_EQ(text_in(room), "ab");
}

TEST(LiteralTest, IsInTheProgramAndNotWritable) {
  static const char constant[] = "constant";
  static char variable[] = "variable";
  const std::string local = "local";
  EXPECT_TRUE(is_literal("literal"));
  EXPECT_TRUE(is_literal(constant));
  EXPECT_FALSE(is_literal(variable));
  EXPECT_FALSE(is_literal(local.c_str()));
  EXPECT_FALSE(is_literal(nullptr));
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what a participant may have written
  EXPECT_FALSE(is_literal(reinterpret_cast<const char*>(~std::uintptr_t{0})));
}

}  // namespace
}  // namespace shmlab::run
