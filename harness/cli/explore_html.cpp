#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "cli/explore_report.hpp"
#include "report/printable.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

/// No script and nothing from elsewhere: what is in the names and notes stays text.
constexpr std::string_view head =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<title>shmlab explore</title>\n<style>\n"
    ":root{color-scheme:light dark}\n"
    "body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:80rem;padding:0 1rem}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;margin:.7rem 0}\n"
    "th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid #8886;vertical-align:top}\n"
    ".steps td{font:13px/1.4 ui-monospace,monospace;white-space:pre-wrap}\n"
    ".number{text-align:right;font-variant-numeric:tabular-nums}\n"
    ".violated{font-weight:700}\n"
    ".stale{outline:2px solid currentColor;outline-offset:-2px}\n"
    "code{overflow-wrap:anywhere}\n"
    "</style></head><body>\n<h1>shmlab explore</h1>\n";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : report::printable(text)) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;
    }
  }
  return safe;
}

std::string escaped_text(const json& object, const char* key) {
  return escaped(object.at(key).get<std::string>());
}

std::string case_row(const json& each) {
  const bool found = is_violated(each);
  return fmt::format(
      "<tr><td>{}</td><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{:.3f}</td><td{}>{}</td><td>{}</td></tr>\n",
      escaped(scenario_title(each)), escaped_text(each, "strategy"), each.at("executions").get<std::uint64_t>(),
      each.at("seconds").get<double>(), found ? " class=\"violated\"" : "", found ? "\u2717 violated" : "nothing",
      escaped_text(each, "end"));
}

std::string case_table(const json& explored) {
  std::string html =
      "<div class=\"wide\"><table><thead><tr><th scope=\"col\">scenario</th><th scope=\"col\">strategy</th><th "
      "scope=\"col\">executions</th>"
      "<th scope=\"col\">seconds</th><th scope=\"col\">found</th><th scope=\"col\">how it ended</th></tr></thead><tbody>\n";
  for (const json& each : explored.at("cases")) {
    if (!is_unavailable(each)) { html += case_row(each); }
  }
  return html + "</tbody></table></div>\n";
}

std::string step_table(const json& each) {
  const TraceRows steps = trace_rows(each.at("trace"), each.at("roles").get<std::vector<std::string>>());
  std::string html;
  if (steps.omitted != 0) { html += fmt::format("<p>{} rows before.</p>\n", steps.omitted); }
  html += "<div class=\"wide\"><table class=\"steps\"><thead><tr>";
  for (const std::string& title : steps.titles) { html += fmt::format("<th scope=\"col\">{}</th>", escaped(title)); }
  html += "</tr></thead><tbody>\n";
  for (const auto& row : steps.rows) {
    html += row.back().find("STALE") == std::string::npos ? "<tr>" : "<tr class=\"stale\">";
    for (const std::string& cell : row) { html += fmt::format("<td>{}</td>", escaped(cell)); }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string finding(const json& each) {
  return fmt::format(
             "<section><h2>Violated: {} in {}</h2>\n<p class=\"violated\">{}</p>\n<p>Parameters: {}. Preemptions: {}.</p>\n",
             escaped_text(each, "strategy"), escaped_text(each, "scenario"), escaped_text(each, "why"),
             escaped_text(each, "params"), each.at("preemptions").get<std::uint32_t>()) +
         step_table(each) + fmt::format("<p>Again: <code>{}</code></p></section>\n", escaped_text(each, "replay"));
}

std::string left_out(const json& explored) {
  std::string items;
  const auto item = [&](const json& each, const char* reason) {
    items += fmt::format("<li>{} in {}: {}</li>\n", escaped_text(each, "strategy"), escaped_text(each, "scenario"),
                         escaped_text(each, reason));
  };
  for (const json& each : explored.at("cases")) {
    if (is_unavailable(each)) { item(each, "why"); }
  }
  for (const json& each : explored.at("left_out")) { item(each, "reason"); }
  return items.empty() ? items : "<details><summary>Left out</summary><ul>\n" + items + "</ul></details>\n";
}

}  // namespace

std::string explore_html(const json& explored) {
  std::string html = fmt::format("{}<p>{}</p>\n", head, escaped(explore_summary(explored)));
  for (const json& each : explored.at("cases")) {
    if (is_violated(each)) { html += finding(each); }
  }
  return html + "<h2>All</h2>\n" + case_table(explored) + left_out(explored) +
         fmt::format("<p>{}</p>\n</body></html>\n", escaped(exhausted_means()));
}

}  // namespace shmlab::cli
