#include <fmt/core.h>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>
#include <string>

#include "cli/check_report.hpp"
#include "report/printable.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

/// XML has no way to write most control characters.
std::string printable_text(const json& object, const char* key) {
  return report::printable(object.at(key).get<std::string>());
}

void add_case(pugi::xml_node suite, const json& row) {
  pugi::xml_node test = suite.append_child("testcase");
  test.append_attribute("classname") = printable_text(row, "strategy").c_str();
  test.append_attribute("name") = fmt::format("{} ({})", printable_text(row, "scenario"), printable_text(row, "lane")).c_str();
  test.append_attribute("time") = row.at("seconds").get<double>();
  const std::string verdict = printable_text(row, "verdict");
  if (verdict == "ok") { return; }
  // JUnit knows failures and errors: what could not be answered is an error.
  pugi::xml_node trouble = test.append_child(verdict == "violated" ? "failure" : "error");
  trouble.append_attribute("type") = printable_text(row, "detector").c_str();
  trouble.append_attribute("message") = printable_text(row, "why").c_str();
  trouble.text() = printable_text(row, "replay").c_str();
}

}  // namespace

std::string check_junit(const CheckReport& report) {
  const json check = check_json(report);
  pugi::xml_document document;
  pugi::xml_node suite = document.append_child("testsuites").append_child("testsuite");
  suite.append_attribute("name") = "shmlab check";
  suite.append_attribute("tests") = check.at("cases").size();
  suite.append_attribute("time") = std::chrono::duration<double>(report.time).count();
  std::size_t failures = 0;
  std::size_t errors = 0;
  for (const json& row : check.at("cases")) {
    failures += row.at("verdict") == "violated" ? 1 : 0;
    errors += row.at("verdict") == "unknown" ? 1 : 0;
    add_case(suite, row);
  }
  suite.append_attribute("failures") = failures;
  suite.append_attribute("errors") = errors;
  for (const Misfit& misfit : report.misfits) {
    pugi::xml_node test = suite.append_child("testcase");
    test.append_attribute("classname") = report::printable(misfit.strategy).c_str();
    test.append_attribute("name") = report::printable(misfit.scenario).c_str();
    test.append_child("skipped").append_attribute("message") = report::printable(misfit.reason).c_str();
  }
  suite.append_attribute("skipped") = report.misfits.size();
  suite.attribute("tests") = check.at("cases").size() + report.misfits.size();
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace shmlab::cli
