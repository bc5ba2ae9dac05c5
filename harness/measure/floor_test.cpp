#include "measure/floor.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <thread>
#include <tuple>
#include <vector>

#include "measure/allowed_cpus.hpp"
#include "measure/clock.hpp"

namespace shmlab::measure {
namespace {

/// A line and a stop flag as a region holds them: fresh shared memory, nothing constructed.
struct Shared {
  FloorLine line;
  alignas(line_pair_bytes) std::atomic<std::uint32_t> stop;
};

class FloorRoundTrip : public testing::Test {
 protected:
  void SetUp() override {
    void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ASSERT_NE(memory, MAP_FAILED);
    shared_ = static_cast<Shared*>(memory);
  }
  void TearDown() override { munmap(shared_, sizeof(Shared)); }

  [[nodiscard]] double probe(FloorSide side, std::uint32_t rounds = floor_rounds) const {
    return floor_round_trip(shared_->line, side, rounds, shared_->stop);
  }
  [[nodiscard]] bool abandoned() const { return shared_->line.moves.load() == FloorLine::abandoned; }

  /// Both sides in threads on the given CPUs, as often as a busy machine needs to finish one probe (at most 30 s).
  struct Pair {
    double first;
    double second;
  };
  [[nodiscard]] Pair probe_on(int first_cpu, int second_cpu, std::uint32_t rounds) const {
    Pair result{.first = NAN, .second = NAN};
    const std::uint64_t watchdog_ns = Clock::monotonic_ns() + 30'000'000'000U;
    do {
      shared_->line.reset();
      std::thread other([&] {
        pin_this_thread(second_cpu);
        result.second = probe(FloorSide::second, rounds);
      });
      std::thread one([&] {
        pin_this_thread(first_cpu);
        result.first = probe(FloorSide::first, rounds);
      });
      one.join();
      other.join();
    } while ((std::isnan(result.first) || std::isnan(result.second)) && Clock::monotonic_ns() < watchdog_ns);
    return result;
  }

  Shared* shared_ = nullptr;
};

TEST_F(FloorRoundTrip, GivesBothSidesANumber) {
  const std::vector<int> cpus = choose_cpus(2);
  const Pair result = probe_on(cpus[0], cpus[1], floor_rounds);
  EXPECT_GT(result.first, 0.0);
  EXPECT_GT(result.second, 0.0);
}

TEST_F(FloorRoundTrip, EndsWhenBothShareACpu) {
  const int cpu = allowed_cpus().front();
  const Pair result = probe_on(cpu, cpu, 200);
  EXPECT_GT(result.first, 0.0);
  EXPECT_GT(result.second, 0.0);
}

TEST_F(FloorRoundTrip, MakesEveryMoveOnceAndLeavesTheLineReady) {
  const std::vector<int> cpus = choose_cpus(2);
  for (const std::uint32_t rounds : {1U, 2U, 31U, 32U, 100U}) {
    ASSERT_GT(probe_on(cpus[0], cpus[1], rounds).first, 0.0) << rounds;
    const std::uint32_t timed = rounds / std::min(rounds, 32U) * std::min(rounds, 32U);
    EXPECT_EQ(shared_->line.moves.load(), 2U * (timed + 1)) << rounds;
  }
}

TEST_F(FloorRoundTrip, TakesALineUpWhereTheLastProbeLeftIt) {
  shared_->line.moves.store(1'000'000);
  std::thread other([&] { std::ignore = probe(FloorSide::second, 1); });
  const double first = probe(FloorSide::first, 1);
  other.join();
  if (!std::isnan(first)) {
    EXPECT_EQ(shared_->line.moves.load(), 1'000'004U);
  } else {
    EXPECT_TRUE(abandoned());
  }
}

/// In a child process; the test ends it with the child's exit status.
pid_t in_child(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) { _exit(body()); }
  return child;
}

int exit_status(pid_t child) {
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(FloorRoundTrip, WorksBetweenProcesses) {
  constexpr int measured = 0;
  constexpr int gave_up = 1;
  const std::uint64_t watchdog_ns = Clock::monotonic_ns() + 30'000'000'000U;
  double mine = NAN;
  int other = gave_up;
  while ((std::isnan(mine) || other != measured) && Clock::monotonic_ns() < watchdog_ns) {
    shared_->line.reset();
    const pid_t child = in_child([&] { return std::isnan(probe(FloorSide::second)) ? gave_up : measured; });
    ASSERT_GT(child, 0);
    mine = probe(FloorSide::first);
    other = exit_status(child);
  }
  EXPECT_GT(mine, 0.0);
  EXPECT_EQ(other, measured);
}

TEST_F(FloorRoundTrip, GivesUpWhenThePartnerNeverComes) {
  for (const FloorSide side : {FloorSide::first, FloorSide::second}) {
    shared_->line.reset();
    EXPECT_TRUE(std::isnan(probe(side)));
    EXPECT_TRUE(abandoned());
  }
}

TEST_F(FloorRoundTrip, GivesUpWhenThePartnerGoesAway) {
  const pid_t child = in_child([&] {
    std::ignore = probe(FloorSide::second, 100);  // and no more
    return 0;
  });
  ASSERT_GT(child, 0);
  EXPECT_TRUE(std::isnan(probe(FloorSide::first, 1U << 30U)));
  EXPECT_TRUE(abandoned());
  EXPECT_EQ(exit_status(child), 0);
}

TEST_F(FloorRoundTrip, GivesUpOnceToldToStop) {
  shared_->stop.store(1);
  for (const FloorSide side : {FloorSide::first, FloorSide::second}) {
    shared_->line.reset();
    EXPECT_TRUE(std::isnan(probe(side)));
    EXPECT_TRUE(abandoned());
  }
}

TEST_F(FloorRoundTrip, AnEndlessProbeHasALimit) {
  std::thread other([&] { EXPECT_TRUE(std::isnan(probe(FloorSide::second, 4'000'000'000U))); });
  EXPECT_TRUE(std::isnan(probe(FloorSide::first, 4'000'000'000U)));
  other.join();
  EXPECT_TRUE(abandoned());
}

TEST_F(FloorRoundTrip, AnAbandonedLineStaysSoUntilReset) {
  shared_->line.moves.store(FloorLine::abandoned);
  EXPECT_TRUE(std::isnan(probe(FloorSide::first)));
  EXPECT_TRUE(std::isnan(probe(FloorSide::second)));
  EXPECT_TRUE(abandoned());
  shared_->line.reset();
  EXPECT_FALSE(abandoned());
}

TEST(Floors, ThisThreadCanMeasureAllButTheRoundTrip) {
  const Floors floors = floors_of_this_thread();
  EXPECT_GT(floors.clock_ns, 0.0);
  EXPECT_GT(floors.syscall_ns, 0.0);
  EXPECT_GT(floors.uncontended_atomic_ns, 0.0);
  EXPECT_TRUE(std::isnan(floors.round_trip_ns));
}

}  // namespace
}  // namespace shmlab::measure
