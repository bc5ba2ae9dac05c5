#include "explore/testing/rc11_axioms.hpp"

#include <cstddef>

namespace shmlab::explore::testing {
namespace {

template <class Test>
EventSet events_where(const Execution& execution, Test&& test) {
  EventSet set = 0;
  for (std::size_t i = 0; i < execution.events.size(); ++i) {
    if (test(execution.events[i])) { set |= EventSet{1} << i; }
  }
  return set;
}

/// [R], [W] or [F]
Relation on(const Execution& execution, Event::Kind kind) {
  return Relation::on(events_where(execution, [&](const Event& event) { return event.kind == kind; }));
}

/// [E⊒rel]: writes and fences
Relation on_releases(const Execution& execution) {
  return Relation::on(events_where(execution, [](const Event& event) {
    return event.order == std::memory_order_release || event.order == std::memory_order_acq_rel ||
           (event.order == std::memory_order_seq_cst && event.kind != Event::Kind::read);
  }));
}

/// [E⊒acq]: reads and fences
Relation on_acquires(const Execution& execution) {
  return Relation::on(events_where(execution, [](const Event& event) {
    return event.order == std::memory_order_acquire || event.order == std::memory_order_acq_rel ||
           (event.order == std::memory_order_seq_cst && event.kind != Event::Kind::write);
  }));
}

/// [E^sc], fences included
Relation on_seq_cst(const Execution& execution) {
  return Relation::on(events_where(execution, [](const Event& event) { return event.order == std::memory_order_seq_cst; }));
}

/// All pairs of accesses to one location.
Relation same_location(const Execution& execution) {
  Relation result;
  const auto& events = execution.events;
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (std::size_t j = 0; j < events.size(); ++j) {
      const bool accesses = events[i].kind != Event::Kind::fence && events[j].kind != Event::Kind::fence;
      if (accesses && events[i].location == events[j].location) { result.add(i, j); }
    }
  }
  return result;
}

/// rs = [W] ; (rf ; rmw)*  in C++20;  [W] ; sb|loc? ; [W] ; (rf ; rmw)*  in C++11
Relation release_sequence(const Execution& execution, const Model& model) {
  const Relation write = on(execution, Event::Kind::write);
  const Relation continued = (execution.rf >> execution.rmw).closure().optional();
  if (model.release_sequence == Model::ReleaseSequence::cpp20) { return write >> continued; }
  return write >> (execution.sb & same_location(execution)).optional() >> write >> continued;
}

/// sw = [E⊒rel] ; ([F] ; sb)? ; rs ; rf ; [R] ; (sb ; [F])? ; [E⊒acq]
Relation synchronises_with(const Execution& execution, const Model& model) {
  const Relation fence = on(execution, Event::Kind::fence);
  return on_releases(execution) >> (fence >> execution.sb).optional() >> release_sequence(execution, model) >> execution.rf >>
         on(execution, Event::Kind::read) >> (execution.sb >> fence).optional() >> on_acquires(execution);
}

/// rb = rf⁻¹ ; mo
Relation reads_before(const Execution& execution) {
  return execution.rf.inverse() >> execution.mo;
}

/// eco = (rf ∪ mo ∪ rb)+; in C++20 "coherence-ordered before"
Relation extended_coherence_order(const Execution& execution) {
  return (execution.rf | execution.mo | reads_before(execution)).closure();
}

/// psc = psc_base ∪ psc_F
Relation partial_sc_order(const Execution& execution, const Relation& hb) {
  const Relation same = same_location(execution);
  const Relation sc = on_seq_cst(execution);
  const Relation fence_sc = on(execution, Event::Kind::fence) & sc;
  const Relation sb_elsewhere = execution.sb - same;  // sb|≠loc
  // scb = sb ∪ sb|≠loc ; hb ; sb|≠loc ∪ hb|loc ∪ mo ∪ rb
  const Relation scb = execution.sb | (sb_elsewhere >> hb >> sb_elsewhere) | (hb & same) | execution.mo | reads_before(execution);
  // psc_base = ([E^sc] ∪ [F^sc] ; hb?) ; scb ; ([E^sc] ∪ hb? ; [F^sc])
  const Relation psc_base = (sc | (fence_sc >> hb.optional())) >> scb >> (sc | (hb.optional() >> fence_sc));
  // psc_F = [F^sc] ; (hb ∪ hb ; eco ; hb) ; [F^sc]
  const Relation psc_fence = fence_sc >> (hb | (hb >> extended_coherence_order(execution) >> hb)) >> fence_sc;
  return psc_base | psc_fence;
}

/// What [atomics.order] paragraph 4 demands of S. S exists when this is acyclic.
Relation order_of_s(const Execution& execution, const Relation& hb, const Model& model) {
  const Relation sc = on_seq_cst(execution);
  const Relation fence_sc = on(execution, Event::Kind::fence) & sc;
  // [intro.races]: strongly happens before. There a read-modify-write is one operation and not sequenced before itself.
  const Relation sb = execution.sb - execution.rmw;
  const Relation strongly = (sb | (sc >> synchronises_with(execution, model) >> sc) | (sb >> hb >> sb)).closure();
  // The four conditions on pairs that are coherence-ordered, in one: each side is a seq_cst access, or has a fence beyond it.
  const Relation from = sc | (fence_sc >> hb);
  const Relation to = sc | (hb >> fence_sc);
  return (sc >> strongly >> sc) | (from >> extended_coherence_order(execution) >> to);
}

}  // namespace

Relation happens_before(const Execution& execution, const Model& model) {
  return (execution.sb | synchronises_with(execution, model)).closure();
}

bool is_coherent(const Execution& execution, const Relation& hb) {
  return (hb >> extended_coherence_order(execution).optional()).is_irreflexive();
}

bool is_atomic(const Execution& execution) {
  return (execution.rmw & (reads_before(execution) >> execution.mo)).empty();
}

bool is_grounded(const Execution& execution) {
  return (execution.sb | execution.rf).is_acyclic();
}

bool is_sequentially_consistent(const Execution& execution, const Relation& hb, const Model& model) {
  if (model.seq_cst == Model::SeqCst::none) { return true; }
  const Relation order =
      model.seq_cst == Model::SeqCst::rc11 ? partial_sc_order(execution, hb) : order_of_s(execution, hb, model);
  return model.seq_cst_by_execution ? (order | execution.sb | execution.rf).is_acyclic() : order.is_acyclic();
}

}  // namespace shmlab::explore::testing
