#include <fmt/format.h>

#include <pugixml.hpp>
#include <sstream>

#include "report/formats/formats.hpp"
#include "report/json_member.hpp"
#include "report/printable.hpp"
#include "report/quantity.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

double seconds_of(const json& row) {
  double ns = 0;
  if (const auto samples = row.find("samples"); samples != row.end() && samples->is_array()) {
    for (const json& sample : *samples) {
      const auto elapsed = sample.is_object() ? sample.find("elapsed_ns") : sample.end();
      if (sample.is_object() && elapsed != sample.end() && elapsed->is_number()) { ns += elapsed->get<double>(); }
    }
  }
  return ns / 1e9;
}

pugi::xml_node add_test(pugi::xml_node suite, const json& row) {
  pugi::xml_node test = suite.append_child("testcase");
  test.append_attribute("classname") = printable(text_of(row, "scenario")).c_str();
  test.append_attribute("name") = printable(text_of(row, "name")).c_str();
  return test;
}

void add_case(pugi::xml_node suite, const json& row) {
  pugi::xml_node test = add_test(suite, row);
  test.append_attribute("time") = fmt::format("{:.6f}", seconds_of(row)).c_str();
  const json& summary = row.at("summary");
  const std::string text =
      fmt::format("median {} an operation, {} operations/s", time_text(number_of(summary.at("ns_per_operation"), "median")),
                  rate_text(number_of(summary, "operations_per_s")));
  test.append_child("system-out").text() = text.c_str();
}

/// True when it failed.
bool add_pair(pugi::xml_node suite, const json& pair) {
  pugi::xml_node test = add_test(suite, pair);
  const bool failed = text_of(pair, "cause") == "failed";
  pugi::xml_node why = test.append_child(failed ? "failure" : "skipped");
  why.append_attribute("message") = printable(text_of(pair, "reason")).c_str();
  return failed;
}

void add_run(pugi::xml_node suites, const StoredRun& run) {
  pugi::xml_node suite = suites.append_child("testsuite");
  const json& cases = run.ours().at("cases");
  const json& pairs = run.ours().at("skipped");
  std::size_t failures = 0;
  suite.append_attribute("name") = printable("shmlab bench, " + run.label).c_str();
  suite.append_attribute("tests") = cases.size() + pairs.size();
  suite.append_attribute("timestamp") = printable(text_of(run.ours(), "started_at")).c_str();
  for (const json& row : cases) { add_case(suite, row); }
  for (const json& pair : pairs) { failures += add_pair(suite, pair) ? 1 : 0; }
  suite.append_attribute("failures") = failures;
  suite.append_attribute("errors") = 0;
  suite.append_attribute("skipped") = pairs.size() - failures;
}

}  // namespace

std::string junit(const ReportData& data) {
  pugi::xml_document document;
  pugi::xml_node suites = document.append_child("testsuites");
  for (const StoredRun& run : data.runs) { add_run(suites, run); }
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace shmlab::report
