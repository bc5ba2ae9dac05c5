#include "env/native_pthread_rwlock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <list>
#include <system_error>

#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::Region;
using shm::testing::Child;
using shm::testing::eventually;

struct Shared {
  NativePthreadRwlock rwlock;
  std::uint64_t first;
  std::uint64_t second;
};

class RwlockBetweenProcesses : public ::testing::TestWithParam<Preference> {
 protected:
  RwlockBetweenProcesses() { rwlock().create(GetParam()); }
  [[nodiscard]] Shared& shared() const { return *reinterpret_cast<Shared*>(region_.payload()); }
  [[nodiscard]] NativePthreadRwlock& rwlock() const { return shared().rwlock; }
  void move_away(std::uint32_t participant) {
    shm::map_apart(participant, region_.mapped_bytes(), [&](void* address) { region_.relocate(address); });
  }
  /// Asks in another process, which gives back what it gets; whether it got it.
  template <class Ask>
  static bool elsewhere(Ask ask) {
    return Child([&] { return ask() ? 1 : 0; }).wait() == 1;
  }
  [[nodiscard]] bool can_write() const {
    return elsewhere([&] { return rwlock().try_lock(); });
  }
  [[nodiscard]] bool can_read() const {
    return elsewhere([&] {
      const bool reads = rwlock().try_lock_shared();
      if (reads) { rwlock().unlock(); }
      return reads;
    });
  }
  Region region_ = Region::create({.kind = shm::RegionKind::anonymous, .payload_bytes = sizeof(Shared)});
};
INSTANTIATE_TEST_SUITE_P(Preferences, RwlockBetweenProcesses, ::testing::Values(Preference::readers, Preference::writers),
                         [](const auto& instance) { return instance.param == Preference::readers ? "readers" : "writers"; });

TEST_P(RwlockBetweenProcesses, keeps_writers_apart_from_everybody) {
  constexpr std::uint64_t rounds = 5'000;
  std::list<Child> children;
  for (std::uint32_t participant = 0; participant < 3; ++participant) {
    children.emplace_back([this, participant] {
      move_away(participant);
      bool whole = true;
      for (std::uint64_t round = 0; round < rounds; ++round) {
        rwlock().lock();
        ++shared().first;
        ++shared().second;
        rwlock().unlock();
        rwlock().lock_shared();
        whole = shared().first == shared().second && whole;
        rwlock().unlock();
      }
      return whole ? 0 : 1;
    });
  }
  for (Child& child : children) { EXPECT_EQ(child.wait(), 0); }
  EXPECT_EQ(shared().first, children.size() * rounds);
}

TEST_P(RwlockBetweenProcesses, lets_readers_in_together) {
  rwlock().lock_shared();
  EXPECT_TRUE(can_read());
  EXPECT_FALSE(elsewhere([&] { return rwlock().lock_until(Deadline::clock::now() + std::chrono::milliseconds(5)); }));
  EXPECT_FALSE(can_write());
  EXPECT_TRUE(can_read()) << "who gave up has left nothing behind";
  rwlock().unlock();
  EXPECT_TRUE(rwlock().lock_until(Deadline::max()));
  EXPECT_FALSE(can_read());
  rwlock().unlock();
}

/// Where writers are preferred, one that waits keeps readers out, and otherwise not.
TEST_P(RwlockBetweenProcesses, prefers_whom_it_says) {
  rwlock().lock_shared();
  Child writer([&] {
    rwlock().lock();
    rwlock().unlock();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return writer.is_asleep(); }));
  EXPECT_EQ(can_read(), GetParam() == Preference::readers);
  rwlock().unlock();
  EXPECT_EQ(writer.wait(), 0);
  EXPECT_TRUE(can_read());
}

TEST_P(RwlockBetweenProcesses, stays_as_the_dead_have_left_it) {
  EXPECT_EQ(Child([&] {
              rwlock().lock_shared();
              return raise(SIGKILL);
            }).wait(),
            Child::killed);
  EXPECT_TRUE(can_read());
  EXPECT_FALSE(can_write());
}

TEST_P(RwlockBetweenProcesses, refuses_to_be_locked_again_by_its_writer) {
  rwlock().lock();
  EXPECT_THROW(rwlock().lock(), std::system_error);
  EXPECT_THROW(rwlock().lock_shared(), std::system_error);
  rwlock().unlock();
}

}  // namespace
}  // namespace shmlab::env
