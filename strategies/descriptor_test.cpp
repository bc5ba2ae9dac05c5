#include <cxxabi.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>

#include "contract/adapters/bounded_buffer.hpp"
#include "contract/adapters/locked_snapshot.hpp"
#include "contract/face.hpp"
#include "contract/strategy.hpp"
#include "env/native_env.hpp"
#include "strategies/condition_variable.hpp"
#include "strategies/controls/broken_fcntl_lock.hpp"
#include "strategies/controls/broken_futex_mutex.hpp"
#include "strategies/controls/broken_parking_ring.hpp"
#include "strategies/controls/broken_pthread_mutex_robust.hpp"
#include "strategies/controls/broken_queue_lock.hpp"
#include "strategies/controls/broken_robust_futex_mutex.hpp"
#include "strategies/controls/broken_robust_seqlock.hpp"
#include "strategies/controls/broken_rwlock.hpp"
#include "strategies/controls/broken_semaphore.hpp"
#include "strategies/controls/broken_seqlock.hpp"
#include "strategies/controls/broken_spin_lock.hpp"
#include "strategies/controls/broken_spsc_ring.hpp"
#include "strategies/controls/broken_spsc_ring_relaxed.hpp"
#include "strategies/controls/broken_spsc_ring_watched.hpp"
#include "strategies/controls/lazy_creation.hpp"
#include "strategies/controls/private_futex_mutex.hpp"
#include "strategies/controls/racy_seqlock.hpp"
#include "strategies/controls/std_wait_semaphore.hpp"
#include "strategies/controls/stored_pointer.hpp"
#include "strategies/controls/torn_value.hpp"
#include "strategies/controls/unsynchronised.hpp"
#include "strategies/double_buffer.hpp"
#include "strategies/eventcount.hpp"
#include "strategies/eventfd_signal.hpp"
#include "strategies/fcntl_lock.hpp"
#include "strategies/flock_lock.hpp"
#include "strategies/four_slot.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/futex_mutex_spinning.hpp"
#include "strategies/mcs_lock.hpp"
#include "strategies/mpmc_ring.hpp"
#include "strategies/mpmc_ring_blocking.hpp"
#include "strategies/named_semaphore.hpp"
#include "strategies/pipe_token.hpp"
#include "strategies/pthread_mutex.hpp"
#include "strategies/pthread_mutex_adaptive.hpp"
#include "strategies/pthread_mutex_pi.hpp"
#include "strategies/pthread_mutex_pi_robust.hpp"
#include "strategies/pthread_mutex_robust.hpp"
#include "strategies/pthread_rwlock.hpp"
#include "strategies/pthread_rwlock_prefer_writer.hpp"
#include "strategies/robust_futex_mutex.hpp"
#include "strategies/robust_seqlock.hpp"
#include "strategies/seqlock.hpp"
#include "strategies/spsc_ring.hpp"
#include "strategies/spsc_ring_blocking.hpp"
#include "strategies/spsc_ring_watched.hpp"
#include "strategies/sysv_semaphore.hpp"
#include "strategies/ticket_lock.hpp"
#include "strategies/triple_buffer.hpp"
#include "strategies/ttas_lock.hpp"
#include "strategies/ttas_lock_without_backoff.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;

constexpr FaceSet timed_lock_and_signal{Face::exclusive, Face::timed_exclusive, Face::signal, Face::timed_signal};

static_assert(faces_of<unnamed_semaphore::UnnamedSemaphore<E>>() == timed_lock_and_signal);
static_assert(faces_of<named_semaphore::NamedSemaphore<E>>() == timed_lock_and_signal);
static_assert(faces_of<pthread_mutex::PthreadMutex<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<pthread_mutex_robust::PthreadMutexRobust<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<futex_mutex::FutexMutex<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<robust_futex_mutex::RobustFutexMutex<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<robust_seqlock::RobustSeqlock<E>>() == FaceSet{Face::snapshot});
static_assert(faces_of<condition_variable::ConditionVariable<E>>() == FaceSet{Face::signal, Face::timed_signal});
static_assert(faces_of<seqlock::Seqlock<E>>() == FaceSet{Face::snapshot});
static_assert(faces_of<spsc_ring::SpscRing<E>>() == FaceSet{Face::channel});
static_assert(faces_of<spsc_ring_blocking::SpscRingBlocking<E>>() == FaceSet{Face::channel});
static_assert(faces_of<unsynchronised::Unsynchronised<E>>() == FaceSet{Face::exclusive, Face::snapshot});
static_assert(faces_of<private_futex_mutex::PrivateFutexMutex<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<racy_seqlock::RacySeqlock<E>>() == FaceSet{Face::snapshot});

static_assert(faces_of<fcntl_lock::FcntlLock<E>>() == FaceSet{Face::exclusive});
static_assert(faces_of<pthread_rwlock_prefer_writer::PthreadRwlockPreferWriter<E>>() ==
              FaceSet{Face::exclusive, Face::timed_exclusive, Face::shared_read});
static_assert(faces_of<futex_mutex_spinning::FutexMutexSpinning<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<eventcount::Eventcount<E>>() == FaceSet{Face::signal, Face::timed_signal});
static_assert(faces_of<eventfd_signal::EventfdSignal<E>>() == FaceSet{Face::signal});
static_assert(faces_of<pipe_token::PipeToken<E>>() == FaceSet{Face::signal});
static_assert(CarriesDescriptors<eventfd_signal::EventfdSignal<E>> && Disposable<pipe_token::PipeToken<E>>);
static_assert(faces_of<broken_rwlock::BrokenRwlockSplitCount<E>>() == FaceSet{Face::exclusive, Face::shared_read});
static_assert(faces_of<flock_lock::FlockLock<E>>() == FaceSet{Face::exclusive});
static_assert(faces_of<sysv_semaphore::SysvSemaphore<E>>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<ttas_lock::TtasLock<E>>() == FaceSet{Face::exclusive});
static_assert(faces_of<ticket_lock::TicketLock<E>>() == FaceSet{Face::exclusive});
static_assert(faces_of<mcs_lock::McsLock<E>>() == FaceSet{Face::exclusive});
static_assert(faces_of<double_buffer::DoubleBuffer<E>>() == FaceSet{Face::snapshot});
static_assert(faces_of<four_slot::FourSlot<E>>() == FaceSet{Face::snapshot});
static_assert(faces_of<triple_buffer::TripleBuffer<E>>() == FaceSet{Face::snapshot});
static_assert(faces_of<mpmc_ring::MpmcRing<E>>() == FaceSet{Face::channel});
static_assert(faces_of<spsc_ring_watched::SpscRingWatched<E>>() == FaceSet{Face::channel});

static_assert(Retirable<named_semaphore::NamedSemaphore<E>>);
static_assert(Retirable<LockedSnapshot<E, named_semaphore::NamedSemaphore<E>>>);
static_assert(Retirable<BoundedBuffer<E, named_semaphore::NamedSemaphore<E>>>);
static_assert(Retirable<fcntl_lock::FcntlLock<E>> && Modelled<BoundedBuffer<E, fcntl_lock::FcntlLock<E>>>);
static_assert(Retirable<flock_lock::FlockLock<E>> && Modelled<LockedSnapshot<E, flock_lock::FlockLock<E>>>);
static_assert(!Modelled<named_semaphore::NamedSemaphore<E>>);
static_assert(Disposable<sysv_semaphore::SysvSemaphore<E>> && !Retirable<sysv_semaphore::SysvSemaphore<E>>);
static_assert(Disposable<LockedSnapshot<E, sysv_semaphore::SysvSemaphore<E>>>);
static_assert(Disposable<BoundedBuffer<E, sysv_semaphore::SysvSemaphore<E>>>);
static_assert(!Retirable<futex_mutex::FutexMutex<E>>);

/// What a control may name.
constexpr std::array<std::string_view, 7> detectors{"invariant", "hang_watch", "schedules", "tsan",
                                                    "history",   "supervisor", "explorer"};

/// "shmlab::strategies::futex_mutex::FutexMutex" of FutexMutex<E>.
template <class S>
std::string type_name() {
  const std::unique_ptr<char, decltype(&std::free)> whole(abi::__cxa_demangle(typeid(S).name(), nullptr, nullptr, nullptr),
                                                          &std::free);
  const std::string name = whole.get();
  return name.substr(0, name.find('<'));
}

std::string snake_case(std::string_view camel) {
  std::string snake;
  for (const char letter : camel) {
    const bool capital = std::isupper(static_cast<unsigned char>(letter)) != 0;
    if (capital && !snake.empty()) { snake += '_'; }
    snake += capital ? static_cast<char>(std::tolower(static_cast<unsigned char>(letter))) : letter;
  }
  return snake;
}

template <class S>
void expect_sound(std::string_view file, bool is_control) {
  constexpr const Descriptor& d = S::descriptor;
  const std::string type = type_name<S>();
  SCOPED_TRACE(type);
  const std::string space = "shmlab::strategies::" + std::string(file) + "::";
  ASSERT_TRUE(type.starts_with(space));
  EXPECT_EQ(d.name, snake_case(type.substr(space.size())));
  EXPECT_TRUE(d.name.starts_with(file)) << "a variant is named after its file";
  EXPECT_FALSE(d.summary.empty());
  EXPECT_FALSE(d.source.empty());
  EXPECT_EQ(std::ranges::count(detectors, d.caught_by), is_control ? 1 : 0) << d.caught_by;

  const DeathContract& death = d.contract;
  const auto declared = [](OnDeath outcome) { return outcome != OnDeath::not_applicable; };
  EXPECT_EQ(declared(death.holder), Exclusive<S>);
  EXPECT_EQ(declared(death.poster), Signal<S>);
  EXPECT_EQ(declared(death.writer), Snapshot<S>);
  EXPECT_EQ(declared(death.reader), Snapshot<S> || SharedRead<S>);
  EXPECT_EQ(declared(death.producer), Channel<S>);
  EXPECT_EQ(declared(death.consumer), Channel<S>);
  EXPECT_EQ(declared(death.waiter), d.waiting != Waiting::never);
}

template <template <class> class... V>
void expect_all_sound(Variants<V...> /*plugins*/, std::string_view file, bool is_control = false) {
  (expect_sound<V<E>>(file, is_control), ...);
}

TEST(Descriptor, AgreesWithFileTypeAndFaces) {
  expect_all_sound(double_buffer::Plugins{}, "double_buffer");
  expect_all_sound(eventcount::Plugins{}, "eventcount");
  expect_all_sound(eventfd_signal::Plugins{}, "eventfd_signal");
  expect_all_sound(fcntl_lock::Plugins{}, "fcntl_lock");
  expect_all_sound(flock_lock::Plugins{}, "flock_lock");
  expect_all_sound(four_slot::Plugins{}, "four_slot");
  expect_all_sound(mcs_lock::Plugins{}, "mcs_lock");
  expect_all_sound(mpmc_ring::Plugins{}, "mpmc_ring");
  expect_all_sound(mpmc_ring_blocking::Plugins{}, "mpmc_ring_blocking");
  expect_all_sound(spsc_ring_watched::Plugins{}, "spsc_ring_watched");
  expect_all_sound(sysv_semaphore::Plugins{}, "sysv_semaphore");
  expect_all_sound(ticket_lock::Plugins{}, "ticket_lock");
  expect_all_sound(triple_buffer::Plugins{}, "triple_buffer");
  expect_all_sound(ttas_lock::Plugins{}, "ttas_lock");
  expect_all_sound(ttas_lock_without_backoff::Plugins{}, "ttas_lock_without_backoff");
  expect_all_sound(unnamed_semaphore::Plugins{}, "unnamed_semaphore");
  expect_all_sound(named_semaphore::Plugins{}, "named_semaphore");
  expect_all_sound(pipe_token::Plugins{}, "pipe_token");
  expect_all_sound(pthread_mutex::Plugins{}, "pthread_mutex");
  expect_all_sound(pthread_mutex_adaptive::Plugins{}, "pthread_mutex_adaptive");
  expect_all_sound(pthread_mutex_pi::Plugins{}, "pthread_mutex_pi");
  expect_all_sound(pthread_mutex_pi_robust::Plugins{}, "pthread_mutex_pi_robust");
  expect_all_sound(pthread_mutex_robust::Plugins{}, "pthread_mutex_robust");
  expect_all_sound(pthread_rwlock::Plugins{}, "pthread_rwlock");
  expect_all_sound(pthread_rwlock_prefer_writer::Plugins{}, "pthread_rwlock_prefer_writer");
  expect_all_sound(futex_mutex::Plugins{}, "futex_mutex");
  expect_all_sound(futex_mutex_spinning::Plugins{}, "futex_mutex_spinning");
  expect_all_sound(robust_futex_mutex::Plugins{}, "robust_futex_mutex");
  expect_all_sound(robust_seqlock::Plugins{}, "robust_seqlock");
  expect_all_sound(condition_variable::Plugins{}, "condition_variable");
  expect_all_sound(seqlock::Plugins{}, "seqlock");
  expect_all_sound(spsc_ring::Plugins{}, "spsc_ring");
  expect_all_sound(spsc_ring_blocking::Plugins{}, "spsc_ring_blocking");
}

TEST(Descriptor, OfAControlNamesItsDetector) {
  expect_all_sound(broken_fcntl_lock::Plugins{}, "broken_fcntl_lock", true);
  expect_all_sound(broken_pthread_mutex_robust::Plugins{}, "broken_pthread_mutex_robust", true);
  expect_all_sound(broken_queue_lock::Plugins{}, "broken_queue_lock", true);
  expect_all_sound(broken_spsc_ring_watched::Plugins{}, "broken_spsc_ring_watched", true);
  expect_all_sound(broken_futex_mutex::Plugins{}, "broken_futex_mutex", true);
  expect_all_sound(broken_parking_ring::Plugins{}, "broken_parking_ring", true);
  expect_all_sound(broken_robust_futex_mutex::Plugins{}, "broken_robust_futex_mutex", true);
  expect_all_sound(broken_robust_seqlock::Plugins{}, "broken_robust_seqlock", true);
  expect_all_sound(broken_rwlock::Plugins{}, "broken_rwlock", true);
  expect_all_sound(broken_semaphore::Plugins{}, "broken_semaphore", true);
  expect_all_sound(broken_seqlock::Plugins{}, "broken_seqlock", true);
  expect_all_sound(broken_spin_lock::Plugins{}, "broken_spin_lock", true);
  expect_all_sound(broken_spsc_ring::Plugins{}, "broken_spsc_ring", true);
  expect_all_sound(broken_spsc_ring_relaxed::Plugins{}, "broken_spsc_ring_relaxed", true);
  expect_all_sound(lazy_creation::Plugins{}, "lazy_creation", true);
  expect_all_sound(private_futex_mutex::Plugins{}, "private_futex_mutex", true);
  expect_all_sound(racy_seqlock::Plugins{}, "racy_seqlock", true);
  expect_all_sound(std_wait_semaphore::Plugins{}, "std_wait_semaphore", true);
  expect_all_sound(stored_pointer::Plugins{}, "stored_pointer", true);
  expect_all_sound(torn_value::Plugins{}, "torn_value", true);
  expect_all_sound(unsynchronised::Plugins{}, "unsynchronised", true);
}

}  // namespace
}  // namespace shmlab::strategies
