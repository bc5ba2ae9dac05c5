#include "fault/actor.hpp"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <system_error>

#include "env/traced_env.hpp"
#include "measure/clock.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::fault {
namespace {

using shm::testing::Child;
using shm::testing::eventually;
using Env = env::TracedEnv;

/// A stage for one actor, a child, whose director is the test.
class ActorTest : public ::testing::Test {
 public:
  ActorTest(const ActorTest&) = delete;
  ActorTest& operator=(const ActorTest&) = delete;

 protected:
  struct Shared {
    ActorSeat seat;
    measure::Record record;
    Env::Atomic<std::uint32_t> word;
  };

  ActorTest() : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(memory, MAP_FAILED);
    shared_ = new (memory) Shared{};
  }
  ~ActorTest() override {
    close(bell_);
    munmap(shared_, sizeof(Shared));
  }

  template <class Body>
  Child act(Body body) {
    return Child([this, body] {
      Actor actor(shared_->seat, shared_->record, 0, bell_);
      actor.await_cue();
      const env::Traced traced(actor);
      body(*shared_);
      actor.leave();
      return 0;
    });
  }
  [[nodiscard]] ActorState state() const { return state_of(shared_->seat); }
  [[nodiscard]] bool comes_to(ActorState wanted) const {
    return eventually([&] { return state() == wanted; });
  }
  [[nodiscard]] std::uint32_t value() const { return shared_->word.load(std::memory_order_seq_cst); }
  [[nodiscard]] bool has_rung() const {
    std::uint64_t rings = 0;
    return read(bell_, &rings, sizeof rings) == static_cast<ssize_t>(sizeof rings);
  }

  Shared* shared_ = nullptr;
  int bell_;
};

void count_to_five(auto& shared) {
  for (int i = 0; i < 5; ++i) { shared.word.fetch_add(1, std::memory_order_relaxed); }
}

TEST_F(ActorTest, StopsBeforeAnAccessAndGoesOn) {
  Child child = act([](Shared& shared) { count_to_five(shared); });
  EXPECT_EQ(state(), ActorState::waiting) << "nothing without a cue";
  give_cue(shared_->seat, {.access = 3});
  ASSERT_TRUE(comes_to(ActorState::waiting));
  EXPECT_EQ(value(), 2U);
  EXPECT_EQ(shared_->seat.accesses, 3U);
  EXPECT_EQ(shared_->seat.operation, env::Operation::fetch_add);
  EXPECT_TRUE(has_rung());
  give_cue(shared_->seat, {});
  ASSERT_TRUE(comes_to(ActorState::left));
  EXPECT_EQ(value(), 5U);
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(ActorTest, DiesBeforeAnAccess) {
  for (std::uint64_t point = 1; point <= 5; ++point) {
    new (shared_) Shared{};
    Child child = act([](Shared& shared) { count_to_five(shared); });
    give_cue(shared_->seat, {.mishap_at = point});
    EXPECT_EQ(child.wait(), Child::killed);
    EXPECT_EQ(value(), point - 1);
  }
}

TEST_F(ActorTest, IsStoppedOnceAndGoesOn) {
  Child child = act([](Shared& shared) { count_to_five(shared); });
  give_cue(shared_->seat, {.mishap_at = 3, .mishap = Mishap::stops});
  siginfo_t info{};
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child.pid()), &info, WSTOPPED | WEXITED | WNOWAIT), 0);
  EXPECT_EQ(info.si_code, CLD_STOPPED);
  EXPECT_EQ(value(), 2U);
  EXPECT_TRUE(shared_->seat.suffered);
  child.signal(SIGCONT);
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(value(), 5U);
}

TEST_F(ActorTest, HasAChildThatEndsAndGoesOn) {
  Child child = act([](Shared& shared) { count_to_five(shared); });
  give_cue(shared_->seat, {.mishap_at = 3, .mishap = Mishap::forks});
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(value(), 5U) << "the child has counted nothing";
}

TEST_F(ActorTest, DiesAndLeavesAChildThatDoesNothing) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  Child child = act([](Shared& shared) { count_to_five(shared); });
  give_cue(shared_->seat, {.mishap_at = 3, .mishap = Mishap::forks_and_dies});
  EXPECT_EQ(child.wait(), Child::killed);
  pid_t left = 0;
  std::ifstream(fmt::format("/proc/self/task/{}/children", getpid())) >> left;
  ASSERT_GT(left, 0) << "it is ours now";
  EXPECT_EQ(value(), 2U);
  kill(left, SIGKILL);
  EXPECT_EQ(waitpid(left, nullptr, 0), left);
  prctl(PR_SET_CHILD_SUBREAPER, 0);
}

TEST_F(ActorTest, BecomesAnotherProgram) {
  Child child = act([](Shared& shared) { count_to_five(shared); });
  give_cue(shared_->seat, {.mishap_at = 3, .mishap = Mishap::becomes_other_program});
  const auto program = [&] {
    std::error_code error;
    return std::filesystem::read_symlink(fmt::format("/proc/{}/exe", child.pid()), error);
  };
  EXPECT_TRUE(eventually([&] { return program().string().ends_with("sleep"); })) << program();
  EXPECT_EQ(value(), 2U);
  EXPECT_TRUE(child.is_running());
}

TEST_F(ActorTest, SaysWhenItMadeProgress) {
  Child child = act([](Shared& shared) {
    for (int i = 0; i < 3; ++i) {
      shared.word.fetch_add(1, std::memory_order_relaxed);
      ++shared.record.counters[0];
    }
  });
  const std::uint64_t before = measure::Clock::now();
  give_cue(shared_->seat, {});
  EXPECT_EQ(child.wait(), 0);
  std::uint64_t last = before;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t at = shared_->seat.reached[static_cast<std::size_t>(i)].load(std::memory_order_relaxed);
    EXPECT_GE(at, last) << i;
    last = at;
  }
  EXPECT_LE(last, measure::Clock::now());
  EXPECT_EQ(shared_->seat.reached[3].load(std::memory_order_relaxed), 0U);
}

TEST_F(ActorTest, StopsWhenItHasPolledLongEnough) {
  Child child = act([](Shared& shared) {
    while (shared.word.load(std::memory_order_relaxed) == 0) { Env::yield(); }
  });
  for (int cues = 0; cues < 3; ++cues) {
    give_cue(shared_->seat, {.polls = 4});
    ASSERT_TRUE(comes_to(ActorState::waiting));
    EXPECT_EQ(shared_->seat.polls, 4U);
  }
  shared_->word.store(1, std::memory_order_relaxed);
  give_cue(shared_->seat, {.polls = 4});
  EXPECT_TRUE(comes_to(ActorState::left));
}

TEST_F(ActorTest, StopsInAStepAndAtACount) {
  Child child = act([](Shared& shared) {
    shared.word.fetch_add(1, std::memory_order_relaxed);
    shared.record.step.store(7, std::memory_order_relaxed);
    shared.word.fetch_add(1, std::memory_order_relaxed);
    shared.record.counters[0] = 2;
    shared.word.fetch_add(1, std::memory_order_relaxed);
  });
  give_cue(shared_->seat, {.step = 7});
  ASSERT_TRUE(comes_to(ActorState::waiting));
  EXPECT_EQ(value(), 1U);
  give_cue(shared_->seat, {.progress = 2});
  ASSERT_TRUE(comes_to(ActorState::waiting));
  EXPECT_EQ(value(), 2U);
}

TEST_F(ActorTest, WhoWasFoundAsleepWaitsForACueWhenItIsWoken) {
  Child child = act([](Shared& shared) {
    Env::futex_wait(shared.word, 0);
    shared.word.fetch_add(10, std::memory_order_relaxed);
  });
  give_cue(shared_->seat, {});
  ASSERT_TRUE(comes_to(ActorState::calling));
  ASSERT_TRUE(eventually([&] { return child.is_asleep(); }));
  ASSERT_TRUE(note_asleep(shared_->seat));
  shared_->word.store(1, std::memory_order_seq_cst);
  Env::futex_wake(shared_->word, 1);
  ASSERT_TRUE(comes_to(ActorState::waiting));
  EXPECT_EQ(value(), 1U) << "it has not gone on";
  EXPECT_FALSE(note_asleep(shared_->seat)) << "it has come back";
  give_cue(shared_->seat, {});
  ASSERT_TRUE(comes_to(ActorState::left));
  EXPECT_EQ(value(), 11U);
}

TEST_F(ActorTest, PausesAfterWhatMayWakeAnother) {
  Child child = act([](Shared& shared) {
    Env::futex_wake(shared.word, 1);
    shared.word.fetch_add(1, std::memory_order_relaxed);
    shared.word.fetch_add(1, std::memory_order_relaxed);
  });
  give_cue(shared_->seat, {.access = 3, .pauses = true});
  ASSERT_TRUE(comes_to(ActorState::waiting));
  EXPECT_TRUE(shared_->seat.paused);
  EXPECT_EQ(value(), 0U);
  resume(shared_->seat, true);
  ASSERT_TRUE(comes_to(ActorState::waiting));
  EXPECT_FALSE(shared_->seat.paused) << "its cue still holds";
  EXPECT_EQ(value(), 1U);
}

}  // namespace
}  // namespace shmlab::fault
