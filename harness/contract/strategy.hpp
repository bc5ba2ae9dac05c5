#pragma once

#include <concepts>
#include <string>
#include <type_traits>

#include "contract/config.hpp"
#include "contract/descriptor.hpp"
#include "contract/face.hpp"

namespace shmlab {

/// What every strategy type offers, whatever its faces.
/// - footprint(config): the bytes it needs in the region.
/// - create(memory, config): once, by the creator, on zeroed memory of at least that footprint. May throw Unavailable.
/// - S(memory, config, self): attach; the endpoint of one participant, its caches are process-local. Destroyed before unmapping.
/// Shared state holds no pointer: the region is mapped at another address in every process.
template <class S>
concept Strategy = std::constructible_from<S, void*, const Config&, Participant> && !faces_of<S>().empty() &&
                   requires(void* memory, const Config& config) {
                     { S::descriptor } -> std::convertible_to<const Descriptor&>;
                     { S::footprint(config) } -> std::same_as<Footprint>;
                     { S::create(memory, config) } -> std::same_as<void>;
                   };

/// A strategy that holds something outside the region (a name in the file system): retire(memory) takes it away.
/// Called by the creator once every participant has attached, and again at the end; calling it twice is harmless.
template <class S>
concept Retirable = requires(void* memory) {
  { S::retire(memory) } -> std::same_as<void>;
};

/// A strategy that holds something outside the region which goes for everybody when it goes (a System V semaphore set): dispose(memory) takes
/// it away, when nobody needs it any more. Calling it twice is harmless.
template <class S>
concept Disposable = requires(void* memory) {
  { S::dispose(memory) } -> std::same_as<void>;
};

/// Takes away what an object of S holds outside the region, in the end.
template <class S>
void take_away(void* memory) {
  if constexpr (Retirable<S>) { S::retire(memory); }
  if constexpr (Disposable<S>) { S::dispose(memory); }
}

/// A Retirable strategy that says `static constexpr bool is_modelled = true`: where executions are explored, its Env has a model of what the name
/// stands for.
template <class S>
concept Modelled = requires { requires S::is_modelled; };

/// A strategy that says `static constexpr bool is_opaque = true`: it synchronises by other means than Env (those of another
/// library), so that only runs which nobody steers can judge it.
template <class S>
concept Opaque = requires { requires S::is_opaque; };

/// A strategy that says `static constexpr bool carries_descriptors = true`: its objects need file descriptors, which come to every participant
/// beside the region's (env/carried_descriptors.hpp). So the harness alone creates them, before it starts anybody; who attaches late
/// has them all the same.
template <class S>
concept CarriesDescriptors = requires { requires S::carries_descriptors; };

/// A strategy that this machine or build may lack: unavailable() is the reason, or empty when it can be used.
template <class S>
concept Conditional = requires {
  { S::unavailable() } -> std::same_as<std::string>;
};

/// A strategy that cannot have every configuration within its limits on this machine: refuses(config) is the reason, or empty.
template <class S>
concept Selective = requires(const Config& config) {
  { S::refuses(config) } -> std::same_as<std::string>;
};

/// The registrations of one strategy file: `using Plugins = Variants<FutexMutex>;`
template <template <class Env> class... Strategies>
struct Variants {};

}  // namespace shmlab
