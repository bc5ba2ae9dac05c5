#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <regex>
#include <span>
#include <string>
#include <vector>

#include "contract/config.hpp"
#include "env/native_env.hpp"
#include "shm/futex.hpp"
#include "strategies/futex_mutex.hpp"
#include "strategies/spsc_ring.hpp"

/// A strategy written against Env is to cost what one without it costs: both are compiled here, in the way of the program, and their instructions
/// compared, as objdump (binutils) shows them. That strategies can be traced and explored adds none.
namespace shmlab::strategies::native_cost {

using Mutex = futex_mutex::FutexMutex<env::NativeEnv>;

/// The same mutex by hand. Each caller has one of its own, as the other has: how much is inlined depends on how many there are.
template <class Caller>
struct HandWrittenMutex {
  std::atomic<std::uint32_t>& state;

  void lock() {
    std::uint32_t seen = 0;
    // acquire: pairs with the release in unlock()
    if (!state.compare_exchange_strong(seen, 1, std::memory_order_acquire, std::memory_order_relaxed)) { wait(seen); }
  }
  void unlock() {
    // release: pairs with the acquires in lock() and wait()
    if (state.exchange(0, std::memory_order_release) == 2) { shm::futex_wake(state, 1, shm::FutexScope::shared); }
  }
  void wait(std::uint32_t seen) {
    if (seen != 2) { seen = state.exchange(2, std::memory_order_acquire); }
    while (seen != 0) {
      shm::futex_wait(state, 2);
      seen = state.exchange(2, std::memory_order_acquire);
    }
  }
};

/// What a ring needs, without any policy: std::atomic and memcpy themselves.
struct Bare {
  static constexpr std::uint32_t spin_limit = env::NativeEnv::spin_limit;
  template <class T>
  using Atomic = std::atomic<T>;
  static void copy_in(void* shared, const void* local, std::size_t bytes) { std::memcpy(shared, local, bytes); }
  static void copy_out(void* local, const void* shared, std::size_t bytes) { std::memcpy(local, shared, bytes); }
  static void prefetch_for_write(const std::byte* shared) { env::NativeEnv::prefetch_for_write(shared); }
  static void pause() { env::NativeEnv::pause(); }
  static void yield() { sched_yield(); }
};
using Ring = spsc_ring::SpscRing<env::NativeEnv>;
using BareRing = spsc_ring::SpscRing<Bare>;

template <class Ring>
[[gnu::always_inline]] inline std::uint64_t push(Ring& ring, std::uint64_t count) {
  // As long as the largest size that the ring copies as a constant: GCC cannot know that this one never does, and warns.
  std::array<std::uint64_t, cache_line_bytes / sizeof(std::uint64_t)> message{};
  std::uint64_t& number = message[0];
  while (number < count && ring.try_send(std::as_bytes(std::span(&number, 1)))) { ++number; }
  return number;
}
template <class Ring>
[[gnu::always_inline]] inline std::uint64_t pop(Ring& ring, std::uint64_t count) {
  std::uint64_t sum = 0;
  std::uint64_t message = 0;
  for (; count > 0 && ring.try_receive(std::as_writable_bytes(std::span(&message, 1))); --count) { sum += message; }
  return sum;
}

struct Plain;
struct Looking;

}  // namespace shmlab::strategies::native_cost

// By the names that objdump finds them by.
namespace native_cost = shmlab::strategies::native_cost;
extern "C" {

[[gnu::noinline, gnu::used]] void shmlab_section_by_env(native_cost::Mutex& mutex, std::uint64_t& guarded);
[[gnu::noinline, gnu::used]] void shmlab_section_by_hand(native_cost::HandWrittenMutex<native_cost::Plain>& mutex,
                                                         std::uint64_t& guarded);
[[gnu::noinline, gnu::used]] void shmlab_section_with_a_look_more(native_cost::HandWrittenMutex<native_cost::Looking>& mutex,
                                                                  std::uint64_t& guarded);
[[gnu::noinline, gnu::used]] std::uint64_t shmlab_push_by_env(native_cost::Ring& ring, std::uint64_t count);
[[gnu::noinline, gnu::used]] std::uint64_t shmlab_push_bare(native_cost::BareRing& ring, std::uint64_t count);
[[gnu::noinline, gnu::used]] std::uint64_t shmlab_pop_by_env(native_cost::Ring& ring, std::uint64_t count);
[[gnu::noinline, gnu::used]] std::uint64_t shmlab_pop_bare(native_cost::BareRing& ring, std::uint64_t count);

void shmlab_section_by_env(native_cost::Mutex& mutex, std::uint64_t& guarded) {
  mutex.lock();
  ++guarded;
  mutex.unlock();
}
void shmlab_section_by_hand(native_cost::HandWrittenMutex<native_cost::Plain>& mutex, std::uint64_t& guarded) {
  mutex.lock();
  ++guarded;
  mutex.unlock();
}
void shmlab_section_with_a_look_more(native_cost::HandWrittenMutex<native_cost::Looking>& mutex, std::uint64_t& guarded) {
  mutex.lock();
  guarded += mutex.state.load(std::memory_order_relaxed);  // relaxed: what it finds does not matter
  mutex.unlock();
}

std::uint64_t shmlab_push_by_env(native_cost::Ring& ring, std::uint64_t count) {
  return native_cost::push(ring, count);
}
std::uint64_t shmlab_push_bare(native_cost::BareRing& ring, std::uint64_t count) {
  return native_cost::push(ring, count);
}
std::uint64_t shmlab_pop_by_env(native_cost::Ring& ring, std::uint64_t count) {
  return native_cost::pop(ring, count);
}
std::uint64_t shmlab_pop_bare(native_cost::BareRing& ring, std::uint64_t count) {
  return native_cost::pop(ring, count);
}

}  // extern "C"

namespace shmlab::strategies::native_cost {
namespace {

std::string output_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string output;
  if (!pipe) { return output; }
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = fread(part.data(), 1, part.size(), pipe.get())) > 0;) { output.append(part.data(), got); }
  return output;
}

/// The instructions of a function of this program: those that fill gaps left out, and without the addresses that jumps and calls go to.
std::vector<std::string> instructions_of(const std::string& function) {
  const std::string text = output_of("objdump -d --no-show-raw-insn --disassemble=" + function + " " +
                                     std::filesystem::read_symlink("/proc/self/exe").string());
  static const std::regex line(R"(^ *[0-9a-f]+:\t(.*)$)", std::regex::multiline);
  static const std::regex target(R"( +[0-9a-f]+ <.*>.*$)");
  static const std::regex filler(R"(^(nop|data16|cs nop|xchg +%ax,%ax).*)");
  std::vector<std::string> instructions;
  for (std::sregex_iterator match(text.begin(), text.end(), line); match != std::sregex_iterator(); ++match) {
    std::string instruction = std::regex_replace((*match)[1].str(), target, "");
    instruction.erase(instruction.find_last_not_of(' ') + 1);
    if (!std::regex_match(instruction, filler)) { instructions.push_back(std::move(instruction)); }
  }
  return instructions;
}

class NativeCost : public ::testing::Test {
 protected:
  void SetUp() override {
    if (output_of("objdump --version 2>/dev/null").empty()) { GTEST_SKIP() << "there is no objdump (Debian package binutils)"; }
#if !defined(NDEBUG) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "only an optimised build has no calls between a strategy and its Env";
#endif
  }
};

TEST_F(NativeCost, AMutexHasTheInstructionsOfOneByHand) {
  const std::vector<std::string> by_env = instructions_of("shmlab_section_by_env");
  ASSERT_GT(by_env.size(), 10U);
  EXPECT_EQ(by_env, instructions_of("shmlab_section_by_hand"));
  const auto locked = [](const std::string& instruction) { return instruction.find("cmpxchg") != std::string::npos; };
  EXPECT_TRUE(std::ranges::any_of(by_env, locked)) << "it is the fast path that is compared";
}

TEST_F(NativeCost, OneLookMoreWouldShow) {
  EXPECT_NE(instructions_of("shmlab_section_by_env"), instructions_of("shmlab_section_with_a_look_more"));
}

TEST_F(NativeCost, ARingHasTheInstructionsOfBareAtomics) {
  const std::vector<std::string> push = instructions_of("shmlab_push_by_env");
  ASSERT_GT(push.size(), 10U);
  EXPECT_EQ(push, instructions_of("shmlab_push_bare"));
  const std::vector<std::string> pop = instructions_of("shmlab_pop_by_env");
  ASSERT_GT(pop.size(), 10U);
  EXPECT_EQ(pop, instructions_of("shmlab_pop_bare"));
}

}  // namespace
}  // namespace shmlab::strategies::native_cost
