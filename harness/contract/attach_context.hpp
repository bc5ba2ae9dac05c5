#pragma once

#include <cstddef>

#include "contract/config.hpp"

namespace shmlab {

/// For a scenario with `static constexpr bool attaches_itself = true`: what its body attaches to, in place of endpoints. It is called
/// after the common start, and attaches when it likes. Such a scenario is not bound to strategies that are Retirable: what they hold
/// outside the region is gone by then.
template <class S>
class AttachContext {
 public:
  /// `stride`: distance between the objects of the case.
  AttachContext(std::byte* first, std::size_t stride, const Config& config) : first_(first), stride_(stride), config_(config) {}

  /// An endpoint of object number `object` for the participant, who has none of it at the moment.
  [[nodiscard]] S attach(Participant self, std::size_t object = 0) const { return S(first_ + object * stride_, config_, self); }

 private:
  std::byte* first_;
  std::size_t stride_;
  const Config& config_;
};

/// A scenario whose body has the signature run<Env, face, S>(self, values, shared, const AttachContext<S>&, session).
template <class Scenario>
concept AttachesItself = requires { requires Scenario::attaches_itself; };

}  // namespace shmlab
