#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <new>

#include "contract/acquired.hpp"
#include "contract/face.hpp"
#include "env/native_env.hpp"
#include "strategies/controls/broken_rwlock.hpp"
#include "strategies/pthread_rwlock.hpp"
#include "strategies/pthread_rwlock_prefer_writer.hpp"
#include "strategies/testing/lanes.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::Lane;

/// What the lock protects: two halves that only a whole write leaves equal.
struct Record {
  E::Plain<std::uint64_t> first;
  E::Plain<std::uint64_t> second;
};

/// One writes, two read what is whole and never older than before.
template <SharedRead S>
testing::Trial<S> reading() {
  constexpr std::uint64_t sections = 2000;
  testing::Trial<S> trial{.config = {.participants = 3}, .own_bytes = sizeof(Record), .bodies = {}};
  trial.bodies.emplace_back([](S& lock, std::byte* own) {
    Record& record = *std::launder(reinterpret_cast<Record*>(own));
    for (std::uint64_t i = 1; i <= sections; ++i) {
      lock.lock();
      record.first.set(i);
      if (i % 16 == 0) { E::yield(); }  // others meet a held lock, also on one CPU
      record.second.set(i);
      lock.unlock();
    }
    return true;
  });
  const auto read = [](S& lock, std::byte* own) {
    const Record& record = *std::launder(reinterpret_cast<const Record*>(own));
    bool right = true;
    std::uint64_t newest = 0;
    for (std::uint64_t i = 0; i < sections; ++i) {
      right = lock.lock_shared() == Acquired::clean && right;
      const std::uint64_t first = record.first.get();
      if (i % 16 == 0) { E::yield(); }
      right = record.second.get() == first && first >= newest && right;
      newest = first;
      lock.unlock_shared();
    }
    return right;
  };
  trial.bodies.insert(trial.bodies.end(), 2, read);
  return trial;
}

template <class S>
class SharedReadTest : public ::testing::Test {
 protected:
  /// What another participant is answered: from another thread, since a lock that its own thread asks for again may answer something else.
  template <class Ask>
  static bool elsewhere(Ask ask) {
    return std::async(std::launch::async, ask).get();
  }
  static bool can_be_had(S& lock) {
    return elsewhere([&] {
      const bool has_it = lock.lock_for(std::chrono::milliseconds(1)).has_value();
      if (has_it) { lock.unlock(); }
      return has_it;
    });
  }
};
using Locks = ::testing::Types<pthread_rwlock::PthreadRwlock<E>, pthread_rwlock_prefer_writer::PthreadRwlockPreferWriter<E>>;
TYPED_TEST_SUITE(SharedReadTest, Locks);

TYPED_TEST(SharedReadTest, KeepsReadingAndWritingThreadsApart) {
  EXPECT_TRUE(holds(Lane::threads, reading<TypeParam>()));
}
TYPED_TEST(SharedReadTest, KeepsReadingAndWritingProcessesApart) {
  EXPECT_TRUE(holds(Lane::processes, reading<TypeParam>()));
}

TYPED_TEST(SharedReadTest, LetsReadersInTogetherAndWritersAlone) {
  const testing::Object<TypeParam> object({});
  TypeParam mine = object.attach(0);
  TypeParam other = object.attach(1);
  ASSERT_EQ(mine.lock_shared(), Acquired::clean);
  EXPECT_TRUE(this->elsewhere([&] {
    const bool clean = other.lock_shared() == Acquired::clean;
    other.unlock_shared();
    return clean;
  })) << "hung: readers keep each other out";
  EXPECT_FALSE(this->can_be_had(other)) << "while somebody reads";
  mine.unlock_shared();
  EXPECT_TRUE(this->can_be_had(other));
  ASSERT_EQ(mine.lock(), Acquired::clean);
  EXPECT_FALSE(this->can_be_had(other)) << "while somebody writes";
  mine.unlock();
}

TEST(SharedReadControl, AReaderThatDoesNotSeeTheWriterIsCaught) {
  EXPECT_TRUE(is_caught(reading<broken_rwlock::BrokenRwlockSplitCount<E>>()));
}

}  // namespace
}  // namespace shmlab::strategies
