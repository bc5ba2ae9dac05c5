#include "cli/report_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "contract/error.hpp"
#include "contract/nearest.hpp"
#include "report/printable.hpp"

namespace shmlab::cli {
namespace {

struct Named {
  ReportFormat format;
  std::string_view name;
  std::string_view suffix;  ///< empty: none says it
};
constexpr std::array formats{Named{ReportFormat::terminal, "terminal", ".txt"},
                             Named{ReportFormat::html, "html", ".html"},
                             Named{ReportFormat::markdown, "markdown", ".md"},
                             Named{ReportFormat::csv, "csv", ".csv"},
                             Named{ReportFormat::junit, "junit", ".xml"},
                             Named{ReportFormat::json, "json", ".json"},
                             Named{ReportFormat::github_action_benchmark, "github-action-benchmark", ""},
                             Named{ReportFormat::bencher, "bencher", ""}};

}  // namespace

ReportFormat report_format_from(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Named& each : formats) {
    if (each.name == name) { return each.format; }
    names.push_back(each.name);
  }
  throw unknown_name("format", report::printable(name), names);
}

ReportFormat report_format(const std::optional<std::string>& name, const std::optional<std::string>& output) {
  if (name) { return report_format_from(*name); }
  if (!output) { return ReportFormat::terminal; }
  const std::string suffix = std::filesystem::path(*output).extension().string();
  const auto* const found = std::ranges::find(formats, suffix, &Named::suffix);
  if (suffix.empty() || found == formats.end()) {
    throw BadInput(
        fmt::format("--output '{}': its suffix names no format; expected .html, .md, .csv, .xml, .json or .txt, or --format",
                    report::printable(*output)));
  }
  return found->format;
}

}  // namespace shmlab::cli
