#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "report/report_data.hpp"
#include "report/testing/sample_run.hpp"

/// A made-up report with every section in use.
namespace shmlab::report::testing {

/// Deaths of some strategies of sample_run.hpp, as --update writes them.
inline nlohmann::json deaths() {
  const auto row = [](const char* strategy, const char* role, const char* survivor, const char* course) {
    return nlohmann::json{{"strategy", strategy}, {"role", role}, {"survivor", survivor}, {"course", course}};
  };
  return {{"expected",
           {row("spsc_ring", "producer", "waiter", "unaffected 3"),
            row("spsc_ring", "consumer", "newcomer", "unaffected 1, recovers 2"),
            row("spsc_ring", "producer, is stopped", "waiter", "waits 4"),
            row("futex_mutex", "holder", "newcomer", "unaffected 1, blocks 7"),
            row("futex_mutex", "holder", "waiter", "unaffected 1, lost_wakeup 1, aborts 2"),
            row("futex_mutex", "waiter, by instruction", "waiter", "unaffected 9")}}};
}

inline nlohmann::json selftest() {
  const auto by = [](const char* detector, int times, int caught) {
    return nlohmann::json{{"detector", detector}, {"caught", times > 0 && caught == times},
                          {"seconds", 0.5},       {"runs", 9},
                          {"times", times},       {"caught_times", caught}};
  };
  const auto control = [&](const char* name, const char* named, bool caught, const nlohmann::json& detectors) {
    return nlohmann::json{
        {"name", name}, {"named_detector", named}, {"caught", caught}, {"summary", "broken"}, {"by", detectors}};
  };
  return {{"controls",
           {control("unsynchronised", "invariant", true, {by("invariant", 3, 3), by("hang_watch", 3, 0)}),
            control("sleepy", "hang_watch", false, {by("invariant", 3, 0), by("hang_watch", 3, 2)}),
            control("untried", "invariant", false, {by("invariant", 0, 0), by("hang_watch", 0, 0)})}},
          {"seconds", 3.5}};
}

inline nlohmann::json check() {
  const auto pair = [](const char* strategy, const char* scenario, const char* verdict, const char* why) {
    return nlohmann::json{{"strategy", strategy}, {"scenario", scenario}, {"lane", "processes"},
                          {"verdict", verdict},   {"runs", 10},           {"why", why}};
  };
  return {{"cases",
           {pair("spsc_ring", "stream", "ok", ""), pair("seqlock", "latest_value", "violated", "torn value"),
            pair("seqlock", "wraparound", "unknown", "deadline")}}};
}

inline nlohmann::json gate() {
  const auto row = [](const char* name, double ratio, double low, double high) {
    return nlohmann::json{{"name", name}, {"ratio", ratio}, {"low", low}, {"high", high}, {"pairs", 60}};
  };
  nlohmann::json failed = row("stream/spsc_ring", 1, 1, 1);
  for (const char* name : {"ratio", "low", "high"}) { failed[name] = nullptr; }
  nlohmann::json found = row("ping_pong/spsc_ring", 1.054, 1.051, 1.057);
  nlohmann::json missed = row("uncontended/futex_mutex", 1.06, 1.055, 1.066);
  found.update({{"verdict", "REGRESSED"}, {"agrees", true}});
  missed.update({{"verdict", "PASS"}, {"agrees", false}});
  return {
      {"version", "0.1.0 (abc1234)"},
      {"machine", "0123456789abcdef"},
      {"floor", {{"largest", 0.0021}, {"limit", 0.01}, {"cases", {row("ping_pong/spsc_ring", 1.003, 1.0021, 1.004), failed}}}},
      {"slowdowns", {{{"target", 1.05}, {"cases", {found, missed}}}}}};
}

inline StoredRun stored(nlohmann::json result, std::string label) {
  return {.label = std::move(label),
          .commands = {"git checkout abc1234", "make build", "shmlab bench --seed 7"},
          .result = std::move(result)};
}

/// One run, with everything.
inline ReportData report_data() {
  ReportData data;
  data.runs.push_back(stored(result(), "abc1234"));
  data.deaths = deaths_in(deaths(), "deaths");
  data.correctness = {correctness_in(selftest(), "selftest"), correctness_in(check(), "check")};
  data.gate = gate_check_in(gate(), "gate");
  return data;
}

/// The same, beside an older run of the same machine in which all took twice as long.
inline ReportData two_runs() {
  std::vector<CaseResult> slower = cases();
  for (CaseResult& each : slower) {
    for (Sample& one : each.samples) {
      one.ns_per_operation *= 2;
      one.operations_per_s /= 2;
    }
  }
  RunContext before = context();
  before.build.commit = "0123456";
  before.started_at -= std::chrono::hours{24};
  ReportData data = report_data();
  data.runs.push_back(stored(merge(google(), before, slower, skipped()), "0123456"));
  return data;
}

}  // namespace shmlab::report::testing
