#include "crash/crash_token.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

#include "catalogue/catalogue.hpp"
#include "crash/crash_run.hpp"
#include "measure/build_info.hpp"
#include "run/token_text.hpp"

namespace shmlab::crash {
namespace {

using run::token_text::number;
using run::token_text::refuse;

constexpr std::string_view mark = "crash";
constexpr std::uint64_t most_accesses = 1'000'000;

enum Field : std::size_t { kind, version, commit, strategy, role, arrival, point, place, second, field_count };

CrashRole role_of(std::string_view word) {
  for (const CrashRole candidate : all_crash_roles) {
    if (to_string(candidate) == word) { return candidate; }
  }
  refuse(fmt::format("there is no role '{}'", word));
}

}  // namespace

std::string crash_token(const catalogue::StrategyEntry& strategy, const CrashPoint& point) {
  const measure::BuildInfo& build = measure::build_info();
  return run::token_text::sealed(fmt::format("{}/{}/{}/{}/{}/{}/{}/{}/{}", mark, build.version, build.commit, strategy.name(),
                                             to_string(point.role), point.arrival, point.point, static_cast<unsigned>(point.kind),
                                             point.second));
}

bool is_crash_token(std::string_view token) {
  return token.substr(0, token.find(run::token_text::separator)) == mark;
}

CrashOrderToken read_crash_token(std::string_view token) {
  const std::vector<std::string_view> fields = run::token_text::unsealed(token, field_count);
  run::token_text::check_version(fields[version]);
  CrashOrderToken order;
  order.commit = fields[commit];
  order.strategy = &catalogue::strategy(fields[strategy]);
  order.point = {.role = role_of(fields[role]),
                 .arrival = number(fields[arrival], "arrival", most_accesses),
                 .point = number(fields[point], "point", most_accesses),
                 .kind = static_cast<CrashKind>(number(fields[place], "kind of point", std::size(all_crash_kinds) - 1)),
                 .second = number(fields[second], "second point", most_accesses)};
  std::string why_not;  // who cannot be killed at all is refused by who tries
  const catalogue::CaseCode* const code = crash_code(*order.strategy, why_not);
  if (code != nullptr && std::ranges::find(crash_roles(code->face), order.point.role) == crash_roles(code->face).end()) {
    refuse(fmt::format("'{}' has no role '{}'", order.strategy->name(), to_string(order.point.role)));
  }
  return order;
}

}  // namespace shmlab::crash
