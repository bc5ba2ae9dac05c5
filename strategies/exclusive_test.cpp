#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include "contract/acquired.hpp"
#include "contract/face.hpp"
#include "env/native_env.hpp"
#include "strategies/controls/unsynchronised.hpp"
#include "strategies/fcntl_lock.hpp"
#include "strategies/flock_lock.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/futex_mutex_spinning.hpp"
#include "strategies/mcs_lock.hpp"
#include "strategies/named_semaphore.hpp"
#include "strategies/pthread_mutex.hpp"
#include "strategies/pthread_mutex_adaptive.hpp"
#include "strategies/pthread_mutex_pi.hpp"
#include "strategies/pthread_mutex_pi_robust.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/pthread_rwlock.hpp"
#include "strategies/pthread_rwlock_prefer_writer.hpp"
#include "strategies/robust_futex_mutex.hpp"
#include "strategies/sysv_semaphore.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/ticket_lock.hpp"
#include "strategies/ttas_lock.hpp"
#include "strategies/ttas_lock_without_backoff.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::Lane;

/// What the lock protects: two halves that only a whole section leaves equal.
struct Record {
  E::Plain<std::uint64_t> first;
  E::Plain<std::uint64_t> second;
};

/// Three participants count together, each in 2,000 sections.
template <Exclusive S>
testing::Trial<S> counting() {
  constexpr std::uint32_t participants = 3;
  constexpr std::uint64_t sections = 2000;
  testing::Trial<S> trial{.config = {.participants = participants}, .own_bytes = sizeof(Record), .bodies = {}};
  const auto body = [](S& lock, std::byte* own) {
    Record& record = *std::launder(reinterpret_cast<Record*>(own));
    bool right = true;
    for (std::uint64_t i = 0; i < sections; ++i) {
      right = lock.lock() == Acquired::clean && right;
      const std::uint64_t before = record.first.get();
      right = record.second.get() == before && right;
      record.first.set(before + 1);
      if (i % 16 == 0) { E::yield(); }  // others meet a held lock, also on one CPU
      record.second.set(before + 1);
      lock.unlock();
    }
    return right;
  };
  trial.bodies.assign(participants, body);
  trial.judge = [](const std::byte* own) {
    const Record& record = *std::launder(reinterpret_cast<const Record*>(own));
    return record.first.get() == participants * sections && record.second.get() == participants * sections;
  };
  return trial;
}

template <class S>
class ExclusiveTest : public ::testing::Test {};
using Locks =
    ::testing::Types<futex_mutex::FutexMutex<E>, futex_mutex_spinning::FutexMutexSpinning<E>,
                     robust_futex_mutex::RobustFutexMutex<E>, pthread_mutex::PthreadMutex<E>,
                     pthread_mutex_adaptive::PthreadMutexAdaptive<E>, pthread_mutex_robust::PthreadMutexRobust<E>,
                     pthread_mutex_pi::PthreadMutexPi<E>, pthread_mutex_pi_robust::PthreadMutexPiRobust<E>,
                     pthread_rwlock::PthreadRwlock<E>, pthread_rwlock_prefer_writer::PthreadRwlockPreferWriter<E>,
                     unnamed_semaphore::UnnamedSemaphore<E>, named_semaphore::NamedSemaphore<E>, fcntl_lock::FcntlLock<E>,
                     flock_lock::FlockLock<E>, sysv_semaphore::SysvSemaphore<E>, ttas_lock::TtasLock<E>,
                     ttas_lock_without_backoff::TtasLockWithoutBackoff<E>, ticket_lock::TicketLock<E>, mcs_lock::McsLock<E>>;
TYPED_TEST_SUITE(ExclusiveTest, Locks);

TYPED_TEST(ExclusiveTest, KeepsThreadsApart) {
  EXPECT_TRUE(holds(Lane::threads, counting<TypeParam>()));
}
TYPED_TEST(ExclusiveTest, KeepsProcessesApart) {
  EXPECT_TRUE(holds(Lane::processes, counting<TypeParam>()));
}

TEST(ExclusiveControl, ALockThatKeepsNobodyOutIsCaught) {
  EXPECT_TRUE(is_caught(counting<unsynchronised::Unsynchronised<E>>()));
}

}  // namespace
}  // namespace shmlab::strategies
