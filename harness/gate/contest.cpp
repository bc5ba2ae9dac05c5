#include "gate/contest.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <random>
#include <set>
#include <span>
#include <utility>

#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "gate/exact.hpp"
#include "gate/observed_pair.hpp"
#include "measure/order_statistics.hpp"
#include "run/region_lender.hpp"

namespace shmlab::gate {
namespace {

/// The pairs of one case.
struct Series {
  Margins margins;
  std::vector<ObservedPair> pairs;
  std::size_t stage_begin = 0;  ///< those from here on are of the stage that is on
  std::uint64_t wanted = 0;     ///< of this stage, that count
  std::uint64_t left = 0;       ///< until it is looked at how many do
  bool is_second_stage = false;

  [[nodiscard]] std::span<const ObservedPair> stage() const { return std::span(pairs).subspan(stage_begin); }
  void begin_stage(std::uint64_t pairs_wanted) {
    stage_begin = pairs.size();
    wanted = pairs_wanted;
    left = pairs_wanted;
  }
};

/// A figure of each pair.
template <class Figure>
std::vector<double> each(std::span<const ObservedPair> pairs, const Figure& figure) {
  std::vector<double> figures;
  for (const ObservedPair& pair : pairs) { figures.push_back(figure(pair)); }
  return figures;
}
std::vector<double> log_ratios_of(std::span<const ObservedPair> pairs) {
  return each(pairs, [](const ObservedPair& pair) { return pair.log_ratio(); });
}

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
      series.is_second_stage = order.pairs > 0;
      if (in_both) { series.begin_stage(pairs); }
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
        if (series_[at].left == 0 && comparison_.cases[at].error.empty()) { look_at(at); }
      }
    }
    comparison_.line_ns = is_line_given() ? order_.counted_line_ns : usual_line_ns();
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
    return series.pairs.size() >= first_stage_pairs && order_.pairs == 0 && order_.has_time && !order_.has_time();
  }

  /// So few pairs of a second stage may not bound anything: then the finding stays as the first stage left it.
  void cut_short(std::size_t at) {
    Series& series = series_[at];
    in_all_ -= series.left;
    series.left = 0;
    const std::vector<ObservedPair> counted = counted_of(series.stage());
    if (series.is_second_stage) {
      ++comparison_.cut_short;
      if (!can_judge(counted.size(), family_, order_.certainty)) { return; }
    }
    judge(at, counted);
  }

  [[nodiscard]] double line_ns() const { return order_.line_ns ? order_.line_ns() : std::numeric_limits<double>::quiet_NaN(); }
  [[nodiscard]] double usual_line_ns() const { return measure::median_of(lines_ns_); }
  [[nodiscard]] bool is_line_given() const { return !std::isnan(order_.counted_line_ns); }
  [[nodiscard]] std::vector<ObservedPair> counted_of(std::span<const ObservedPair> pairs) const {
    return is_line_given() ? usual_ones(pairs, order_.counted_line_ns) : those_that_count(pairs, usual_line_ns());
  }

  /// 0 where one of them takes no memory from others: then each has its own.
  [[nodiscard]] std::size_t region_bytes_of_pair(const std::string& name) const {
    const auto [less, more] = std::minmax({base_.region_bytes(name), head_.region_bytes(name)});
    return less > 0 ? more : 0;
  }

  void observe_pair(std::size_t at) {
    Series& series = series_[at];
    CaseComparison& one = comparison_.cases[at];
    const Request request{.name = one.name,
                          .with_latency = series.pairs.size() < order_.pairs_with_latency,
                          .memory = memory_.next(region_bytes_of_pair(one.name))};
    const bool base_first = std::bernoulli_distribution(0.5)(random_);
    ObservedPair pair;
    pair.line.before_ns = comparison_.observations == 0 ? line_ns() : last_line_ns_;
    if (base_first) { pair.base = base_.observe(request); }
    pair.head = head_.observe(request);
    if (!base_first) { pair.base = base_.observe(request); }
    pair.line.after_ns = last_line_ns_ = line_ns();
    if (!std::isnan(last_line_ns_)) { lines_ns_.push_back(last_line_ns_); }
    comparison_.observations += 2;
    if (!pair.base.error.empty() || !pair.head.error.empty()) {
      one.error = !pair.head.error.empty() ? "head: " + pair.head.error : "base: " + pair.base.error;
      one.finding = {};
      in_all_ -= series.left - 1;
      series.left = 0;
      return;
    }
    series.pairs.push_back(std::move(pair));
    --series.left;
  }

  /// Judges a stage, or goes on with it where too few of its pairs count.
  void look_at(std::size_t at) {
    Series& series = series_[at];
    const std::vector<ObservedPair> counted = counted_of(series.stage());
    const std::uint64_t most = (is_line_given() ? 10 : 2) * series.wanted;
    if (counted.size() >= series.wanted || series.stage().size() >= most) {
      // There are more where what is usual has become something else since.
      return judge(at, std::span(counted).first(std::min<std::size_t>(counted.size(), series.wanted)));
    }
    series.left = std::min(series.wanted - counted.size(), most - series.stage().size());
    in_all_ += series.left;
  }

  void judge(std::size_t at, std::span<const ObservedPair> counted) {
    Series& series = series_[at];
    Finding& finding = comparison_.cases[at].finding;
    comparison_.cases[at].left_out += series.stage().size() - counted.size();
    if (counted.empty()) {
      comparison_.cases[at].error = fmt::format("a cache line never took about {:.3g} ns there and back", order_.counted_line_ns);
      finding = {};
      return;
    }
    const std::vector<double> log_ratios = log_ratios_of(counted);
    if (series.is_second_stage) {
      finding = judge_second_stage(log_ratios, family_, series.margins, order_.certainty);
    } else if (const auto found = judge_first_stage(log_ratios, family_, series.margins, order_.certainty)) {
      finding = *found;
    } else {
      finding = undecided(log_ratios, family_, series.margins, order_.certainty);
      series.begin_stage(std::clamp(pairs_needed(log_ratios, family_, series.margins, order_.certainty),
                                    fewest_second_stage_pairs, most_second_stage_pairs));
      in_all_ += series.left;
      series.is_second_stage = true;
    }
  }

  void conclude(std::size_t at) {
    CaseComparison& one = comparison_.cases[at];
    const std::vector<ObservedPair> pairs = counted_of(series_[at].pairs);
    if (pairs.empty()) { return; }
    one.base_ns = measure::median_of(each(pairs, [](const ObservedPair& pair) { return pair.base.ns_per_operation; }));
    one.head_ns = measure::median_of(each(pairs, [](const ObservedPair& pair) { return pair.head.ns_per_operation; }));
    warn(each(pairs,
              [](const ObservedPair& pair) {
                return std::log(pair.head.mean_ns_per_operation / pair.base.mean_ns_per_operation);
              }),
         "the mean", one);
    std::vector<ObservedPair> with_p99;
    std::ranges::copy_if(pairs, std::back_inserter(with_p99),
                         [](const ObservedPair& pair) { return pair.base.p99_ns > 0 && pair.head.p99_ns > 0; });
    warn(each(with_p99, [](const ObservedPair& pair) { return std::log(pair.head.p99_ns / pair.base.p99_ns); }),
         "the 99th percentile", one);
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
  run::RegionLender memory_;
  std::vector<Series> series_;  ///< of each case
  std::size_t family_ = 0;      ///< cases that are judged together
  std::uint64_t done_ = 0;      ///< pairs
  std::uint64_t in_all_ = 0;
  std::vector<double> lines_ns_;  ///< of a cache line there and back, between pairs
  double last_line_ns_ = std::numeric_limits<double>::quiet_NaN();
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
