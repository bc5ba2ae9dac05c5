#pragma once

#include <cstdint>
#include <functional>
#include <new>
#include <utility>
#include <vector>

#include "env/traced_env.hpp"
#include "explore/explore.hpp"

namespace shmlab::explore::testing {

/// A program whose shared memory is one `Shared` and whose participants are these bodies.
template <class Shared>
Program program_of(
    std::vector<std::function<void(Shared&)>> bodies,
    std::function<Verdict(Shared&)> judge = [](Shared&) { return Verdict::ok(); }) {
  Program program;
  program.bytes = sizeof(Shared);
  program.participants = static_cast<std::uint32_t>(bodies.size());
  program.create = [](void* memory) { new (memory) Shared{}; };
  program.body = [bodies = std::move(bodies)](std::uint32_t index, void* memory) {
    bodies[index](*static_cast<Shared*>(memory));
  };
  program.judge = [judge = std::move(judge)](void* memory) { return judge(*static_cast<Shared*>(memory)); };
  return program;
}

}  // namespace shmlab::explore::testing
