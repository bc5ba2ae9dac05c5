#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <latch>
#include <list>
#include <thread>
#include <utility>
#include <vector>

#include "contract/config.hpp"
#include "contract/strategy.hpp"
#include "contract/testing/object.hpp"
#include "shm/mapping_address.hpp"
#include "shm/region.hpp"
#include "shm/testing/child.hpp"

namespace shmlab::strategies::testing {

using shmlab::testing::message;
using shmlab::testing::Object;

/// How the participants of a trial run.
enum class Lane : std::uint8_t { threads, processes };

/// Participants at work on one object of strategy S, with memory of the trial's own beside it.
template <Strategy S>
struct Trial {
  Config config;
  std::size_t own_bytes = 0;  ///< zeroed, aligned to a pair of lines
  /// What participant 0, 1, ... does with its endpoint; true when all that it saw was right.
  std::vector<std::function<bool(S& endpoint, std::byte* own)>> bodies;
  /// Afterwards; true when what is left is right.
  std::function<bool(const std::byte* own)> judge = [](const std::byte* /*own*/) { return true; };

  [[nodiscard]] std::size_t own_at() const { return align_up(S::footprint(config).bytes, line_pair_bytes); }
  [[nodiscard]] Footprint footprint() const {
    return {own_at() + own_bytes, std::max(S::footprint(config).alignment, line_pair_bytes)};
  }

  /// One participant from attaching to the end; `attached`, if any, is waited for in between.
  [[nodiscard]] bool participate(std::byte* memory, std::uint32_t index, std::latch* attached = nullptr) const {
    S endpoint(memory, config, Participant{index});
    if (attached != nullptr) { attached->arrive_and_wait(); }
    return bodies[index](endpoint, memory + own_at());
  }

  /// Creates the object, lets `run(memory)` run the participants, and judges.
  template <class Run>
  bool hold_on(std::byte* memory, Run run) const {
    S::create(memory, config);
    const bool held = run(memory);
    take_away<S>(memory);
    return held && judge(memory + own_at());
  }
};

/// Threads on one mapping. A hang ends the program: nobody can stop a thread.
template <Strategy S>
bool hold_as_threads(const Trial<S>& trial) {
  const shmlab::testing::HeapMemory memory(trial.footprint());
  return trial.hold_on(static_cast<std::byte*>(memory.get()), [&](std::byte* shared) {
    // All attach first: what a thread does on a named semaphore that it has to itself, ThreadSanitizer forgets when it is closed.
    std::latch attached(static_cast<std::ptrdiff_t>(trial.bodies.size()));
    std::vector<std::future<bool>> results;
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < trial.bodies.size(); ++i) {
      std::packaged_task<bool()> task([&trial, &attached, shared, i] { return trial.participate(shared, i, &attached); });
      results.push_back(task.get_future());
      threads.emplace_back(std::move(task));
    }
    for (std::future<bool>& result : results) {
      if (result.wait_for(shm::testing::watchdog) == std::future_status::ready) { continue; }
      fmt::print(stderr, "a thread of {} hangs\n", S::descriptor.name);
      std::abort();
    }
    for (std::thread& thread : threads) { thread.join(); }
    bool held = true;
    for (std::future<bool>& result : results) { held = result.get() && held; }
    return held;
  });
}

/// Forked processes that share a memfd, each mapping it at an address of its own.
template <Strategy S>
bool hold_as_processes(const Trial<S>& trial) {
  shm::Region region = shm::Region::create({.kind = shm::RegionKind::memfd, .payload_bytes = trial.footprint().bytes});
  return trial.hold_on(region.payload(), [&](std::byte* /*mapped here*/) {
    std::list<shm::testing::Child> children;
    for (std::uint32_t i = 0; i < trial.bodies.size(); ++i) {
      children.emplace_back([&, i] {
        shm::map_apart(i, region.mapped_bytes(), [&](void* address) { region.relocate(address); });
        return trial.participate(region.payload(), i) ? EXIT_SUCCESS : EXIT_FAILURE;
      });
    }
    bool held = true;
    for (shm::testing::Child& child : children) { held = child.wait() == EXIT_SUCCESS && held; }
    return held;
  });
}

/// Runs the trial; whether every body and the judge were content.
template <Strategy S>
bool holds(Lane lane, const Trial<S>& trial) {
  return lane == Lane::threads ? hold_as_threads(trial) : hold_as_processes(trial);
}

/// For controls: whether the trial fails at last, when it is run again and again until the watchdog.
template <Strategy S>
bool is_caught(const Trial<S>& trial) {
  const auto deadline = std::chrono::steady_clock::now() + shm::testing::watchdog;
  while (std::chrono::steady_clock::now() < deadline) {
    if (!hold_as_processes(trial)) { return true; }
  }
  return false;
}

}  // namespace shmlab::strategies::testing
