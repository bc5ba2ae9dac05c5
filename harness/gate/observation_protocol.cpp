#include "gate/observation_protocol.hpp"

#include <fmt/core.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "contract/error.hpp"

namespace shmlab::gate {
namespace {

using nlohmann::json;

constexpr std::string_view greeting_mark = "shmlab observe 1";

std::string to_text(const json& object) {
  // Names are ours, but what is said of a failure may hold anything.
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

[[noreturn]] void refuse(std::string_view expected, std::string_view line) {
  constexpr std::size_t shown = 80;
  throw BadInput(fmt::format("expected {}, not '{}'", expected, line.substr(0, shown)));
}

json parsed(std::string_view line, std::string_view expected) {
  json object = json::parse(line, nullptr, false);
  if (!object.is_object()) { refuse(expected, line); }
  return object;
}

double figure(const json& object, const char* name, std::string_view line) {
  const auto found = object.find(name);
  const double value = found != object.end() && found->is_number() ? found->get<double>() : -1;
  if (!std::isfinite(value) || value < 0) { refuse(fmt::format("a positive number '{}'", name), line); }
  return value;
}

}  // namespace

std::string to_line(const Greeting& greeting) {
  json object{
      {"greeting", greeting_mark}, {"version", greeting.version}, {"machine", greeting.machine}, {"cases", greeting.cases}};
  if (greeting.unsteady) { object["unsteady"] = *greeting.unsteady; }
  if (!greeting.region_bytes.empty()) { object["region_bytes"] = greeting.region_bytes; }
  return to_text(object);
}

std::string to_line(const Request& request) {
  json object{{"case", request.name}, {"latency", request.with_latency}};
  if (!request.memory.empty()) { object["memory"] = request.memory; }
  return to_text(object);
}

std::string to_line(const Observed& observed) {
  if (!observed.error.empty()) { return to_text({{"error", observed.error}}); }
  return to_text({{"ns_per_operation", observed.ns_per_operation},
                  {"mean_ns_per_operation", observed.mean_ns_per_operation},
                  {"p99_ns", observed.p99_ns}});
}

Greeting greeting_from(std::string_view line) {
  constexpr std::string_view expected = "the greeting of 'shmlab observe'";
  const json object = parsed(line, expected);
  try {
    if (object.at("greeting") != greeting_mark) { refuse(expected, line); }
    Greeting greeting{object.at("version"), object.at("machine"), object.at("cases")};
    if (object.contains("unsteady")) { greeting.unsteady = object.at("unsteady").get<std::vector<std::string>>(); }
    if (object.contains("region_bytes")) { greeting.region_bytes = object.at("region_bytes"); }
    return greeting;
  } catch (const json::exception&) { refuse(expected, line); }
}

Request request_from(std::string_view line) {
  constexpr std::string_view expected = R"({"case": NAME, "latency": true or false, "memory": PATH})";
  const json object = parsed(line, expected);
  try {
    return {object.at("case"), object.value("latency", false), object.value("memory", "")};
  } catch (const json::exception&) { refuse(expected, line); }
}

Observed observed_from(std::string_view line) {
  const json object = parsed(line, "an observation");
  if (const auto error = object.find("error"); error != object.end()) {
    return {.error =
                error->is_string() && !error->get<std::string>().empty() ? error->get<std::string>() : "it does not say why"};
  }
  Observed observed{.ns_per_operation = figure(object, "ns_per_operation", line),
                    .mean_ns_per_operation = figure(object, "mean_ns_per_operation", line),
                    .p99_ns = figure(object, "p99_ns", line),
                    .error = {}};
  if (observed.ns_per_operation == 0 || observed.mean_ns_per_operation == 0) { refuse("a time above 0", line); }
  return observed;
}

}  // namespace shmlab::gate
