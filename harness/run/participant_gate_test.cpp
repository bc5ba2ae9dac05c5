#include "run/participant_gate.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <fstream>
#include <memory>
#include <new>
#include <string>

#include "shm/testing/child.hpp"

namespace shmlab::run {
namespace {

using shm::testing::Child;

/// What participant 0, this process, and participant 1, a child, share.
struct Shared {
  CaseOrder order;
  MeetingPoint meeting_point;
  std::array<measure::Record, 2> records;
};

class SuspendTest : public ::testing::Test {
 public:
  SuspendTest(const SuspendTest&) = delete;
  SuspendTest& operator=(const SuspendTest&) = delete;

 protected:
  SuspendTest() {
    void* const memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(memory, MAP_FAILED);
    shared_ = new (memory) Shared{};
    shared_->order.participants = 2;
    gate_ = std::make_unique<ParticipantGate>(shared_->order, shared_->meeting_point, shared_->records[0], 0);
  }
  ~SuspendTest() override {
    gate_.reset();
    munmap(shared_, sizeof(Shared));
  }

  [[nodiscard]] measure::Record& other() const { return shared_->records[1]; }
  void say_running(pid_t pid) const {
    other().pid.store(static_cast<std::uint32_t>(pid), std::memory_order_relaxed);
    set_phase(measure::Phase::running);
  }
  void set_phase(measure::Phase phase) const {
    other().phase.store(static_cast<std::uint32_t>(phase), std::memory_order_release);
  }
  /// In a child: a body that does nothing until it is killed.
  [[noreturn]] void body() const {
    say_running(getpid());
    while (true) { pause(); }
  }
  [[nodiscard]] bool eventually_running() const {
    return shm::testing::eventually(
        [&] { return other().phase.load(std::memory_order_acquire) == static_cast<std::uint32_t>(measure::Phase::running); });
  }
  /// 'T': stopped by a signal (proc_pid_stat(5)).
  [[nodiscard]] bool is_stopped() const {
    std::ifstream file("/proc/" + std::to_string(other().pid.load(std::memory_order_relaxed)) + "/stat");
    std::string stat;
    std::getline(file, stat);
    const std::size_t name_end = stat.rfind(')');
    return name_end + 2 < stat.size() && stat[name_end + 2] == 'T';
  }
  [[nodiscard]] bool eventually_stopped(bool stopped) const {
    return shm::testing::eventually([&] { return is_stopped() == stopped; });
  }

  Shared* shared_ = nullptr;
  std::unique_ptr<ParticipantGate> gate_;
};

TEST_F(SuspendTest, StopsAnotherProcessUntilItResumes) {
  Child child([this] {
    body();
    return 0;
  });
  ASSERT_TRUE(eventually_running());
  ASSERT_TRUE(gate_->suspend(1));
  EXPECT_TRUE(eventually_stopped(true));
  EXPECT_FALSE(gate_->suspend(1)) << "one at a time";
  gate_->resume();
  EXPECT_TRUE(eventually_stopped(false));
  gate_->resume();
  EXPECT_TRUE(gate_->suspend(1)) << "again and again";
}

TEST_F(SuspendTest, LeavesNobodyStopped) {
  Child child([this] {
    body();
    return 0;
  });
  ASSERT_TRUE(eventually_running());
  ASSERT_TRUE(gate_->suspend(1));
  ASSERT_TRUE(eventually_stopped(true));
  gate_->leave();
  EXPECT_TRUE(eventually_stopped(false));

  ASSERT_TRUE(gate_->suspend(1));
  ASSERT_TRUE(eventually_stopped(true));
  gate_.reset();
  EXPECT_TRUE(eventually_stopped(false));
}

TEST_F(SuspendTest, DoesNotStopItself) {
  say_running(getpid());
  EXPECT_FALSE(gate_->suspend(1)) << "a thread of this process";
  EXPECT_FALSE(gate_->suspend(0));
  EXPECT_FALSE(gate_->suspend(2)) << "there is none";
}

TEST_F(SuspendTest, LeavesWhoHasFinishedAlone) {
  Child child([this] {
    body();
    return 0;
  });
  ASSERT_TRUE(eventually_running());
  set_phase(measure::Phase::finished);
  EXPECT_FALSE(gate_->suspend(1));
  EXPECT_FALSE(is_stopped());
}

TEST_F(SuspendTest, CopesWithAProcessThatIsGone) {
  {
    Child child([this] {
      say_running(getpid());
      return 0;
    });
    EXPECT_EQ(child.wait(), 0);
  }
  EXPECT_FALSE(gate_->suspend(1));
}

}  // namespace
}  // namespace shmlab::run
