#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "explore/testing/relation.hpp"

/// The axioms of RC11: Lahav, Vafeiadis, Kang, Hur, Dreyer, "Repairing Sequential Consistency in C/C++11", PLDI 2017, section 3;
/// and of C++20 where that differs. The names are the paper's.
namespace shmlab::explore::testing {

/// Which axioms an execution has to obey. As it stands: RC11, with the release sequences of C++20.
struct Model {
  enum class ReleaseSequence : std::uint8_t {
    cpp20,  // [intro.races]: continued by read-modify-writes only
    cpp11,  // RC11 as published: also by later stores of the same thread
  };
  enum class SeqCst : std::uint8_t {
    none,   // seq_cst does what acquire and release do
    rc11,   // psc is acyclic
    cpp20,  // [atomics.order]: there is an order S; stronger than RC11 between accesses of which some are weaker
  };

  ReleaseSequence release_sequence = ReleaseSequence::cpp20;
  SeqCst seq_cst = SeqCst::rc11;
  bool coherence = true;
  bool atomicity = true;
  bool no_thin_air = true;
  /// Of RC11 only what a machine can do that executes events one by one, each load after the store that it reads, and whose seq_cst
  /// events are ordered as they are executed. Its modification orders are free.
  bool seq_cst_by_execution = false;
};

/// An event of an execution. A read-modify-write is two, a read and a write.
struct Event {
  enum class Kind : std::uint8_t { read, write, fence };

  Kind kind = Kind::fence;
  std::uint32_t location = 0;
  std::memory_order order = std::memory_order_relaxed;
};

/// A candidate: what happened, and who saw what.
struct Execution {
  std::vector<Event> events;
  Relation sb;   // sequenced before, transitive; what initialises a location precedes everything
  Relation rmw;  // from the read to the write of one read-modify-write
  Relation rf;   // reads from: from the write to the read
  Relation mo;   // modification orders, transitive
};

/// hb = (sb ∪ sw)+
[[nodiscard]] Relation happens_before(const Execution& execution, const Model& model);

/// COHERENCE: hb ; eco? is irreflexive. It holds when it holds for the modification order of each location alone.
[[nodiscard]] bool is_coherent(const Execution& execution, const Relation& hb);
/// ATOMICITY: rmw ∩ (rb ; mo) is empty.
[[nodiscard]] bool is_atomic(const Execution& execution);
/// NO-THIN-AIR: sb ∪ rf is acyclic.
[[nodiscard]] bool is_grounded(const Execution& execution);
/// SC, of the kind that the model says.
[[nodiscard]] bool is_sequentially_consistent(const Execution& execution, const Relation& hb, const Model& model);

}  // namespace shmlab::explore::testing
