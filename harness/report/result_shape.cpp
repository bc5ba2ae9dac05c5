#include "report/result_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

#include "report/result_json.hpp"

namespace shmlab::report {
namespace {

using nlohmann::json;

enum class Type : std::uint8_t { text, number_or_null, count, boolean, texts, counts, numbers, integers, object, objects };

/// One member of an object.
struct Member {
  const char* name;
  Type type;
  std::span<const Member> members{};  ///< of an object, or of each object in an array
  bool optional = false;              ///< older results lack it
};

constexpr Member floor_members[] = {{"round_trip_ns", Type::number_or_null},
                                    {"syscall_ns", Type::number_or_null},
                                    {"clock_ns", Type::number_or_null},
                                    {"uncontended_atomic_ns", Type::number_or_null}};
constexpr Member machine_members[] = {
    {"id", Type::text},     {"cpu_model", Type::text},     {"logical_cpus", Type::count},  {"allowed_cpus", Type::count},
    {"cores", Type::count}, {"hypervisor", Type::boolean}, {"kernel_release", Type::text}, {"glibc_version", Type::text},
    {"os", Type::text}};
constexpr Member clock_members[] = {{"source", Type::text}, {"ns_per_tick", Type::number_or_null}};
constexpr Member warning_members[] = {{"what", Type::text}, {"effect", Type::text}, {"remedy", Type::text}};
constexpr Member scenario_members[] = {{"name", Type::text}, {"summary", Type::text}, {"metrics", Type::texts}};
constexpr Member interval_members[] = {{"median", Type::number_or_null},
                                       {"low", Type::number_or_null},
                                       {"high", Type::number_or_null},
                                       {"confidence", Type::number_or_null}};
constexpr Member summary_members[] = {{"samples_used", Type::count},
                                      {"samples_far", Type::count},
                                      {"all_far", Type::boolean},
                                      {"ns_per_operation", Type::object, interval_members},
                                      {"operations_per_s", Type::number_or_null},
                                      {"floor_multiple", Type::number_or_null},
                                      {"cpu_ns_per_operation", Type::number_or_null},
                                      {"switches_per_operation", Type::number_or_null},
                                      {"jain", Type::number_or_null},
                                      {"min_max_ratio", Type::number_or_null},
                                      {"counters", Type::numbers},
                                      {"cycles_per_operation", Type::number_or_null, {}, true},
                                      {"instructions_per_operation", Type::number_or_null, {}, true},
                                      {"cache_misses_per_operation", Type::number_or_null, {}, true},
                                      {"counters_per_1000", Type::numbers, {}, true}};
constexpr Member latency_members[] = {{"name", Type::text},
                                      {"count", Type::count},
                                      {"mean_ns", Type::number_or_null},
                                      {"p50_ns", Type::number_or_null},
                                      {"p90_ns", Type::number_or_null},
                                      {"p99_ns", Type::number_or_null},
                                      {"p999_ns", Type::number_or_null},
                                      {"max_ns", Type::number_or_null}};
constexpr Member case_members[] = {{"name", Type::text},
                                   {"scenario", Type::text},
                                   {"strategy", Type::text},
                                   {"kind", Type::text},
                                   {"face", Type::text},
                                   {"lane", Type::text},
                                   {"region", Type::text},
                                   {"participants", Type::count},
                                   {"region_bytes", Type::count},
                                   {"waiting", Type::text, {}, true},
                                   {"participants_per_cpu", Type::count, {}, true},
                                   {"cpu_quota_percent", Type::count, {}, true},
                                   {"shown_counter", Type::text, {}, true},
                                   {"params", Type::counts},
                                   {"summary", Type::object, summary_members},
                                   {"latencies", Type::objects, latency_members}};
constexpr Member skipped_members[] = {
    {"name", Type::text}, {"scenario", Type::text}, {"strategy", Type::text}, {"cause", Type::text}, {"reason", Type::text}};
constexpr Member hardware_counter_members[] = {{"available", Type::boolean}, {"reason", Type::text}};
constexpr Member own_members[] = {{"version", Type::text},
                                  {"commit", Type::text},
                                  {"compiler", Type::text},
                                  {"build_type", Type::text},
                                  {"command_line", Type::texts},
                                  {"started_at", Type::text},
                                  {"duration_s", Type::number_or_null},
                                  {"cpus", Type::integers},
                                  {"clock", Type::object, clock_members},
                                  {"floor", Type::object, floor_members},
                                  {"machine", Type::object, machine_members},
                                  {"hardware_counters", Type::object, hardware_counter_members, true},
                                  {"warnings", Type::objects, warning_members},
                                  {"scenarios", Type::objects, scenario_members},
                                  {"cases", Type::objects, case_members},
                                  {"skipped", Type::objects, skipped_members}};

std::string_view expected(Type type) {
  switch (type) {
    case Type::text: return "a string";
    case Type::number_or_null: return "a number or null";
    case Type::count: return "a whole number that is not negative";
    case Type::boolean: return "true or false";
    case Type::texts: return "an array of strings";
    case Type::counts: return "an object of whole numbers";
    case Type::numbers: return "an object of numbers";
    case Type::integers: return "an array of whole numbers";
    case Type::object: return "an object";
    case Type::objects: return "an array of objects";
  }
  return "something else";
}

bool is_number_or_null(const json& value) {
  return value.is_number() || value.is_null();
}

template <class Predicate>
bool all_members(const json& value, Predicate predicate) {
  return std::all_of(value.begin(), value.end(), predicate);
}

bool has_type(const json& value, Type type) {
  switch (type) {
    case Type::text: return value.is_string();
    case Type::number_or_null: return is_number_or_null(value);
    case Type::count: return value.is_number_unsigned();
    case Type::boolean: return value.is_boolean();
    case Type::texts: return value.is_array() && all_members(value, [](const json& text) { return text.is_string(); });
    case Type::counts:
      return value.is_object() && all_members(value, [](const json& count) { return count.is_number_unsigned(); });
    case Type::numbers: return value.is_object() && all_members(value, is_number_or_null);
    case Type::integers:
      return value.is_array() && all_members(value, [](const json& number) { return number.is_number_integer(); });
    case Type::object: return value.is_object();
    case Type::objects: return value.is_array() && all_members(value, [](const json& object) { return object.is_object(); });
  }
  return false;
}

std::string fault_in(const json& object, std::span<const Member> members, const std::string& place) {
  for (const Member& member : members) {
    const std::string here = fmt::format("{}.{}", place, member.name);
    const auto value = object.find(member.name);
    if (value == object.end() && member.optional) { continue; }
    if (value == object.end()) { return fmt::format("{} is missing; expected {}", here, expected(member.type)); }
    if (!has_type(*value, member.type)) {
      return fmt::format("{} is of type {}; expected {}", here, value->type_name(), expected(member.type));
    }
    if (member.type == Type::object) {
      if (std::string fault = fault_in(*value, member.members, here); !fault.empty()) { return fault; }
    }
    if (member.type != Type::objects) { continue; }
    for (std::size_t i = 0; i < value->size(); ++i) {
      std::string fault = fault_in((*value)[i], member.members, fmt::format("{}[{}]", here, i));
      if (!fault.empty()) { return fault; }
    }
  }
  return {};
}

}  // namespace

std::string shape_fault(const nlohmann::json& result) {
  constexpr std::string_view wanted = "expected a result file of shmlab bench";
  if (!result.is_object()) { return fmt::format("is JSON of type {}; {}", result.type_name(), wanted); }
  const auto context = result.find("context");
  if (context == result.end() || !context->is_object()) { return fmt::format("is JSON without a context object; {}", wanted); }
  const auto shmlab = context->find("shmlab");
  if (shmlab == context->end() || !shmlab->is_object()) { return fmt::format("is JSON without context.shmlab; {}", wanted); }
  const auto version = shmlab->find("schema_version");
  if (version == shmlab->end() || !version->is_number_integer()) {
    return fmt::format("has no context.shmlab.schema_version; expected {}", schema_version);
  }
  if (*version != schema_version) {
    return fmt::format("has schema version {}; expected {}, the one that this program writes", version->dump(), schema_version);
  }
  if (!result.contains("benchmarks") || !result["benchmarks"].is_array()) {
    return "has no array benchmarks; expected Google Benchmark's";
  }
  if (std::string fault = fault_in(*shmlab, own_members, "context.shmlab"); !fault.empty()) { return "is damaged: " + fault; }
  return {};
}

}  // namespace shmlab::report
