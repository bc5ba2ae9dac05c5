#pragma once

#include <concepts>
#include <cstddef>

#include "contract/config.hpp"
#include "contract/face.hpp"

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

  /// Sets object number `object` up, for a scenario that said creates_itself(params): once, before anybody attaches to it.
  void create(std::size_t object = 0) const { S::create(first_ + object * stride_, config_); }

 private:
  std::byte* first_;
  std::size_t stride_;
  const Config& config_;
};

/// A scenario whose body has the signature run<Env, face, S>(self, values, shared, const AttachContext<S>&, session).
template <class Scenario>
concept AttachesItself = requires { requires Scenario::attaches_itself; };

/// The same through some faces only: `static constexpr FaceSet late_faces{...}` besides. Through the others its body is called with
/// endpoints, as any other's.
template <class Scenario>
consteval bool attaches_itself_through(Face face) {
  if constexpr (requires { Scenario::late_faces; }) {
    return AttachesItself<Scenario> && Scenario::late_faces.contains(face);
  } else {
    return AttachesItself<Scenario>;
  }
}

/// A scenario that attaches itself and, with some parameters, has a participant create the objects instead of the harness.
template <class Scenario>
concept CreatesItself = AttachesItself<Scenario> && requires(const typename Scenario::Params& values) {
  { Scenario::creates_itself(values) } -> std::same_as<bool>;
};

}  // namespace shmlab
