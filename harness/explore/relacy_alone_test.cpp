#include <gtest/gtest.h>

#if __has_include(<relacy/relacy.hpp>) && !defined(__SANITIZE_ADDRESS__)

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <ostream>
#include <span>

#include "contract/config.hpp"
#include "strategies/controls/broken_futex_mutex.hpp"
#include "strategies/controls/broken_seqlock.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/seqlock.hpp"
// Last
#include "explore/testing/relacy_env.hpp"

/// A second opinion on the explorer's model of memory: the same strategy files under another tool.
namespace shmlab::explore {
namespace {

using Env = testing::RelacyEnv;

/// What Relacy says of so many random executions.
template <class Suite>
rl::test_result_e opinion(rl::iteration_t executions) {
  std::ostream nowhere(nullptr);  // Relacy writes what it finds
  rl::test_params params;
  params.iteration_count = executions;
  params.output_stream = &nowhere;
  params.progress_stream = &nowhere;
  rl::simulate<Suite>(params);
  return params.test_result;
}

/// Two participants, two sections each around an ordinary count.
template <class Mutex>
struct Sections : rl::test_suite<Sections<Mutex>, 2> {
  typename Mutex::Shared mutex;
  Env::Plain<std::uint32_t> count;

  void before() { count.set(0); }
  void thread(unsigned /*index*/) {
    Mutex endpoint(&mutex, {}, {});
    for (int i = 0; i < 2; ++i) {
      endpoint.lock();
      count.set(count.get() + 1);
      endpoint.unlock();
    }
  }
  void after() { RL_ASSERT(count.get() == 4); }
};

/// A writer of values whose words are equal, and a reader who wants them to be.
template <class Seqlock>
struct Snapshots : rl::test_suite<Snapshots<Seqlock>, 2> {
  using Value = std::array<std::uint64_t, 2>;
  using Word = Env::Atomic<std::uint64_t>;
  static constexpr Config config{.payload_bytes = sizeof(Value)};
  static constexpr std::size_t words = 1 + 2;  // the number, and those of the value
  alignas(line_pair_bytes) std::array<std::byte, words * sizeof(Word)> memory;

  void before() { Seqlock::create(memory.data(), config); }
  void thread(unsigned index) {
    Seqlock endpoint(memory.data(), config, {});
    if (index == 0) {
      for (std::uint64_t i = 1; i <= 2; ++i) {
        const Value value{i, i};
        endpoint.publish(std::as_bytes(std::span(value)));
      }
      return;
    }
    Value value{};
    endpoint.read(std::as_writable_bytes(std::span(value)));
    RL_ASSERT(value[0] == value[1]);
  }
  void after() {
    EXPECT_LE(Seqlock::footprint(config).bytes, sizeof memory);
    std::destroy_n(std::launder(reinterpret_cast<Word*>(memory.data())), words);
  }
};

constexpr rl::iteration_t many = 200'000;

TEST(RelacyTest, TheStrategiesHold) {
  EXPECT_EQ(opinion<Sections<strategies::futex_mutex::FutexMutex<Env>>>(many), rl::test_result_success);
  EXPECT_EQ(opinion<Snapshots<strategies::seqlock::Seqlock<Env>>>(many), rl::test_result_success);
}

TEST(RelacyTest, TheControlsDoNot) {
  using namespace strategies;  // NOLINT(google-build-using-namespace): for the next lines
  EXPECT_EQ(opinion<Sections<broken_futex_mutex::BrokenFutexMutexRelaxedUnlock<Env>>>(many), rl::test_result_data_race);
  EXPECT_EQ(opinion<Sections<broken_futex_mutex::BrokenFutexMutexRelaxedLock<Env>>>(many), rl::test_result_data_race);
  EXPECT_EQ(opinion<Snapshots<broken_seqlock::BrokenSeqlockUnfencedReader<Env>>>(many), rl::test_result_user_assert_failed);
  EXPECT_EQ(opinion<Snapshots<broken_seqlock::BrokenSeqlockUnfencedWriter<Env>>>(many), rl::test_result_user_assert_failed);
  EXPECT_EQ(opinion<Snapshots<broken_seqlock::BrokenSeqlockRelaxedEnd<Env>>>(many), rl::test_result_user_assert_failed);
}

}  // namespace
}  // namespace shmlab::explore

#else

TEST(RelacyTest, IsLeftOut) {
  GTEST_SKIP() << "needs Debian's relacy-dev, and a build without AddressSanitizer, which its fibers confuse";
}

#endif
