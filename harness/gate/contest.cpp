#include "gate/contest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <span>
#include <utility>

#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "gate/exact.hpp"
#include "measure/order_statistics.hpp"

namespace shmlab::gate {
namespace {

/// What the pairs of one case gave.
struct Series {
  Margins margins;
  std::vector<double> base_ns;
  std::vector<double> head_ns;
  std::vector<double> log_ratios;  ///< of the stage that is on
  std::vector<double> log_means;
  std::vector<double> log_p99s;
  std::uint64_t left = first_stage_pairs;
  bool is_second_stage = false;
};

/// A ratio that is told of, though it decides nothing: medians of means and percentiles move more than lower quartiles do.
constexpr double notable = 1.1;

class Contest {
 public:
  Contest(Contestant& base, Contestant& head, const ContestOrder& order)
      : base_(base), head_(head), order_(order), random_(order.seed) {
    const std::set<std::string> of_base(base.cases().begin(), base.cases().end());
    const std::set<std::string> of_head(head.cases().begin(), head.cases().end());
    std::set<std::string> all = of_base;
    all.insert(of_head.begin(), of_head.end());
    if (!order.only.empty()) { all = chosen(all, order.only); }
    const std::vector<std::string> named = (base.unsteady() ? base : head).unsteady().value_or(std::vector<std::string>());
    const std::set<std::string> unsteady(named.begin(), named.end());
    for (const std::string& name : all) {
      CaseComparison& one = comparison_.cases.emplace_back();
      one.name = name;
      if (!of_base.contains(name)) { one.finding.verdict = Verdict::added; }
      if (!of_head.contains(name)) { one.finding.verdict = Verdict::removed; }
      const bool in_both = of_base.contains(name) && of_head.contains(name);
      const std::uint64_t pairs = order.pairs > 0 ? order.pairs : first_stage_pairs;
      Series& series = series_.emplace_back();
      series.margins = unsteady.contains(name) ? order.margins_of_unsteady : order.margins;
      one.tolerated = series.margins.tolerated;
      series.left = in_both ? pairs : 0;
      series.is_second_stage = order.pairs > 0;
      family_ += in_both ? 1 : 0;
      in_all_ += series.left;
    }
    if (order.family > 0) { family_ = order.family; }
  }

  Comparison run(const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& on_pair) {
    std::vector<std::size_t> turn;
    for (std::size_t i = 0; i < series_.size(); ++i) { turn.push_back(i); }
    while (std::ranges::any_of(series_, [](const Series& series) { return series.left != 0; })) {
      std::ranges::shuffle(turn, random_);
      for (const std::size_t at : turn) {
        if (series_[at].left == 0) { continue; }
        if (is_over(series_[at])) {
          cut_short(at);
          continue;
        }
        observe_pair(at);
        if (on_pair) { on_pair(++done_, in_all_, comparison_.cases[at].name); }
        if (series_[at].left == 0 && comparison_.cases[at].error.empty()) { judge(at); }
      }
    }
    for (std::size_t i = 0; i < series_.size(); ++i) { conclude(i); }
    return std::move(comparison_);
  }

 private:
  static std::set<std::string> chosen(const std::set<std::string>& all, const std::vector<std::string>& only) {
    for (const std::string& name : only) {
      if (!all.contains(name)) {
        const std::vector<std::string_view> names(all.begin(), all.end());
        throw BadInput(fmt::format("unknown case '{}'; did you mean '{}'?", name, nearest(name, names)));
      }
    }
    return {only.begin(), only.end()};
  }

  [[nodiscard]] bool is_over(const Series& series) const {
    return series.is_second_stage && order_.pairs == 0 && order_.has_time && !order_.has_time();
  }

  /// So few pairs may not bound anything: then the finding stays as the first stage left it.
  void cut_short(std::size_t at) {
    Series& series = series_[at];
    in_all_ -= series.left;
    series.left = 0;
    ++comparison_.cut_short;
    if (can_judge(series.log_ratios.size(), family_, order_.certainty)) { judge(at); }
  }

  void observe_pair(std::size_t at) {
    Series& series = series_[at];
    CaseComparison& one = comparison_.cases[at];
    const bool with_latency = series.base_ns.size() < order_.pairs_with_latency;
    const bool base_first = std::bernoulli_distribution(0.5)(random_);
    Observed base;
    Observed head;
    if (base_first) { base = base_.observe(one.name, with_latency); }
    head = head_.observe(one.name, with_latency);
    if (!base_first) { base = base_.observe(one.name, with_latency); }
    comparison_.observations += 2;
    if (!base.error.empty() || !head.error.empty()) {
      one.error = !head.error.empty() ? "head: " + head.error : "base: " + base.error;
      one.finding = {};
      in_all_ -= series.left - 1;
      series.left = 0;
      return;
    }
    series.base_ns.push_back(base.ns_per_operation);
    series.head_ns.push_back(head.ns_per_operation);
    series.log_ratios.push_back(std::log(head.ns_per_operation / base.ns_per_operation));
    series.log_means.push_back(std::log(head.mean_ns_per_operation / base.mean_ns_per_operation));
    if (base.p99_ns > 0 && head.p99_ns > 0) { series.log_p99s.push_back(std::log(head.p99_ns / base.p99_ns)); }
    --series.left;
  }

  void judge(std::size_t at) {
    Series& series = series_[at];
    Finding& finding = comparison_.cases[at].finding;
    if (series.is_second_stage) {
      finding = judge_second_stage(series.log_ratios, family_, series.margins, order_.certainty);
    } else if (const auto found = judge_first_stage(series.log_ratios, family_, series.margins, order_.certainty)) {
      finding = *found;
    } else {
      finding = undecided(series.log_ratios, family_, series.margins, order_.certainty);
      series.left = std::clamp(pairs_needed(series.log_ratios, family_, series.margins, order_.certainty),
                               fewest_second_stage_pairs, most_second_stage_pairs);
      in_all_ += series.left;
      series.is_second_stage = true;
      series.log_ratios.clear();
    }
  }

  void conclude(std::size_t at) {
    const Series& series = series_[at];
    CaseComparison& one = comparison_.cases[at];
    if (series.base_ns.empty()) { return; }
    one.base_ns = measure::median_of(series.base_ns);
    one.head_ns = measure::median_of(series.head_ns);
    warn(series.log_means, "the mean", one);
    warn(series.log_p99s, "the 99th percentile", one);
  }

  void warn(std::span<const double> log_ratios, std::string_view what, CaseComparison& one) const {
    const Bounds bounds = median_bounds(log_ratios, order_.certainty.alpha);
    if (bounds.low <= std::log(notable) && bounds.high >= -std::log(notable)) { return; }
    one.warnings.push_back(fmt::format("{} changed to {:.2f} times what it was", what, std::exp(measure::median_of(log_ratios))));
  }

  Contestant& base_;
  Contestant& head_;
  const ContestOrder& order_;
  std::mt19937_64 random_;
  Comparison comparison_;
  std::vector<Series> series_;  ///< of each case
  std::size_t family_ = 0;      ///< cases that are judged together
  std::uint64_t done_ = 0;      ///< pairs
  std::uint64_t in_all_ = 0;
};

}  // namespace

Verdict Comparison::verdict() const {
  Verdict worst = Verdict::pass;
  for (const CaseComparison& one : cases) {
    const bool is_news = one.finding.verdict == Verdict::added || one.finding.verdict == Verdict::removed;
    if (!is_news) { worst = std::max(worst, one.finding.verdict); }
  }
  return worst;
}

Comparison contest(Contestant& base, Contestant& head, const ContestOrder& order,
                   const std::function<void(std::uint64_t, std::uint64_t, std::string_view)>& on_pair) {
  return Contest(base, head, order).run(on_pair);
}

}  // namespace shmlab::gate
