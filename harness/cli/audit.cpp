#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "cli/audit_report.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/selection.hpp"
#include "contract/error.hpp"
#include "report/json_text.hpp"
#include "report/progress.hpp"

namespace shmlab::cli {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

struct AuditOptions {
  Selection selection;
  std::vector<std::string> params;
  run::AuditBudget budget;
  bool strict_futex = false;
  bool json = false;
};

/// A line of progress for what is explored, and then one for the sites.
class Telling {
 public:
  void operator()(std::string_view what, std::size_t done, std::size_t total, std::string_view name) {
    if (done == 0) { progress_.emplace(total, std::string(what)); }
    if (done != 0 && progress_) { progress_->advance(1, name); }
  }

 private:
  std::optional<report::Progress> progress_;
};

/// The time that is left is shared by the strategies that are left.
AuditReport audit_all(const AuditOptions& options) {
  if (options.selection.strategies.empty()) {
    throw BadInput("audit: no strategy is given; expected one or more names or globs, for instance: shmlab audit futex_mutex");
  }
  const auto begin = steady_clock::now();
  AuditReport report;
  report.budget = options.budget;
  if (options.strict_futex) { report.budget.settings.futex_order = explore::FutexOrder::none; }
  const auto strategies = chosen_strategies(options.selection);
  const auto scenarios = chosen_scenarios(options.selection);
  Telling telling;
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    run::AuditBudget budget = report.budget;
    const nanoseconds left = std::max(nanoseconds{0}, options.budget.time - nanoseconds(steady_clock::now() - begin));
    budget.time = left / static_cast<nanoseconds::rep>(strategies.size() - i);
    report.audits.push_back(run::audit(*strategies[i], scenarios, options.params, budget, std::ref(telling)));
  }
  return report;
}

ExitCode run_audit(const AuditOptions& options) {
  const AuditReport report = audit_all(options);
  write_output(options.json ? report::to_text(audit_json(report)) : audit_text(report, report::style_for(STDOUT_FILENO)));
  return exit_code_of(report);
}

Action declare_audit(Options options) {
  const auto chosen = std::make_shared<AuditOptions>();
  AuditOptions* const to = chosen.get();
  options.operands("STRATEGY", to->selection.strategies, "Strategy names or globs");
  options.texts("--scenario", "GLOB", to->selection.scenarios, "Scenario name or glob; may be given several times");
  options.texts("--param", "NAME=VALUE", to->params, "Another value of a scenario parameter; may be given several times");
  options.time("--budget", to->budget.time, "Time for everything, shared by the strategies: 30s, 10m (default: 2m)");
  options.number("--executions", 1, std::numeric_limits<std::uint32_t>::max(), to->budget.executions,
                 "A case that has more is searched in part (default: 200000)");
  options.flag("--controls", to->selection.controls, "Let globs stand for strategies that are broken on purpose as well");
  options.flag("--strict-futex", to->strict_futex,
               "A futex call orders nothing but its own word, as the manual page has it (default: Linux's full barrier)");
  options.flag("--json", to->json, "Print one JSON object");
  return [chosen] { return run_audit(*chosen); };
}

}  // namespace

const Command audit_command{
    .name = "audit",
    .summary = "Weaken every order of a strategy, and leave out every fence, wake, store and look in turn",
    .examples =
        "  shmlab audit futex_mutex\n"
        "  shmlab audit seqlock spsc_ring --budget 10m\n"
        "  shmlab audit spsc_ring_blocking --scenario stream --param operations=1 --json\n",
    .declare = declare_audit};

}  // namespace shmlab::cli
