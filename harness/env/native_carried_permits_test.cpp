#include <gtest/gtest.h>

#include <cstdint>
#include <stdexcept>

#include "contract/error.hpp"
#include "env/carried_descriptors.hpp"
#include "env/native_eventfd.hpp"
#include "env/native_pipe_permits.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::env {
namespace {

using shm::testing::Child;
using shm::testing::eventually;

template <class Permits>
class CarriedPermits : public ::testing::Test {
 protected:
  using Shared = typename Permits::Shared;
  static Shared with(std::uint32_t permits) {
    Shared shared{};
    Permits::create(shared, permits);
    return shared;
  }

 private:
  const CarriedScope carried_;
};
using Kinds = ::testing::Types<NativeEventfd, NativePipePermits>;
TYPED_TEST_SUITE(CarriedPermits, Kinds);

TYPED_TEST(CarriedPermits, AreGivenAndTakenOneByOne) {
  const auto shared = this->with(2);
  Child taker([&] {
    TypeParam permits(shared);
    for (int i = 0; i < 5; ++i) { permits.wait(); }
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return taker.is_asleep(); })) << "after two";
  TypeParam permits(shared);
  permits.post();
  permits.post();
  ASSERT_TRUE(eventually([&] { return taker.is_asleep(); }));
  EXPECT_TRUE(taker.is_running()) << "it wants one more";
  permits.post();
  EXPECT_EQ(taker.wait(), 0);
}

/// Killed while it slept for one: the next that is given is another's.
TYPED_TEST(CarriedPermits, AreNotLostToWhoDiesAsleep) {
  const auto shared = this->with(0);
  Child victim([&] {
    TypeParam(shared).wait();
    return 0;
  });
  ASSERT_TRUE(eventually([&] { return victim.is_asleep(); }));
  victim.kill();
  EXPECT_EQ(victim.wait(), Child::killed);
  TypeParam(shared).post();
  TypeParam(shared).wait();
}

TYPED_TEST(CarriedPermits, CannotBeReachedOnceTheyAreDisposedOf) {
  const auto shared = this->with(1);
  TypeParam::dispose(shared);
  EXPECT_THROW(TypeParam{shared}, std::out_of_range);
  TypeParam::dispose(shared);  // a second time does nothing
}

TEST(PipePermits, AreNoMoreThanThePipeHolds) {
  const CarriedScope carried;
  NativePipePermits::Shared shared{};
  EXPECT_THROW(NativePipePermits::create(shared, 10'000'000), BadInput);
}

}  // namespace
}  // namespace shmlab::env
