#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "env/testing/killer.hpp"
#include "env/traced_env.hpp"
#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"
#include "strategies/fcntl_lock.hpp"
#include "strategies/pthread_mutex_pi_robust.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/robust_futex_mutex.hpp"
#include "strategies/robust_seqlock.hpp"
#include "strategies/sysv_semaphore.hpp"

/// Processes that are killed, and those whom they leave.
namespace shmlab::strategies {
namespace {

using E = env::TracedEnv;
using shm::testing::Child;
using shm::testing::watchdog;

/// An object of S between processes, with memory of the test's own behind it.
template <class S>
class Orphans {
 public:
  explicit Orphans(const Config& config) : config_(config) { S::create(memory(), config_); }
  ~Orphans() { take_away<S>(memory()); }
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;
  S attach() { return S(memory(), config_, {}); }
  /// How many are about to wait.
  std::atomic<std::uint32_t>& waiting() { return *reinterpret_cast<std::atomic<std::uint32_t>*>(memory() + waiting_at()); }
  void move_away(std::uint32_t participant) {
    shm::map_apart(participant, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }

  /// Whether a process that does this is killed before its access number `fatal`; if not, it succeeds.
  template <class Body>
  bool kills_before(std::uint32_t fatal, Body body) {
    Child child([&] {
      move_away(1);
      S endpoint = attach();
      env::testing::Killer killer(fatal);
      const env::Traced traced(killer);
      return body(endpoint) ? 0 : 1;
    });
    const int end = child.wait();
    EXPECT_TRUE(end == 0 || end == Child::killed);
    return end == Child::killed;
  }

 private:
  [[nodiscard]] std::byte* memory() const { return region_.payload(); }
  [[nodiscard]] std::size_t waiting_at() const { return align_up(S::footprint(config_).bytes, line_pair_bytes); }

  Config config_;
  shm::Region region_ =
      shm::Region::create({.kind = shm::RegionKind::memfd, .payload_bytes = waiting_at() + sizeof(std::uint32_t)});
};

template <class S>
class RobustLockTest : public ::testing::Test {
 protected:
  /// Takes the lock and gives it back; nothing when it could not be had.
  static std::optional<Acquired> visit(S& lock) {
    std::optional<Acquired> acquired;
    if constexpr (TimedExclusive<S>) {
      acquired = lock.lock_for(watchdog);
    } else {
      acquired = lock.lock();
    }
    if (acquired) { lock.unlock(); }
    return acquired;
  }
  /// A child takes the lock, after what kind of death before it, and is killed inside.
  void die_inside(Acquired expected) {
    Child child([&] {
      S lock = orphans_.attach();
      if (lock.lock() != expected) { return 1; }
      return raise(SIGKILL);
    });
    EXPECT_EQ(child.wait(), Child::killed);
  }
  Orphans<S> orphans_{Config{}};
};
using Locks = ::testing::Types<robust_futex_mutex::RobustFutexMutex<E>, pthread_mutex_robust::PthreadMutexRobust<E>,
                               pthread_mutex_pi_robust::PthreadMutexPiRobust<E>, fcntl_lock::FcntlLock<E>,
                               sysv_semaphore::SysvSemaphore<E>>;
TYPED_TEST_SUITE(RobustLockTest, Locks);

TYPED_TEST(RobustLockTest, TellsTheNextHolderAndRecoversByItsUnlock) {
  this->die_inside(Acquired::clean);
  TypeParam lock = this->orphans_.attach();
  EXPECT_EQ(this->visit(lock), Acquired::owner_died);
  for (int i = 0; i < 2; ++i) { EXPECT_EQ(this->visit(lock), Acquired::clean); }
}

TYPED_TEST(RobustLockTest, TellsAgainWhenTheRepairerDiesToo) {
  this->die_inside(Acquired::clean);
  this->die_inside(Acquired::owner_died);
  TypeParam lock = this->orphans_.attach();
  EXPECT_EQ(this->visit(lock), Acquired::owner_died);
  EXPECT_EQ(this->visit(lock), Acquired::clean);
}

/// Two wait in the kernel when the holder is killed: both come in, and only the first is told.
TYPED_TEST(RobustLockTest, TellsOneOfThoseWhoWait) {
  auto& waiting = this->orphans_.waiting();
  Child holder([&] {
    TypeParam lock = this->orphans_.attach();
    lock.lock();
    waiting.fetch_add(1, std::memory_order_release);  // pairs with the acquires below
    for (;;) { pause(); }
    return 0;
  });
  const auto are_waiting = [&](std::uint32_t count) {
    return shm::testing::eventually([&] { return waiting.load(std::memory_order_acquire) == count; });
  };
  ASSERT_TRUE(are_waiting(1));
  const auto wait = [&](std::uint32_t index) {
    return Child([&, index] {
      this->orphans_.move_away(index);
      TypeParam lock = this->orphans_.attach();
      this->orphans_.waiting().fetch_add(1, std::memory_order_release);
      const Acquired acquired = lock.lock();
      lock.unlock();
      return static_cast<int>(acquired);
    });
  };
  Child one = wait(1);
  Child other = wait(2);
  ASSERT_TRUE(are_waiting(3));
  ASSERT_TRUE(shm::testing::eventually([&] { return one.is_asleep() && other.is_asleep(); }));
  holder.kill();
  const int answers[] = {one.wait(), other.wait()};
  EXPECT_EQ(answers[0] + answers[1], static_cast<int>(Acquired::owner_died)) << answers[0] << " and " << answers[1];
}

/// Killed before each access in turn, also before each change of the robust list.
TEST(RobustFutexMutexTest, NoDeathBlocksANewcomer) {
  using Lock = robust_futex_mutex::RobustFutexMutex<E>;
  Orphans<Lock> orphans{Config{}};
  std::uint32_t told = 0;
  std::uint32_t deaths = 0;
  const auto visit = [](Lock& lock) {
    lock.lock();
    lock.unlock();
    return true;
  };
  while (orphans.kills_before(deaths, visit)) {
    ++deaths;
    Lock lock = orphans.attach();
    const auto acquired = lock.lock_for(watchdog);
    ASSERT_TRUE(acquired.has_value()) << "before access " << deaths - 1;
    told += acquired == Acquired::owner_died ? 1 : 0;
    lock.unlock();
  }
  EXPECT_GE(deaths, 10U);
  EXPECT_GE(told, 5U);
  EXPECT_LT(told, deaths);
}

/// Wherever the writer dies, readers get a whole value, the old one or the new one, and so does who publishes next.
TEST(RobustSeqlockTest, NoDeathHoldsReadersUpOrTearsAValue) {
  using Snapshot = robust_seqlock::RobustSeqlock<E>;
  using Value = std::array<std::uint64_t, 3>;
  Orphans<Snapshot> orphans({.payload_bytes = sizeof(Value)});
  const auto publish = [](Snapshot& snapshot, std::uint64_t version) {
    const Value value{version, version, version};
    snapshot.publish(std::as_bytes(std::span(value)));
    return true;
  };
  const auto read = [](Snapshot& snapshot) {
    Value value{};
    snapshot.read(std::as_writable_bytes(std::span(value)));
    EXPECT_EQ(value[0], value[1]);
    EXPECT_EQ(value[1], value[2]);
    return value[0];
  };
  std::uint32_t deaths = 0;
  std::uint32_t completed = 0;
  for (std::uint64_t version = 1;; version += 2) {
    if (!orphans.kills_before(deaths, [&](Snapshot& snapshot) { return publish(snapshot, version); })) { break; }
    ++deaths;
    // Half of the time it is the next writer who meets what is left.
    Snapshot snapshot = orphans.attach();
    if (deaths % 2 == 0) {
      const std::uint64_t seen = read(snapshot);
      EXPECT_TRUE(seen == version || seen == version - 1) << seen << " after " << version - 1;
      completed += seen == version ? 1 : 0;
    }
    publish(snapshot, version + 1);
    EXPECT_EQ(read(snapshot), version + 1);
  }
  EXPECT_GE(deaths, 15U);
  EXPECT_GE(completed, 3U);
}

/// A second death, of who completes.
TEST(RobustSeqlockTest, WhoCompletesMayDieToo) {
  using Snapshot = robust_seqlock::RobustSeqlock<E>;
  using Value = std::array<std::uint64_t, 2>;
  constexpr std::uint32_t deaths = 40;  // more than there are accesses
  for (std::uint32_t first = 0; first < deaths; ++first) {
    for (std::uint32_t second = 0; second < deaths; second += 3) {
      Orphans<Snapshot> orphans({.payload_bytes = sizeof(Value)});
      const auto publish = [](Snapshot& snapshot) {
        const Value value{7, 7};
        snapshot.publish(std::as_bytes(std::span(value)));
        return true;
      };
      Value value{};
      const auto read = [&value](Snapshot& snapshot) {
        snapshot.read(std::as_writable_bytes(std::span(value)));
        return value[0] == value[1];
      };
      const bool died = orphans.kills_before(first, publish);
      orphans.kills_before(second, read);
      Snapshot snapshot = orphans.attach();
      ASSERT_TRUE(read(snapshot)) << value[0] << " " << value[1] << " after deaths at " << first << " and " << second;
      if (!died) { EXPECT_EQ(value[0], 7U); }
    }
  }
}

}  // namespace
}  // namespace shmlab::strategies
