#include "report/choice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "report/quantity.hpp"

namespace shmlab::report {
namespace {

/// A cost that is not known loses against any that is, and ties with another.
double cost(double value) {
  return std::isnan(value) ? std::numeric_limits<double>::infinity() : value;
}

/// The kernel counts CPU time in ticks: one operation may take none.
double known(double cpu_ns) {
  return cpu_ns > 0 ? cpu_ns : not_measured;
}

bool dominates(const Candidate& one, const Candidate& other) {
  const bool no_worse =
      cost(one.latency_ns) <= cost(other.latency_ns) && cost(one.cpu_ns) <= cost(other.cpu_ns) && one.death <= other.death;
  const bool better =
      cost(one.latency_ns) < cost(other.latency_ns) || cost(one.cpu_ns) < cost(other.cpu_ns) || one.death < other.death;
  return no_worse && better;
}

const Candidate* least(std::span<const Candidate> candidates, auto key) {
  const auto found = std::ranges::min_element(candidates, {}, key);
  return found == candidates.end() ? nullptr : &*found;
}

void give_reasons(Choice& choice) {
  const Candidate* const fastest = choice.fastest();
  const Candidate* const cheapest = choice.cheapest();
  const Candidate* const robust = choice.most_robust();
  for (Candidate& each : choice.candidates) {
    if (!each.is_best) { continue; }
    std::vector<std::string> reasons;
    if (&each == fastest) { reasons.emplace_back(choice.by_p99 ? "lowest p99" : "least time an operation"); }
    if (&each == cheapest) { reasons.emplace_back("least CPU time"); }
    if (&each == robust) { reasons.push_back(fmt::format("when one dies, others {}", to_string(each.death))); }
    each.reason = reasons.empty() ? "a compromise" : fmt::format("{}", fmt::join(reasons, "; "));
  }
}

}  // namespace

const Candidate* Choice::fastest() const {
  return least(candidates, [](const Candidate& each) { return cost(each.latency_ns); });
}

const Candidate* Choice::cheapest() const {
  return least(candidates, [](const Candidate& each) { return cost(each.cpu_ns); });
}

const Candidate* Choice::most_robust() const {
  const Candidate* const found =
      least(candidates, [](const Candidate& each) { return std::pair(each.death, cost(each.latency_ns)); });
  return found != nullptr && found->death < DeathClass::untried ? found : nullptr;
}

std::string Choice::advice() const {
  const Candidate* const first = fastest();
  if (first == nullptr) { return fmt::format("{}: nothing to choose from.", job->title); }
  const Candidate* const cheap = cheapest();
  const Candidate* const robust = most_robust();
  std::string text = fmt::format(
      "{}: {} ({} {}, {} of CPU time an operation; when a participant dies: {})", job->title, first->row.label,
      by_p99 ? "p99" : "median", time_text(first->latency_ns), std::isnan(first->cpu_ns) ? "unknown" : time_text(first->cpu_ns),
      first->death == DeathClass::untried ? "not tried" : fmt::format("others {}", to_string(first->death)));
  if (cheap != first && !std::isnan(cheap->cpu_ns)) {
    text += fmt::format("; for the least CPU time {} ({})", cheap->row.label, time_text(cheap->cpu_ns));
  }
  if (robust != nullptr && robust != first && robust->death < first->death) {
    text += fmt::format("; where a death must not stop the others {} ({} {})", robust->row.label, by_p99 ? "p99" : "median",
                        time_text(robust->latency_ns));
  }
  return text + ".";
}

Choice choice_for(const Job& job, std::size_t run, std::span<const Deaths> deaths) {
  Choice choice{.job = &job};
  const auto may_be_chosen = [run](const CaseRow& row) {
    return row.run == run && !row.is_control() && !row.all_far && !std::isnan(row.median_ns);
  };
  choice.by_p99 =
      std::ranges::any_of(job.rows, [&](const CaseRow& row) { return may_be_chosen(row) && !std::isnan(row.p99_ns()); });
  for (const CaseRow& row : job.rows) {
    if (may_be_chosen(row)) {
      choice.candidates.push_back(
          {row, choice.by_p99 ? row.p99_ns() : row.median_ns, known(row.cpu_ns), class_of(deaths, row.strategy), false, {}});
    }
  }
  std::ranges::sort(choice.candidates, {}, [](const Candidate& each) {
    return std::tuple(cost(each.latency_ns), cost(each.row.median_ns), each.row.name);
  });
  for (Candidate& each : choice.candidates) {
    each.is_best = std::ranges::none_of(choice.candidates, [&each](const Candidate& other) { return dominates(other, each); });
  }
  give_reasons(choice);
  return choice;
}

}  // namespace shmlab::report
