#include "strategies/futex_mutex_spinning.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "env/native_env.hpp"
#include "shm/testing/child.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies::futex_mutex_spinning {
namespace {

using shm::testing::eventually;
using std::chrono::nanoseconds;
using strategies::testing::Object;

TEST(SpinTimeTest, IsWhatAParkHasCost) {
  SpinTime time;
  EXPECT_EQ(time.begin(), nanoseconds(0)) << "nothing has been measured";
  time.parked(nanoseconds(1000));
  EXPECT_EQ(time.begin(), nanoseconds(1000));
  time.parked(nanoseconds(800));
  EXPECT_EQ(time.begin(), nanoseconds(800)) << "the least";
  time.parked(nanoseconds(4'000'000));
  EXPECT_EQ(time.begin(), nanoseconds(900)) << "of late";
}

TEST(SpinTimeTest, IsSpentLessOftenTheMoreItWasInVain) {
  SpinTime time;
  time.parked(nanoseconds(1000));
  for (const int skipped : {1, 3, 7, 15, 31, 31}) {
    time.failed();
    for (int i = 0; i < skipped; ++i) { EXPECT_EQ(time.begin(), nanoseconds(0)); }
    EXPECT_EQ(time.begin(), nanoseconds(1000));
  }
  time.succeeded();
  EXPECT_EQ(time.begin(), nanoseconds(1000));
  time.failed();
  EXPECT_EQ(time.begin(), nanoseconds(0));
  EXPECT_EQ(time.begin(), nanoseconds(1000)) << "as often as in the beginning";
}

/// NativeEnv that counts sleeps and pauses, and says on which CPU who attaches may run.
struct OnCpus : env::NativeEnv {
  static inline std::optional<std::uint32_t> cpu;
  static inline std::atomic<int> waits{0};  ///< counted before the call
  static inline std::atomic<int> pauses{0};

  static std::optional<std::uint32_t> only_cpu() { return cpu; }
  static void pause() { ++pauses; }
  static bool futex_wait(const Atomic<std::uint32_t>& word, std::uint32_t expected) {
    ++waits;
    return env::NativeEnv::futex_wait(word, expected);
  }
};
using Mutex = FutexMutexSpinning<OnCpus>;

class FutexMutexSpinningTest : public ::testing::Test {
 protected:
  [[nodiscard]] Mutex attach_on(std::optional<std::uint32_t> cpu) const {
    OnCpus::cpu = cpu;
    return object_.attach();
  }
  /// How often the waiter paused before it slept, behind a holder who stays.
  static int pauses_before_sleep(Mutex& holder, Mutex& waiter) {
    OnCpus::waits = OnCpus::pauses = 0;
    holder.lock();
    std::thread thread([&] {
      waiter.lock();
      waiter.unlock();
    });
    EXPECT_TRUE(eventually([] { return OnCpus::waits > 0; }));
    const int pauses = OnCpus::pauses;
    // Long enough to be asleep as a rule: only then it learns what that costs.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    holder.unlock();
    thread.join();
    return pauses;
  }

  Object<Mutex> object_{{}};
};

TEST_F(FutexMutexSpinningTest, SpinsOnlyWhereTheHolderCanRunMeanwhile) {
  Mutex holder = attach_on(3);
  Mutex waiter = attach_on(3);
  for (int i = 0; i < 10; ++i) { EXPECT_EQ(pauses_before_sleep(holder, waiter), 0) << "all are on one CPU"; }
  [[maybe_unused]] const Mutex elsewhere = attach_on(4);
  EXPECT_TRUE(eventually([&] { return pauses_before_sleep(holder, waiter) > 0; })) << "it knows by now what a park costs";
}

TEST_F(FutexMutexSpinningTest, SpinsWhereOneMayRunAnywhere) {
  Mutex holder = attach_on(0);
  Mutex waiter = attach_on(std::nullopt);
  EXPECT_EQ(pauses_before_sleep(holder, waiter), 0) << "nothing has been measured";
  EXPECT_TRUE(eventually([&] { return pauses_before_sleep(holder, waiter) > 0; }));
}

TEST_F(FutexMutexSpinningTest, MakesNoSystemCallWhenUncontended) {
  Mutex mutex = attach_on(std::nullopt);
  OnCpus::waits = OnCpus::pauses = 0;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(mutex.lock(), Acquired::clean);
    mutex.unlock();
  }
  EXPECT_EQ(OnCpus::waits + OnCpus::pauses, 0);
}

/// NativeEnv for one thread that plays all participants: each pause takes 100 ns, a sleep 100 µs, and what others do happens at a moment.
struct AtMoments : env::NativeEnv {
  static inline env::Deadline moment{std::chrono::hours(1)};
  static inline int pauses = 0;
  static inline env::Deadline due{};
  static inline std::function<void()> action{};
  static inline std::function<void()> while_asleep{};

  static void after(nanoseconds time, std::function<void()> what) {
    due = moment + time;
    action = std::move(what);
  }

  static std::optional<std::uint32_t> only_cpu() { return std::nullopt; }
  static env::Deadline now() { return moment; }
  static void pause() {
    ++pauses;
    moment += nanoseconds(100);
    if (action && moment >= due) { std::exchange(action, nullptr)(); }
  }
  static bool futex_wait(const Atomic<std::uint32_t>& /*word*/, std::uint32_t /*expected*/) {
    std::exchange(while_asleep, nullptr)();
    moment += std::chrono::microseconds(100);
    return true;
  }
  static void futex_wake(Atomic<std::uint32_t>& /*word*/, std::uint32_t /*count*/) {}
};

class TurnTest : public ::testing::Test {
 protected:
  using Mutex = FutexMutexSpinning<AtMoments>;

  TurnTest() {
    // From now on it spins.
    holder_.lock();
    AtMoments::while_asleep = [this] { holder_.unlock(); };
    waiter_.lock();
    waiter_.unlock();
    holder_.lock();
  }
  /// How many pauses the holder made in an unlock() when somebody had spun for so long.
  int pauses_of_unlock(nanoseconds spun) {
    int pauses = 0;
    AtMoments::after(spun, [&] { pauses = unlock_holder(); });
    waiter_.lock();
    waiter_.unlock();
    return pauses;
  }
  int unlock_holder() {
    const int before = AtMoments::pauses;
    holder_.unlock();
    return AtMoments::pauses - before;
  }

  Object<Mutex> object_{{}};
  Mutex holder_ = object_.attach();
  Mutex waiter_ = object_.attach();
};

TEST_F(TurnTest, WhoHasSpunForShortIsGivenNoWay) {
  EXPECT_EQ(pauses_of_unlock(nanoseconds(1000)), 0);
}

TEST_F(TurnTest, WhoHasSpunForLongIsGivenWayForAWhile) {
  EXPECT_EQ(pauses_of_unlock(nanoseconds(5000)), 64);
  holder_.lock();
  EXPECT_EQ(unlock_holder(), 0) << "once";
}

TEST_F(TurnTest, NoLongerThanUntilSomebodyHasTakenIt) {
  Mutex another = object_.attach();
  int pauses = 0;
  AtMoments::after(nanoseconds(5000), [&] {
    AtMoments::after(nanoseconds(200), [&] { another.lock(); });
    pauses = unlock_holder();
    AtMoments::after(nanoseconds(1000), [&] { another.unlock(); });
  });
  waiter_.lock();
  EXPECT_EQ(pauses, 2);
}

}  // namespace
}  // namespace shmlab::strategies::futex_mutex_spinning
