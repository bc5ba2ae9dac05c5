#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <new>

#include "contract/face.hpp"
#include "env/native_env.hpp"
#include "strategies/condition_variable.hpp"
#include "strategies/eventcount.hpp"
#include "strategies/eventfd_signal.hpp"
#include "strategies/named_semaphore.hpp"
#include "strategies/pipe_token.hpp"
#include "strategies/testing/lanes.hpp"
#include "strategies/unnamed_semaphore.hpp"

namespace shmlab::strategies {
namespace {

using E = env::NativeEnv;
using testing::Lane;

constexpr std::uint64_t posts = 3000;

/// Written before the post of the same number, read after the wait for it.
struct Data {
  E::Plain<std::uint64_t> written[posts];
};

/// One posts, one waits, and what was written before a post is there after the wait.
template <Signal S>
testing::Trial<S> telling() {
  testing::Trial<S> trial{.config = {.initial_permits = 0}, .own_bytes = sizeof(Data), .bodies = {}};
  trial.bodies.emplace_back([](S& signal, std::byte* own) {
    Data& data = *std::launder(reinterpret_cast<Data*>(own));
    for (std::uint64_t i = 0; i < posts; ++i) {
      data.written[i].set(i + 1);
      signal.post();
    }
    return true;
  });
  trial.bodies.emplace_back([](S& signal, std::byte* own) {
    const Data& data = *std::launder(reinterpret_cast<const Data*>(own));
    bool right = true;
    for (std::uint64_t i = 0; i < posts; ++i) {
      signal.wait();
      right = data.written[i].get() == i + 1 && right;
    }
    return right;
  });
  return trial;
}

template <class S>
class SignalTest : public ::testing::Test {};
using Signals =
    ::testing::Types<condition_variable::ConditionVariable<E>, eventcount::Eventcount<E>, eventfd_signal::EventfdSignal<E>,
                     pipe_token::PipeToken<E>, unnamed_semaphore::UnnamedSemaphore<E>, named_semaphore::NamedSemaphore<E>>;
TYPED_TEST_SUITE(SignalTest, Signals);

TYPED_TEST(SignalTest, TellsThreads) {
  EXPECT_TRUE(holds(Lane::threads, telling<TypeParam>()));
}
TYPED_TEST(SignalTest, TellsProcesses) {
  EXPECT_TRUE(holds(Lane::processes, telling<TypeParam>()));
}

TYPED_TEST(SignalTest, StartsWithItsPermitsAndCounts) {
  testing::Trial<TypeParam> trial{.config = {.initial_permits = 2}, .bodies = {}};
  trial.bodies.emplace_back([](TypeParam& signal, std::byte* /*own*/) {
    signal.wait();
    signal.wait();
    for (int i = 0; i < 3; ++i) { signal.post(); }
    for (int i = 0; i < 3; ++i) { signal.wait(); }
    return true;
  });
  EXPECT_TRUE(holds(Lane::processes, trial)) << "hung: a permit was missing";
}

}  // namespace
}  // namespace shmlab::strategies
