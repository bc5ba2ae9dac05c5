#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <span>
#include <vector>

#include "contract/config.hpp"
#include "env/traced_env.hpp"
#include "explore/testing/small_programs.hpp"

/// Small programs around strategies, as cheap to execute as they can be.
namespace shmlab::explore::testing {

/// Everybody takes the mutex so often and adds to an ordinary count.
template <class Mutex>
Program sections(std::uint32_t participants, std::uint32_t operations) {
  struct Shared {
    typename Mutex::Shared mutex;
    env::TracedEnv::Plain<std::uint32_t> count;
  };
  const auto work = [=](Shared& shared) {
    Mutex endpoint(&shared.mutex, {}, {});
    for (std::uint32_t i = 0; i < operations; ++i) {
      endpoint.lock();
      shared.count.set(shared.count.get() + 1);
      endpoint.unlock();
    }
  };
  return program_of<Shared>(std::vector<std::function<void(Shared&)>>(participants, work), [=](Shared& shared) {
    return shared.count.get() == participants * operations ? Verdict::ok() : Verdict::violated("a section is lost");
  });
}

/// The same with locks that know their participants.
template <class Lock>
Program queued_sections(std::uint32_t participants, std::uint32_t operations) {
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 1024> lock{};
    env::TracedEnv::Plain<std::uint32_t> count;
  };
  const Config config{.participants = participants};
  std::vector<std::function<void(Shared&)>> bodies;
  for (std::uint32_t index = 0; index < participants; ++index) {
    bodies.emplace_back([=](Shared& shared) {
      Lock endpoint(shared.lock.data(), config, {index});
      for (std::uint32_t i = 0; i < operations; ++i) {
        endpoint.lock();
        shared.count.set(shared.count.get() + 1);
        endpoint.unlock();
      }
    });
  }
  Program program = program_of<Shared>(std::move(bodies), [=](Shared& shared) {
    return shared.count.get() == participants * operations ? Verdict::ok() : Verdict::violated("a section is lost");
  });
  program.create = [config](void* memory) { Lock::create((new (memory) Shared{})->lock.data(), config); };
  return program;
}

/// One writer of values whose words are equal, and readers who want them to be, and to grow.
template <class Seqlock>
Program snapshots(std::uint32_t readers, std::uint64_t writes) {
  using Value = std::array<std::uint64_t, 2>;
  static constexpr Config config{.payload_bytes = sizeof(Value)};
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 1024> seqlock{};
  };
  std::vector<std::function<void(Shared&)>> bodies;
  bodies.emplace_back([=](Shared& shared) {
    Seqlock endpoint(shared.seqlock.data(), config, {});
    for (std::uint64_t i = 1; i <= writes; ++i) {
      const Value value{i, i};
      endpoint.publish(std::as_bytes(std::span(value)));
    }
  });
  for (std::uint32_t reader = 0; reader < readers; ++reader) {
    bodies.emplace_back([](Shared& shared) {
      Seqlock endpoint(shared.seqlock.data(), config, {});
      Value value{};
      endpoint.read(std::as_writable_bytes(std::span(value)));
      if (value[0] != value[1]) { throw Violated{"torn"}; }
    });
  }
  Program program = program_of<Shared>(std::move(bodies));
  program.create = [](void* memory) { Seqlock::create(new (memory) Shared{}, config); };
  return program;
}

/// Numbers from one to the other.
template <class Ring>
Program numbers(std::uint64_t messages) {
  static constexpr Config config{.payload_bytes = sizeof(std::uint64_t), .capacity = 2};
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 1024> ring{};
  };
  Program program = program_of<Shared>({[=](Shared& shared) {
                                          Ring endpoint(shared.ring.data(), config, {});
                                          for (std::uint64_t i = 1; i <= messages; ++i) {
                                            endpoint.send(std::as_bytes(std::span(&i, 1)));
                                          }
                                        },
                                        [=](Shared& shared) {
                                          Ring endpoint(shared.ring.data(), config, {});
                                          for (std::uint64_t i = 1; i <= messages; ++i) {
                                            std::uint64_t got = 0;
                                            endpoint.receive(std::as_writable_bytes(std::span(&got, 1)));
                                            if (got != i) { throw Violated{"out of order"}; }
                                          }
                                        }});
  program.create = [](void* memory) {
    new (memory) Shared{};
    Ring::create(memory, config);
  };
  return program;
}

}  // namespace shmlab::explore::testing
