#include "explore/testing/classic_litmus.hpp"

#include <atomic>
#include <utility>
#include <vector>

#include "explore/testing/short_orders.hpp"

namespace shmlab::explore::testing {
namespace {

using namespace short_orders;  // NOLINT(google-build-using-namespace): that is what they are for

constexpr bool allowed = true;
constexpr bool forbidden = false;

using Tests = std::vector<ClassicLitmus>;
using Thread = std::vector<Instruction>;

ClassicLitmus make(const char* name, std::vector<Thread> threads, const char* condition, bool verdict) {
  return {.name = name, .program = {.threads = std::move(threads)}, .condition = condition, .allowed = verdict};
}

/// A thread that does these two with a fence between them.
Thread fenced(const Instruction& first, const Instruction& second, std::memory_order order = sc) {
  return {first, fence(order), second};
}

/// Store buffering: each of two misses the other's store.
void add_store_buffering(Tests& tests) {
  const auto add = [&](const char* name, const Thread& one, const Thread& other, bool verdict) {
    tests.push_back(make(name, {one, other}, "r0=0 r1=0", verdict));
  };
  add("SB_relaxed", {store(x, 1, rlx), load(y, rlx)}, {store(y, 1, rlx), load(x, rlx)}, allowed);
  add("SB_release_acquire", {store(x, 1, rel), load(y, acq)}, {store(y, 1, rel), load(x, acq)}, allowed);
  add("SB_seq_cst", {store(x, 1, sc), load(y, sc)}, {store(y, 1, sc), load(x, sc)}, forbidden);
  add("SB_seq_cst_stores_only", {store(x, 1, sc), load(y, acq)}, {store(y, 1, sc), load(x, acq)}, allowed);
  add("SB_seq_cst_loads_only", {store(x, 1, rel), load(y, sc)}, {store(y, 1, rel), load(x, sc)}, allowed);
  add("SB_one_release_store", {store(x, 1, sc), load(y, sc)}, {store(y, 1, rel), load(x, sc)}, allowed);
  add("SB_fences", fenced(store(x, 1, rlx), load(y, rlx)), fenced(store(y, 1, rlx), load(x, rlx)), forbidden);
  add("SB_one_fence", fenced(store(x, 1, rlx), load(y, rlx)), {store(y, 1, rlx), load(x, rlx)}, allowed);
  add("SB_acq_rel_fences", fenced(store(x, 1, rlx), load(y, rlx), acr), fenced(store(y, 1, rlx), load(x, rlx), acr), allowed);
  add("SB_seq_cst_and_fence", {store(x, 1, sc), load(y, sc)}, fenced(store(y, 1, rlx), load(x, rlx)), forbidden);
  add("SB_store_seq_cst_and_fence", {store(x, 1, sc), load(y, rlx)}, fenced(store(y, 1, rlx), load(x, rlx)), allowed);
  tests.push_back(make("SB_exchange_acq_rel", {{exchange(x, 1, acr), load(y, acq)}, {exchange(y, 1, acr), load(x, acq)}},
                       "r1=0 r3=0", allowed));
  tests.push_back(make("SB_exchange_seq_cst", {{exchange(x, 1, sc), load(y, sc)}, {exchange(y, 1, sc), load(x, sc)}}, "r1=0 r3=0",
                       forbidden));
  // Reading by read-modify-writes: that of y comes before the store to y, which then acquires from it.
  tests.push_back(make("SB_reads_by_update",
                       {{exchange(x, 1, acr), fetch_add(y, 0, acr)}, {exchange(y, 1, acr), fetch_add(x, 0, acr)}}, "r1=0 r3=0",
                       forbidden));
  // One of the updates of z comes first and releases to the other.
  tests.push_back(
      make("SB_updates_between",
           {{store(x, 1, rlx), fetch_add(z, 1, acr), load(y, rlx)}, {store(y, 1, rlx), fetch_add(z, 1, acr), load(x, rlx)}},
           "r1=0 r3=0", forbidden));
  tests.push_back(make("SB_three_seq_cst",
                       {{store(x, 1, sc), load(y, sc)}, {store(y, 1, sc), load(z, sc)}, {store(z, 1, sc), load(x, sc)}},
                       "r0=0 r1=0 r2=0", forbidden));
  tests.push_back(make("SB_three_one_weak",
                       {{store(x, 1, sc), load(y, sc)}, {store(y, 1, sc), load(z, sc)}, {store(z, 1, sc), load(x, acq)}},
                       "r0=0 r1=0 r2=0", allowed));
}

/// Message passing: the flag is seen, the message is not.
void add_message_passing(Tests& tests) {
  const auto add = [&](const char* name, const Thread& sender, const Thread& receiver, bool verdict) {
    tests.push_back(make(name, {sender, receiver}, "r0=1 r1=0", verdict));
  };
  add("MP_relaxed", {store(x, 1, rlx), store(y, 1, rlx)}, {load(y, rlx), load(x, rlx)}, allowed);
  add("MP_release_acquire", {store(x, 1, rlx), store(y, 1, rel)}, {load(y, acq), load(x, rlx)}, forbidden);
  add("MP_release_only", {store(x, 1, rlx), store(y, 1, rel)}, {load(y, rlx), load(x, rlx)}, allowed);
  add("MP_acquire_only", {store(x, 1, rlx), store(y, 1, rlx)}, {load(y, acq), load(x, rlx)}, allowed);
  add("MP_seq_cst", {store(x, 1, sc), store(y, 1, sc)}, {load(y, sc), load(x, sc)}, forbidden);
  add("MP_seq_cst_on_the_message_only", {store(x, 1, sc), store(y, 1, rlx)}, {load(y, rlx), load(x, sc)}, allowed);
  add("MP_fences", fenced(store(x, 1, rlx), store(y, 1, rlx), rel), fenced(load(y, rlx), load(x, rlx), acq), forbidden);
  add("MP_fence_and_acquire", fenced(store(x, 1, rlx), store(y, 1, rlx), rel), {load(y, acq), load(x, rlx)}, forbidden);
  add("MP_release_and_fence", {store(x, 1, rlx), store(y, 1, rel)}, fenced(load(y, rlx), load(x, rlx), acq), forbidden);
  add("MP_wrong_fences", fenced(store(x, 1, rlx), store(y, 1, rlx), acq), fenced(load(y, rlx), load(x, rlx), rel), allowed);
  add("MP_one_fence", fenced(store(x, 1, rlx), store(y, 1, rlx)), {load(y, rlx), load(x, rlx)}, allowed);
  add("MP_fence_for_a_later_store", {store(x, 1, rlx), fence(rel), store(z, 1, rlx), store(y, 1, rlx)},
      {load(y, acq), load(x, rlx)}, forbidden);
}

/// Who continues a release sequence: [intro.races], C++20.
void add_release_sequences(Tests& tests) {
  const Thread sender{store(x, 1, rlx), store(y, 1, rel)};
  const Thread receiver{load(y, acq), load(x, rlx)};
  tests.push_back(make("RS_fetch_add", {sender, {fetch_add(y, 1, rlx)}, receiver}, "r1=2 r2=0", forbidden));
  tests.push_back(
      make("RS_two_updates", {sender, {fetch_add(y, 1, rlx)}, {fetch_add(y, 1, rlx)}, receiver}, "r2=3 r3=0", forbidden));
  tests.push_back(make("RS_exchange", {sender, {exchange(y, 2, rlx)}, receiver}, "r0=1 r1=2 r2=0", forbidden));
  tests.push_back(make("RS_exchange_before", {sender, {exchange(y, 2, rlx)}, receiver}, "r0=0 r1=2 r2=0", allowed));
  tests.push_back(make("RS_compare_exchange", {sender, {compare_exchange(y, 1, 2, rlx, rlx)}, receiver}, "r1=2 r2=0", forbidden));
  tests.push_back(make("RS_store_of_another", {sender, {store(y, 2, rlx)}, receiver}, "r0=2 r1=0 y=2", allowed));
  tests.push_back(
      make("RS_own_later_store", {{store(x, 1, rlx), store(y, 1, rel), store(y, 2, rlx)}, receiver}, "r0=2 r1=0", allowed));
  tests.push_back(make("RS_own_later_update", {{store(x, 1, rlx), store(y, 1, rel), fetch_add(y, 1, rlx)}, receiver}, "r1=2 r2=0",
                       forbidden));
  tests.push_back(make("RS_update_of_own_later_store",
                       {{store(x, 1, rlx), store(y, 1, rel), store(y, 2, rlx)}, {fetch_add(y, 1, rlx)}, receiver}, "r1=3 r2=0",
                       allowed));
  tests.push_back(
      make("RS_failure_acquires", {sender, {compare_exchange(y, 7, 8, rlx, acq), load(x, rlx)}}, "r0=1 r1=0", forbidden));
  tests.push_back(
      make("RS_failure_is_relaxed", {sender, {compare_exchange(y, 7, 8, acr, rlx), load(x, rlx)}}, "r0=1 r1=0", allowed));
}

/// One location alone is sequentially consistent, whatever the orders.
void add_coherence(Tests& tests) {
  const Thread writer{store(x, 1, rlx), store(x, 2, rlx)};
  const Thread reader{load(x, rlx), load(x, rlx)};
  tests.push_back(make("CoRR_back", {writer, reader}, "r0=2 r1=1", forbidden));
  tests.push_back(make("CoRR_back_to_start", {writer, reader}, "r0=1 r1=0", forbidden));
  tests.push_back(make("CoRR_forth", {writer, reader}, "r0=0 r1=2", allowed));
  tests.push_back(
      make("CoRR_two_readers", {{store(x, 1, rlx)}, {store(x, 2, rlx)}, reader, reader}, "r0=1 r1=2 r2=2 r3=1", forbidden));
  tests.push_back(make("CoWW", {writer}, "x=1", forbidden));
  tests.push_back(make("CoWR", {{store(x, 1, rlx), load(x, rlx)}, {store(x, 2, rlx)}}, "r0=2 x=1", forbidden));
  tests.push_back(make("CoWR_own", {{store(x, 1, rlx), load(x, rlx)}, {store(x, 2, rlx)}}, "r0=0", forbidden));
  tests.push_back(make("CoRW_own", {{load(x, rlx), store(x, 1, rlx)}}, "r0=1", forbidden));
  tests.push_back(make("CoRW", {{load(x, rlx), store(x, 1, rlx)}, {store(x, 2, rlx)}}, "r0=2 x=2", forbidden));
  tests.push_back(make("CoRW_before", {{load(x, rlx), store(x, 1, rlx)}, {store(x, 2, rlx)}}, "r0=0 x=2", allowed));
}

/// Two threads whose modification orders take part.
void add_orders_of_stores(Tests& tests) {
  const char* both_early = "x=1 y=1";
  tests.push_back(
      make("2_2W_relaxed", {{store(x, 1, rlx), store(y, 2, rlx)}, {store(y, 1, rlx), store(x, 2, rlx)}}, both_early, allowed));
  tests.push_back(
      make("2_2W_release", {{store(x, 1, rel), store(y, 2, rel)}, {store(y, 1, rel), store(x, 2, rel)}}, both_early, allowed));
  tests.push_back(
      make("2_2W_seq_cst", {{store(x, 1, sc), store(y, 2, sc)}, {store(y, 1, sc), store(x, 2, sc)}}, both_early, forbidden));
  tests.push_back(make("2_2W_fences", {fenced(store(x, 1, rlx), store(y, 2, rlx)), fenced(store(y, 1, rlx), store(x, 2, rlx))},
                       both_early, forbidden));
  tests.push_back(make("2_2W_one_fence", {fenced(store(x, 1, rlx), store(y, 2, rlx)), {store(y, 1, rlx), store(x, 2, rlx)}},
                       both_early, allowed));
  tests.push_back(
      make("3_2W_relaxed",
           {{store(x, 1, rlx), store(y, 2, rlx)}, {store(y, 1, rlx), store(z, 2, rlx)}, {store(z, 1, rlx), store(x, 2, rlx)}},
           "x=1 y=1 z=1", allowed));

  const char* overtaken = "r0=1 x=2";
  tests.push_back(
      make("S_relaxed", {{store(x, 2, rlx), store(y, 1, rlx)}, {load(y, rlx), store(x, 1, rlx)}}, overtaken, allowed));
  tests.push_back(
      make("S_release_acquire", {{store(x, 2, rlx), store(y, 1, rel)}, {load(y, acq), store(x, 1, rlx)}}, overtaken, forbidden));
  tests.push_back(
      make("S_release_only", {{store(x, 2, rlx), store(y, 1, rel)}, {load(y, rlx), store(x, 1, rlx)}}, overtaken, allowed));
  tests.push_back(make("S_seq_cst", {{store(x, 2, sc), store(y, 1, sc)}, {load(y, sc), store(x, 1, sc)}}, overtaken, forbidden));
  tests.push_back(
      make("S_seq_cst_on_x_only", {{store(x, 2, sc), store(y, 1, rlx)}, {load(y, rlx), store(x, 1, sc)}}, overtaken, allowed));

  const char* missed = "r0=0 y=2";
  tests.push_back(
      make("R_release_acquire", {{store(x, 1, rel), store(y, 1, rel)}, {store(y, 2, rel), load(x, acq)}}, missed, allowed));
  tests.push_back(make("R_seq_cst", {{store(x, 1, sc), store(y, 1, sc)}, {store(y, 2, sc), load(x, sc)}}, missed, forbidden));
  tests.push_back(
      make("R_fences", {fenced(store(x, 1, rlx), store(y, 1, rlx)), fenced(store(y, 2, rlx), load(x, rlx))}, missed, forbidden));
  tests.push_back(
      make("R_release_first", {{store(x, 1, rel), store(y, 1, sc)}, {store(y, 2, sc), load(x, sc)}}, missed, allowed));
}

/// Out of thin air, which RC11 forbids by forbidding load buffering altogether.
void add_load_buffering(Tests& tests) {
  tests.push_back(
      make("LB_relaxed", {{load(x, rlx), store(y, 1, rlx)}, {load(y, rlx), store(x, 1, rlx)}}, "r0=1 r1=1", forbidden));
  tests.push_back(
      make("LB_acquire", {{load(x, acq), store(y, 1, rlx)}, {load(y, rlx), store(x, 1, rel)}}, "r0=1 r1=1", forbidden));
  tests.push_back(
      make("LB_one_of_two", {{load(x, rlx), store(y, 1, rlx)}, {load(y, rlx), store(x, 1, rlx)}}, "r0=0 r1=1", allowed));
}

/// Three or four threads: who has seen what by way of whom.
void add_causality(Tests& tests) {
  const char* unseen = "r0=1 r1=1 r2=0";
  tests.push_back(
      make("WRC_relaxed", {{store(x, 1, rlx)}, {load(x, rlx), store(y, 1, rlx)}, {load(y, rlx), load(x, rlx)}}, unseen, allowed));
  tests.push_back(make("WRC_release_acquire",
                       {{store(x, 1, rlx)}, {load(x, rlx), store(y, 1, rel)}, {load(y, acq), load(x, rlx)}}, unseen, forbidden));
  tests.push_back(make("ISA2_release_acquire",
                       {{store(x, 1, rlx), store(y, 1, rel)}, {load(y, acq), store(z, 1, rel)}, {load(z, acq), load(x, rlx)}},
                       unseen, forbidden));
  tests.push_back(make("ISA2_relaxed_between",
                       {{store(x, 1, rlx), store(y, 1, rel)}, {load(y, rlx), store(z, 1, rel)}, {load(z, acq), load(x, rlx)}},
                       unseen, allowed));
  tests.push_back(make("WWC_relaxed", {{store(x, 2, rlx)}, {load(x, rlx), store(y, 1, rlx)}, {load(y, rlx), store(x, 1, rlx)}},
                       "r0=2 r1=1 x=2", allowed));
  tests.push_back(make("WWC_release_acquire",
                       {{store(x, 2, rlx)}, {load(x, rlx), store(y, 1, rel)}, {load(y, acq), store(x, 1, rlx)}}, "r0=2 r1=1 x=2",
                       forbidden));

  const char* crossed = "r0=1 r1=0 r2=0";
  tests.push_back(make("RWC_release_acquire",
                       {{store(x, 1, rel)}, {load(x, acq), load(y, acq)}, {store(y, 1, rel), load(x, acq)}}, crossed, allowed));
  tests.push_back(
      make("RWC_seq_cst", {{store(x, 1, sc)}, {load(x, sc), load(y, sc)}, {store(y, 1, sc), load(x, sc)}}, crossed, forbidden));
  // RWC+syncs of Lahav et al.: C++11 had fences too weak for it.
  tests.push_back(make("RWC_fences",
                       {{store(x, 1, rlx)}, fenced(load(x, rlx), load(y, rlx)), fenced(store(y, 1, rlx), load(x, rlx))}, crossed,
                       forbidden));
  tests.push_back(make("W_RWC_seq_cst",
                       {{store(x, 1, sc), store(y, 1, rel)}, {load(y, acq), load(z, sc)}, {store(z, 1, sc), load(x, sc)}},
                       crossed, forbidden));
  tests.push_back(
      make("W_RWC_fences",
           {{store(x, 1, rlx), store(y, 1, rel)}, fenced(load(y, acq), load(z, rlx)), fenced(store(z, 1, rlx), load(x, rlx))},
           crossed, forbidden));
  tests.push_back(make("W_RWC_release_acquire",
                       {{store(x, 1, rlx), store(y, 1, rel)}, {load(y, acq), load(z, acq)}, {store(z, 1, rel), load(x, acq)}},
                       crossed, allowed));
  // Z6.U of Lahav et al.: synchronising is not enough for an order of what is seq_cst on either side.
  const Thread z6_first{store(x, 1, sc), store(y, 1, rel)};
  tests.push_back(
      make("Z6_U", {z6_first, {fetch_add(y, 1, sc), load(y, rlx)}, {store(y, 3, sc), load(x, sc)}}, "r0=1 r1=3 r2=0", allowed));
  tests.push_back(make("Z6_U_seq_cst",
                       {{store(x, 1, sc), store(y, 1, sc)}, {fetch_add(y, 1, sc), load(y, sc)}, {store(y, 3, sc), load(x, sc)}},
                       "r0=1 r1=3 r2=0", forbidden));
}

/// Independent reads of independent writes: two readers disagree.
void add_independent_reads(Tests& tests) {
  const auto add = [&](const char* name, std::memory_order stores, const Thread& one, const Thread& other, bool verdict) {
    tests.push_back(make(name, {{store(x, 1, stores)}, {store(y, 1, stores)}, one, other}, "r0=1 r1=0 r2=1 r3=0", verdict));
  };
  add("IRIW_release_acquire", rel, {load(x, acq), load(y, acq)}, {load(y, acq), load(x, acq)}, allowed);
  add("IRIW_seq_cst", sc, {load(x, sc), load(y, sc)}, {load(y, sc), load(x, sc)}, forbidden);
  add("IRIW_fences", rlx, fenced(load(x, rlx), load(y, rlx)), fenced(load(y, rlx), load(x, rlx)), forbidden);
  add("IRIW_one_fence", rlx, fenced(load(x, rlx), load(y, rlx)), {load(y, acq), load(x, acq)}, allowed);
  // IRIW-acq-sc of Lahav et al.: what compilers for Power do shows it, so C++20 had to allow it.
  add("IRIW_acquire_seq_cst", sc, {load(x, acq), load(y, sc)}, {load(y, acq), load(x, sc)}, allowed);
}

/// Read-modify-writes stand directly behind what they read.
void add_updates(Tests& tests) {
  tests.push_back(make("RMW_fetch_add_same", {{fetch_add(x, 1, rlx)}, {fetch_add(x, 1, rlx)}}, "r0=0 r1=0", forbidden));
  tests.push_back(make("RMW_fetch_add_loses_one", {{fetch_add(x, 1, rlx)}, {fetch_add(x, 1, rlx)}, {fetch_add(x, 1, rlx)}}, "x=2",
                       forbidden));
  tests.push_back(make("RMW_both_succeed", {{compare_exchange(x, 0, 1, rlx, rlx)}, {compare_exchange(x, 0, 2, rlx, rlx)}},
                       "r0=0 r1=0", forbidden));
  tests.push_back(make("RMW_one_fails_without_a_reason",
                       {{compare_exchange_weak(x, 0, 1, rlx, rlx)}, {compare_exchange_weak(x, 0, 2, rlx, rlx)}},
                       "r0=1000 r1=0 x=2", allowed));
  tests.push_back(make("RMW_both_fail_without_a_reason",
                       {{compare_exchange_weak(x, 0, 1, rlx, rlx)}, {compare_exchange_weak(x, 0, 2, rlx, rlx)}},
                       "r0=1000 r1=1000 x=0", allowed));
  tests.push_back(make("RMW_strong_needs_a_reason",
                       {{compare_exchange(x, 0, 1, rlx, rlx)}, {compare_exchange_weak(x, 0, 2, rlx, rlx)}}, "r0=0 r1=0",
                       forbidden));
  tests.push_back(make("RMW_exchange_swap", {{exchange(x, 1, rlx)}, {exchange(x, 2, rlx)}}, "r0=2 r1=1", forbidden));
  tests.push_back(make("RMW_before_a_store", {{store(x, 1, rlx)}, {fetch_add(x, 10, rlx)}}, "r0=0 x=1", allowed));
  tests.push_back(make("RMW_overwrites_what_it_missed", {{store(x, 1, rlx)}, {fetch_add(x, 10, rlx)}}, "r0=0 x=10", forbidden));
  tests.push_back(
      make("RMW_store_between", {{store(x, 1, rlx), store(x, 2, rlx)}, {exchange(x, 5, rlx)}}, "r0=1 x=5", forbidden));
  tests.push_back(make("RMW_amid_stores", {{store(x, 1, rlx), store(x, 2, rlx)}, {exchange(x, 5, rlx)}}, "r0=1 x=2", allowed));
  tests.push_back(make("RMW_failure_reads_the_past",
                       {{store(x, 1, rlx), store(y, 1, rlx)}, {load(y, rlx), compare_exchange(x, 1, 5, rlx, rlx)}}, "r0=1 r1=0",
                       allowed));
}

Tests all_tests() {
  Tests tests;
  add_store_buffering(tests);
  add_message_passing(tests);
  add_release_sequences(tests);
  add_coherence(tests);
  add_orders_of_stores(tests);
  add_load_buffering(tests);
  add_causality(tests);
  add_independent_reads(tests);
  add_updates(tests);
  return tests;
}

}  // namespace

std::span<const ClassicLitmus> classic_litmus() {
  static const Tests tests = all_tests();
  return tests;
}

}  // namespace shmlab::explore::testing
