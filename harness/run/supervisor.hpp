#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "contract/outcome.hpp"
#include "contract/verdict.hpp"
#include "run/case_region.hpp"
#include "run/hang_watch.hpp"
#include "run/host.hpp"
#include "run/plan.hpp"
#include "run/strays.hpp"

namespace shmlab::run {

/// Watches over the participants of one case until each has finished, or the case has to be ended: a violation, a death, a hang,
/// the deadline, Ctrl-C. No host is left running afterwards, nor anybody whom a participant started.
class Supervisor {
 public:
  /// `strays`: from before the hosts were started.
  Supervisor(const Plan& plan, CaseRegion& region, std::vector<std::unique_ptr<Host>> hosts, Strays& strays);

  /// Throws Interrupted.
  void run();

  [[nodiscard]] const std::vector<Outcome>& outcomes() const { return outcomes_; }
  /// What was found while they ran, and by whom; ok when everybody finished, and then it is time to judge.
  [[nodiscard]] const Verdict& finding() const { return finding_; }
  [[nodiscard]] std::string_view found_by() const { return found_by_; }

 private:
  using Time = std::chrono::steady_clock::time_point;

  [[nodiscard]] bool everybody_concluded() const;
  [[nodiscard]] std::chrono::nanoseconds patience(Time now) const;
  void wait_for_news();
  void follow_start(Time now);
  [[nodiscard]] bool ended_by_finding(Time now);
  void look_for_a_swarm();
  void mark_unfinished(Ending ending);
  void end_case();
  void look_for_nonsense();
  [[nodiscard]] measure::Phase phase(std::uint32_t participant) const;
  [[nodiscard]] std::string describe(const Outcome& outcome) const;
  void find(std::string_view detector, Verdict verdict);

  const Plan& plan_;
  CaseRegion& region_;
  std::vector<std::unique_ptr<Host>> hosts_;  ///< null once concluded
  Strays& strays_;
  std::vector<Outcome> outcomes_;
  HangWatch watch_;
  Time deadline_;
  Time next_look_;
  bool started_ = false;  ///< every body is running, or has run
  Time stop_at_;
  bool stop_told_ = false;
  Verdict finding_ = Verdict::ok();
  std::string_view found_by_;
};

}  // namespace shmlab::run
