#pragma once

#include <cstdint>
#include <optional>
#include <source_location>

#include "env/kernel_permits_model.hpp"
#include "env/model.hpp"
#include "env/tracer.hpp"

namespace shmlab::env {

/// NativeEventfd or NativePipePermits, traced; where there is a model of memory, a model of the permits on it, and no descriptor. What carries
/// descriptors never has participants that take turns.
template <class Env, class Native>
class TracedKernelPermits {
 public:
  using Where = std::source_location;
  struct Shared {
    typename Native::Shared native;
    mutable KernelPermitsModel<Env> modelled;
  };
  static void create(Shared& shared, std::uint32_t permits) {
    Native::create(shared.native, permits);
    shared.modelled.create(permits);
  }
  static void dispose(const Shared& shared) { Native::dispose(shared.native); }

  explicit TracedKernelPermits(const Shared& shared) : shared_(shared) {
    if (model == nullptr) { native_.emplace(shared.native); }
  }

  void wait(Where where = Where::current()) {
    if (!native_) { return shared_.modelled.wait(where); }
    ask(Operation::wait, where);
    native_->wait();
  }
  void post(Where where = Where::current()) {
    if (!native_) { return shared_.modelled.post(where); }
    ask(Operation::post, where);
    native_->post();
  }

 private:
  void ask(Operation operation, const Where& where) const {
    if (tracer != nullptr) { tracer->before({operation, &shared_, sizeof(Shared), std::memory_order_seq_cst, where}); }
  }

  const Shared& shared_;
  std::optional<Native> native_;  ///< none where executions are explored
};

}  // namespace shmlab::env
