#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/entry.hpp"
#include "contract/adapters/bounded_buffer.hpp"
#include "contract/adapters/locked_snapshot.hpp"
#include "contract/attach_context.hpp"
#include "contract/strategy.hpp"
#include "env/native_env.hpp"
#include "env/traced_env.hpp"
#include "measure/session.hpp"

namespace shmlab::catalogue {

/// One list of scenario types from several.
template <class... Lists>
struct ConcatImpl;
template <class... A>
struct ConcatImpl<Scenarios<A...>> {
  using type = Scenarios<A...>;
};
template <class... A, class... B, class... Rest>
struct ConcatImpl<Scenarios<A...>, Scenarios<B...>, Rest...> : ConcatImpl<Scenarios<A..., B...>, Rest...> {};
template <class... Lists>
using Concat = typename ConcatImpl<Lists...>::type;

/// The typed parameters of a scenario from their values.
template <class Scenario>
typename Scenario::Params typed(const ParamValues& values) {
  static_assert(Scenario::params.size() <= max_params);
  typename Scenario::Params params;
  for (std::size_t i = 0; i < Scenario::params.size(); ++i) { params.*(Scenario::params[i].member) = values[i]; }
  return params;
}

template <class Scenario>
ParamValues untyped(const typename Scenario::Params& params) {
  ParamValues values{};
  for (std::size_t i = 0; i < Scenario::params.size(); ++i) { values[i] = params.*(Scenario::params[i].member); }
  return values;
}

/// The first face in the scenario's order that S proves.
template <class Scenario, class S>
consteval bool fits() {
  for (const Face face : Scenario::faces) {
    if (faces_of<S>().contains(face)) { return !(Retirable<S> && attaches_itself_through<Scenario>(face)); }
  }
  return false;
}
template <class Scenario, class S>
consteval Face chosen_face() {
  for (const Face face : Scenario::faces) {
    if (faces_of<S>().contains(face)) { return face; }
  }
  return Face::exclusive;
}

/// A scenario whose participants record their operations: how many events each at most, and the judge of them all.
template <class Scenario>
concept Recorded = requires(const typename Scenario::Params& values, std::span<const Event> history) {
  { Scenario::events(values) } -> std::same_as<std::uint64_t>;
  { Scenario::judge_history(values, Face::exclusive, history) } -> std::same_as<Verdict>;
};

/// A scenario whose participants may be killed: what is promised to the others then, and how they learn who has to be replaced.
template <class Scenario>
concept Mourning = requires(const typename Scenario::Params& values, typename Scenario::template Shared<env::NativeEnv>& shared) {
  { Scenario::promised(DeathContract{}, Face::exclusive, values, 0U, 0U) } -> std::same_as<OnDeath>;
  { Scenario::bury(shared, 0U) } -> std::same_as<void>;
};

/// A scenario that not every face which it takes fits with all parameters: misfit(values, face) says why, or nothing.
template <class Scenario>
concept Choosy = requires(const typename Scenario::Params& values) {
  { Scenario::misfit(values, Face::exclusive) } -> std::same_as<std::string_view>;
};

/// A scenario whose parameters can come to too much together: moderated(values) makes some of them smaller.
template <class Scenario>
concept Moderate = requires(const typename Scenario::Params& values) {
  { Scenario::moderated(values) } -> std::same_as<typename Scenario::Params>;
};

/// Scenario x strategy x Env behind plain function pointers.
template <class Scenario, class S, class Env>
struct Bound {
  using Shared = typename Scenario::template Shared<Env>;
  static constexpr Face face = chosen_face<Scenario, S>();
  static constexpr std::size_t instances = Scenario::instances;

  struct Layout {
    std::size_t first = 0;   ///< offset of the first strategy object
    std::size_t stride = 0;  ///< distance between strategy objects
    Footprint whole;
  };

  static Layout layout(const Config& config) {
    const Footprint one = S::footprint(config);
    const std::size_t alignment = std::max({one.alignment, alignof(Shared), line_pair_bytes});
    Layout layout;
    layout.first = align_up(sizeof(Shared), alignment);
    layout.stride = align_up(one.bytes, alignment);
    layout.whole = {layout.first + instances * layout.stride, alignment};
    return layout;
  }

  static Config config(const ParamValues& values) { return Scenario::config(typed<Scenario>(values), face); }
  static std::byte* object(void* memory, const Layout& layout, std::size_t i) {
    return static_cast<std::byte*>(memory) + layout.first + i * layout.stride;
  }

  static std::string refuses(const ParamValues& values) { return S::refuses(config(values)); }
  static Footprint footprint(const ParamValues& values) { return layout(config(values)).whole; }

  static void create(void* memory, const ParamValues& values) {
    const Config configuration = config(values);
    const Layout where = layout(configuration);
    new (memory) Shared{};
    if constexpr (CreatesItself<Scenario>) {
      if (Scenario::creates_itself(typed<Scenario>(values))) { return; }
    }
    for (std::size_t i = 0; i < instances; ++i) { S::create(object(memory, where, i), configuration); }
  }

  static void retire([[maybe_unused]] void* memory, [[maybe_unused]] const ParamValues& values) {
    if constexpr (Retirable<S>) {
      const Layout where = layout(config(values));
      for (std::size_t i = 0; i < instances; ++i) { S::retire(object(memory, where, i)); }
    }
  }

  static void dispose([[maybe_unused]] void* memory, [[maybe_unused]] const ParamValues& values) {
    if constexpr (Retirable<S> || Disposable<S>) {
      const Layout where = layout(config(values));
      for (std::size_t i = 0; i < instances; ++i) { take_away<S>(object(memory, where, i)); }
    }
  }

  template <std::size_t... I>
  static std::array<S, instances> attach(void* memory, const Config& configuration, const Layout& where, Participant self,
                                         std::index_sequence<I...> /*objects*/) {
    return {S(object(memory, where, I), configuration, self)...};
  }

  static void participate(void* memory, const ParamValues& values, Participant self, measure::Session& session) {
    const Config configuration = config(values);
    const Layout where = layout(configuration);
    auto& shared = *std::launder(static_cast<Shared*>(memory));
    if constexpr (attaches_itself_through<Scenario>(face)) {
      if (!session.begin()) { return; }
      const AttachContext<S> context(object(memory, where, 0), where.stride, configuration);
      Scenario::template run<Env, face>(self, typed<Scenario>(values), shared, context, session);
    } else {
      std::array<S, instances> objects = attach(memory, configuration, where, self, std::make_index_sequence<instances>{});
      if (!session.begin()) { return; }
      Scenario::template run<Env, face>(self, typed<Scenario>(values), shared, objects, session);
    }
    session.end();
  }

  static Verdict judge(const void* memory, const ParamValues& values, std::span<const Outcome> outcomes) {
    return Scenario::template judge<Env>(typed<Scenario>(values), *std::launder(static_cast<const Shared*>(memory)), outcomes);
  }

  static std::uint64_t events(const ParamValues& values) { return Scenario::events(typed<Scenario>(values)); }
  static Verdict judge_history(const ParamValues& values, std::span<const Event> history) {
    return Scenario::judge_history(typed<Scenario>(values), face, history);
  }

  static OnDeath promised(const ParamValues& values, std::uint32_t index, std::uint32_t step) {
    return Scenario::promised(S::descriptor.contract, face, typed<Scenario>(values), index, step);
  }
  static void bury(void* memory, std::uint32_t index) { Scenario::bury(*std::launder(static_cast<Shared*>(memory)), index); }

  static CaseCode code() {
    CaseCode code{&Scenario::descriptor, face, footprint, create, retire, dispose, participate, judge};
    code.unmodelled = Opaque<S>                      ? "synchronises by other means than Env, which the explorer does not see"
                      : Retirable<S> && !Modelled<S> ? "is opened by a name, and the explorer has no model of that object"
                      : CarriesDescriptors<S> && !Modelled<S>
                          ? "is reached through descriptors, and the explorer has no model of what is behind them"
                          : "";
    code.unsteered = Opaque<S>               ? "it synchronises by other means than Env"
                     : CarriesDescriptors<S> ? "its descriptors are opened once, and every schedule begins with a new object"
                                             : "";
    if constexpr (Selective<S>) { code.refuses = refuses; }
    if constexpr (Recorded<Scenario>) {
      code.events = events;
      code.judge_history = judge_history;
    }
    if constexpr (Mourning<Scenario>) {
      code.promised = promised;
      code.bury = bury;
    }
    return code;
  }
};

template <class Scenario>
ScenarioEntry scenario_entry(std::string file) {
  ScenarioEntry entry;
  entry.descriptor = &Scenario::descriptor;
  entry.file = std::move(file);
  entry.records = Recorded<Scenario>;
  entry.attaches_late = AttachesItself<Scenario>;
  entry.mourns = Mourning<Scenario>;
  if constexpr (CreatesItself<Scenario>) {
    entry.creates_itself = [](const ParamValues& values) { return Scenario::creates_itself(typed<Scenario>(values)); };
  }
  for (const auto& param : Scenario::params) {
    entry.params.push_back({param.name, param.unit, param.low, param.high, param.typical});
  }
  if constexpr (Choosy<Scenario>) {
    entry.misfit = [](const ParamValues& values, Face face) { return Scenario::misfit(typed<Scenario>(values), face); };
  }
  if constexpr (Moderate<Scenario>) {
    entry.moderated = [](const ParamValues& values) { return untyped<Scenario>(Scenario::moderated(typed<Scenario>(values))); };
  }
  entry.participants = [](const ParamValues& values) { return Scenario::participants(typed<Scenario>(values)); };
  entry.role = [](const ParamValues& values, std::uint32_t index) { return Scenario::role(typed<Scenario>(values), index); };
  entry.config = [](const ParamValues& values, Face face) { return Scenario::config(typed<Scenario>(values), face); };
  return entry;
}

/// The code of a strategy for every scenario of the list that it fits.
template <class List>
struct Cases;
template <class... S>
struct Cases<Scenarios<S...>> {
  template <class Type, class Env>
  static std::vector<CaseCode> of() {
    std::vector<CaseCode> codes;
    (
        [&] {
          if constexpr (fits<S, Type>()) { codes.push_back(Bound<S, Type, Env>::code()); }
        }(),
        ...);
    return codes;
  }
};

/// Calls visit.template operator()<Type>(kind) for V<Env>, and then for each adapter that its faces allow. A control is not lifted:
/// it is broken enough. Nor is a peer: the adapters are ours, and say more over our own locks.
template <template <class> class V, class Env, Kind kind, class Visit>
void visit_lifted(Visit visit) {
  using Type = V<Env>;
  visit.template operator()<Type>(kind);
  if constexpr (Exclusive<Type> && kind != Kind::control && kind != Kind::peer) {
    if constexpr (!Snapshot<Type>) { visit.template operator()<LockedSnapshot<Env, Type>>(Kind::adapter); }
    if constexpr (!Channel<Type>) { visit.template operator()<BoundedBuffer<Env, Type>>(Kind::adapter); }
  }
}

/// The same for all variants of one strategy file.
template <class Env, Kind kind, template <class> class... V, class Visit>
void visit_strategies(Variants<V...> /*plugins*/, Visit visit) {
  (visit_lifted<V, Env, kind>(visit), ...);
}

/// Entries of one strategy file, with the code that is measured.
template <class Plugins, class AllScenarios, Kind file_kind>
std::vector<StrategyEntry> bind_strategies(const char* file) {
  std::vector<StrategyEntry> entries;
  visit_strategies<env::NativeEnv, file_kind>(Plugins{}, [&]<class Type>(Kind kind) {
    static_assert(Strategy<Type>,
                  "a strategy needs descriptor, footprint, create, an attaching constructor and at least one face");
    StrategyEntry entry;
    entry.descriptor = Type::descriptor;
    entry.kind = kind;
    entry.faces = faces_of<Type>();
    entry.carries_descriptors = CarriesDescriptors<Type>;
    entry.file = file;
    if constexpr (Conditional<Type>) { entry.unavailable = Type::unavailable(); }
    entry.cases = Cases<AllScenarios>::template of<Type, env::NativeEnv>();
    entries.push_back(std::move(entry));
  });
  return entries;
}

/// The traced code of the same entries, in the same order.
template <class Plugins, class AllScenarios, Kind file_kind>
std::vector<std::vector<CaseCode>> bind_traced() {
  std::vector<std::vector<CaseCode>> codes;
  visit_strategies<env::TracedEnv, file_kind>(
      Plugins{}, [&]<class Type>(Kind /*kind*/) { codes.push_back(Cases<AllScenarios>::template of<Type, env::TracedEnv>()); });
  return codes;
}

/// Entries of every scenario of one file.
template <class... S>
std::vector<ScenarioEntry> bind_scenarios(Scenarios<S...> /*plugins*/, const char* file) {
  return {scenario_entry<S>(file)...};
}

}  // namespace shmlab::catalogue
