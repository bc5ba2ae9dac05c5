#include "fault/perturber.hpp"

#include <system_error>
#include <utility>

#include "env/native_env.hpp"
#include "fault/random_bits.hpp"
#include "measure/allowed_cpus.hpp"

namespace shmlab::fault {
namespace {

/// Of 4096 accesses, how many are hit by each. Moving costs a system call and the caches.
constexpr std::uint32_t of_all = 4096;
constexpr std::uint32_t moves = 4;
constexpr std::uint32_t yields = 100;
constexpr std::uint32_t delays = 400;
constexpr std::uint32_t longest_delay = 512;  ///< pauses; some tens of microseconds at most

}  // namespace

Perturber::Perturber(std::uint64_t seed, std::uint32_t participant, std::vector<int> cpus)
    : random_(seed + participant), cpus_(std::move(cpus)) {
  random_bits(random_);  // neighbouring participants part
}

void Perturber::before(const env::Access& /*access*/) {
  const std::uint32_t draw = random_bits(random_) % of_all;
  if (draw < moves) {
    migrate();
  } else if (draw < moves + yields) {
    env::NativeEnv::yield();
  } else if (draw < moves + yields + delays) {
    dawdle();
  }
}

void Perturber::dawdle() {
  for (std::uint32_t pauses = random_bits(random_) % longest_delay; pauses > 0; --pauses) { env::NativeEnv::pause(); }
}

void Perturber::migrate() {
  if (cpus_.size() < 2) { return; }
  try {
    measure::pin_this_thread(cpus_[random_bits(random_) % cpus_.size()]);
  } catch (const std::system_error&) {
    cpus_.clear();  // the CPUs of this process have changed meanwhile: it stays where it is
  }
}

}  // namespace shmlab::fault
