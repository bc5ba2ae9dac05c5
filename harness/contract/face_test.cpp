#include "contract/face.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "contract/strategy.hpp"
#include "contract/testing/local_lock.hpp"

namespace shmlab {
namespace {

struct OnlyLock {
  Acquired lock();
  void unlock();
};
struct BoolLock {
  bool lock();
  void unlock();
};
struct ReadLock : OnlyLock {
  Acquired lock_shared();
  void unlock_shared();
};
struct OnlyReadLock {
  Acquired lock_shared();
  void unlock_shared();
};
struct Semaphore : OnlyLock {
  void post();
  void wait();
};
struct TimedLock : OnlyLock {
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time);
};
struct BoolTimedLock : OnlyLock {
  bool lock_for(std::chrono::nanoseconds time);
};
struct OnlyTimedLock {
  std::optional<Acquired> lock_for(std::chrono::nanoseconds time);
};
struct TimedSemaphore : Semaphore {
  bool wait_for(std::chrono::nanoseconds time);
};
struct Value {
  void publish(std::span<const std::byte> from);
  std::uint64_t read(std::span<std::byte> into);
};
struct CopyingQueue {
  bool try_send(std::span<const std::byte> message);
  bool try_receive(std::span<std::byte> into);
  void send(std::span<const std::byte> message);
  void receive(std::span<std::byte> into);
};
struct Queue : CopyingQueue {
  std::span<std::byte> reserve();
  void commit();
  std::span<const std::byte> front();
  void release();
};
struct HoldingQueue : Queue {
  void flush();
};
struct BulkQueue : Queue {
  std::size_t send_bulk(std::span<const std::byte> messages);
  std::size_t receive_bulk(std::span<std::byte> into);
};
struct OnlyBulk {
  std::size_t send_bulk(std::span<const std::byte> messages);
  std::size_t receive_bulk(std::span<std::byte> into);
};
struct Announcements {
  bool try_tell(std::span<const std::byte> message);
  bool try_hear(std::span<std::byte> into);
  void tell(std::span<const std::byte> message);
  void hear(std::span<std::byte> into);
};
struct Nothing {};

static_assert(faces_of<OnlyLock>() == FaceSet{Face::exclusive});
static_assert(faces_of<BoolLock>().empty(), "lock() must say how the section was entered");
static_assert(faces_of<ReadLock>() == FaceSet{Face::exclusive, Face::shared_read});
static_assert(faces_of<OnlyReadLock>().empty(), "shared_read refines exclusive");
static_assert(faces_of<Semaphore>() == FaceSet{Face::exclusive, Face::signal});
static_assert(faces_of<TimedLock>() == FaceSet{Face::exclusive, Face::timed_exclusive});
static_assert(faces_of<BoolTimedLock>() == FaceSet{Face::exclusive}, "lock_for() must say how the section was entered");
static_assert(faces_of<OnlyTimedLock>().empty(), "timed_exclusive refines exclusive");
static_assert(faces_of<TimedSemaphore>() == FaceSet{Face::exclusive, Face::signal, Face::timed_signal});
static_assert(faces_of<Value>() == FaceSet{Face::snapshot});
static_assert(faces_of<CopyingQueue>().empty(), "a channel also works in place");
static_assert(faces_of<Queue>() == FaceSet{Face::channel});
static_assert(Flushable<HoldingQueue> && !Flushable<Queue>);
static_assert(faces_of<HoldingQueue>() == FaceSet{Face::channel}, "what it holds back is no other face");
static_assert(faces_of<BulkQueue>() == FaceSet{Face::channel, Face::bulk_channel});
static_assert(faces_of<OnlyBulk>().empty(), "bulk_channel refines channel");
static_assert(faces_of<Announcements>() == FaceSet{Face::broadcast});
static_assert(faces_of<Nothing>().empty());

static_assert(Strategy<testing::LocalLock> && Retirable<testing::LocalLock> && Conditional<testing::LocalLock>);
static_assert(Strategy<testing::LocalRobustLock> && !Retirable<testing::LocalRobustLock> &&
              !Conditional<testing::LocalRobustLock>);
static_assert(!Strategy<OnlyLock>, "a face alone is no strategy");

TEST(FaceSet, HoldsWhatWasInserted) {
  FaceSet faces;
  EXPECT_TRUE(faces.empty());
  for (const Face face : all_faces) {
    EXPECT_FALSE(faces.contains(face)) << to_string(face);
    faces.insert(face);
    EXPECT_TRUE(faces.contains(face)) << to_string(face);
  }
}

TEST(FaceSet, IntersectsWhenOneFaceIsInBoth) {
  const FaceSet lock{Face::exclusive, Face::signal};
  EXPECT_TRUE(lock.intersects({Face::signal, Face::channel}));
  EXPECT_FALSE(lock.intersects({Face::snapshot, Face::channel}));
  EXPECT_FALSE(lock.intersects({}));
}

}  // namespace
}  // namespace shmlab
