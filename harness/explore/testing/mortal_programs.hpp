#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

#include "contract/acquired.hpp"
#include "contract/config.hpp"
#include "contract/strategy.hpp"
#include "env/traced_env.hpp"
#include "explore/depth_first.hpp"
#include "explore/explore.hpp"
#include "explore/testing/small_programs.hpp"

/// Programs whose participants may die anywhere.
namespace shmlab::explore::testing {

inline Settings with_deaths(std::uint32_t deaths) {
  Settings settings;
  settings.bounds.spurious_wakes = 0;
  settings.bounds.most_deaths = deaths;
  return settings;
}

/// All executions with at most so many deaths and preemptions.
inline Exploration with_few(std::uint32_t deaths, std::uint32_t preemptions, const Program& program) {
  DepthFirst search(0, preemptions);
  return explore(program, with_deaths(deaths), search);
}

/// What a lock guards: both are equal, except while somebody is inside.
struct Record {
  env::TracedEnv::Plain<std::uint32_t> first;
  env::TracedEnv::Plain<std::uint32_t> second;

  /// Under the lock. Who was told of a death repairs.
  void write(Acquired acquired) {
    if (acquired == Acquired::owner_died) { second.set(first.get()); }
    if (first.get() != second.get()) { throw Violated{"half written, and nobody said so"}; }
    first.set(first.get() + 1);
    second.set(first.get());
  }
};

/// Everybody comes in so often and writes the record.
template <class Lock>
Program mortal_sections(std::uint32_t participants, std::uint32_t each) {
  struct Shared {
    typename Lock::Shared lock;
    Record record;
  };
  const auto enter = [each](Shared& shared) {
    Lock endpoint(&shared.lock, {}, {});
    for (std::uint32_t i = 0; i < each; ++i) {
      const Acquired acquired = endpoint.lock();
      if (acquired == Acquired::not_recoverable) { throw Violated{"not recoverable"}; }
      shared.record.write(acquired);
      endpoint.unlock();
    }
  };
  Program program = program_of<Shared>(std::vector<std::function<void(Shared&)>>(participants, enter));
  program.create = [](void* memory) {
    Shared& shared = *new (memory) Shared{};
    Lock::create(&shared.lock, {});
    take_away<Lock>(&shared.lock);  // models stand for what lies outside
  };
  return program;
}

/// Messages from one to another, each of whom may die once it has begun to play its side; who is told of that stops.
template <class Ring>
Program mortal_messages(std::uint64_t messages) {
  static constexpr Config config{.payload_bytes = sizeof(std::uint64_t), .capacity = 1};
  static std::array<bool, 2> plays;
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 1024> ring{};
  };
  const auto play = [](std::size_t side, Shared& shared, auto begin, auto each, std::uint64_t count) {
    plays[side] = false;
    try {
      Ring endpoint(shared.ring.data(), config, {});
      begin(endpoint);
      plays[side] = true;
      for (std::uint64_t i = 1; i <= count; ++i) { each(endpoint, i); }
      plays[side] = false;
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::owner_dead) { throw; }
    }
  };
  const auto send = [](Ring& endpoint, std::uint64_t number) { endpoint.send(std::as_bytes(std::span(&number, 1))); };
  const auto receive = [](Ring& endpoint, std::uint64_t number) {
    std::uint64_t got = 0;
    endpoint.receive(std::as_writable_bytes(std::span(&got, 1)));
    if (got != number) { throw Violated{"out of order"}; }
  };
  Program program =
      program_of<Shared>({[=](Shared& shared) { play(0, shared, [](Ring& endpoint) { endpoint.reserve(); }, send, messages); },
                          [=](Shared& shared) { play(1, shared, [](Ring& endpoint) { endpoint.front(); }, receive, messages); }});
  program.create = [](void* memory) { Ring::create(new (memory) Shared{}, config); };
  program.may_die = [](std::uint32_t index) { return plays[index]; };
  return program;
}

/// Writers of one value each, whose words are equal, and readers who want them to be, each once.
template <class Snapshot>
Program mortal_snapshots(std::uint32_t writers, std::uint32_t readers) {
  using Value = std::array<std::uint64_t, 2>;
  static constexpr Config config{.payload_bytes = sizeof(Value)};
  struct Shared {
    alignas(line_pair_bytes) std::array<std::byte, 512> snapshot{};
  };
  const auto read = [](Snapshot& endpoint) {
    Value value{};
    endpoint.read(std::as_writable_bytes(std::span(value)));
    return value[0] == value[1];
  };
  std::vector<std::function<void(Shared&)>> bodies;
  for (std::uint64_t version = 1; version <= writers; ++version) {
    bodies.emplace_back([version](Shared& shared) {
      Snapshot endpoint(shared.snapshot.data(), config, {});
      const Value value{version, version};
      endpoint.publish(std::as_bytes(std::span(value)));
    });
  }
  for (std::uint32_t i = 0; i < readers; ++i) {
    bodies.emplace_back([read](Shared& shared) {
      Snapshot endpoint(shared.snapshot.data(), config, {});
      if (!read(endpoint)) { throw Violated{"torn"}; }
    });
  }
  Program program = program_of<Shared>(std::move(bodies));
  program.create = [](void* memory) { Snapshot::create(new (memory) Shared{}, config); };
  return program;
}

}  // namespace shmlab::explore::testing
