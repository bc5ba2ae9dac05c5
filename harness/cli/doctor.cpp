#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/bench_context.hpp"
#include "cli/command.hpp"
#include "cli/floor_probe.hpp"
#include "cli/output.hpp"
#include "measure/clock.hpp"
#include "report/json_text.hpp"
#include "report/paragraph.hpp"
#include "report/result_json.hpp"
#include "report/text_table.hpp"
#include "run/run_cgroup.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

/// What ends whoever a run leaves behind.
std::string clean_up() {
  const std::string obstacle = run::run_cgroup_obstacle();
  return obstacle.empty() ? "sub-reapers and cgroup.kill" : fmt::format("sub-reapers alone: {}", obstacle);
}

/// The machine as result files describe it, with its floor and clock, and what a run can use here.
json examination() {
  const auto begin = std::chrono::system_clock::now();
  measure::Clock::calibrate();
  const double round_trip_ns = round_trip_between_cpus();
  report::RunContext context = bench_context({}, begin);
  context.floors.round_trip_ns = round_trip_ns;
  json result = report::merge(json::object(), context, {}, {});
  json& ours = result["context"]["shmlab"];
  json machine = std::move(ours["machine"]);
  machine["floor"] = std::move(ours["floor"]);
  machine["clock"] = std::move(ours["clock"]);
  machine["clean_up"] = clean_up();
  return {{"machine", std::move(machine)}, {"warnings", std::move(ours["warnings"])}};
}

/// One row a value; what could not be found out is left away.
void add_rows(const json& values, const std::string& prefix, report::TextTable& table) {
  for (const auto& [name, value] : values.items()) {
    if (value.is_object()) {
      add_rows(value, name + " ", table);
    } else if (!value.is_null() && value != "") {
      table.row({prefix + name, value.is_string() ? value.get<std::string>() : value.dump()});
    }
  }
}

std::string doctor_text(const json& found, const report::Style& style) {
  report::TextTable table({{.title = "machine"}, {.title = "value", .shortens = true}});
  add_rows(found["machine"], "", table);
  std::string text = table.render(style) + "\n";
  for (const json& warning : found["warnings"]) {
    text += report::paragraph("warning  ", warning["what"].get<std::string>(), style);
    text += report::paragraph("  effect ", warning["effect"].get<std::string>(), style);
    text += report::paragraph("  remedy ", warning["remedy"].get<std::string>(), style);
  }
  return found["warnings"].empty() ? text + "nothing found that would spoil a measurement\n" : text;
}

ExitCode run_doctor(bool as_json) {
  const json found = examination();
  write_output(as_json ? report::to_text(found) : doctor_text(found, report::style_for(STDOUT_FILENO)));
  return ExitCode::ok;
}

Action declare_doctor(Options options) {
  const auto as_json = std::make_shared<bool>(false);
  options.flag("--json", *as_json, "Print one JSON object");
  return [as_json] { return run_doctor(*as_json); };
}

}  // namespace

const Command doctor_command{.name = "doctor",
                             .summary = "Say what on this machine will spoil a measurement",
                             .examples =
                                 "  shmlab doctor\n"
                                 "  shmlab doctor --json\n",
                             .declare = declare_doctor};

}  // namespace shmlab::cli
