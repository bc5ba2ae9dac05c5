#include "run/mutation_text.hpp"

#include <fmt/core.h>

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "explore/trace.hpp"
#include "run/token_text.hpp"

namespace shmlab::run {
namespace {

using explore::Change;
using token_text::number;
using token_text::refuse;

constexpr std::array<std::string_view, 3> changes{"order", "failure_order", "left_out"};

env::Operation operation_named(std::string_view name) {
  for (auto value = std::uint8_t{0}; value <= static_cast<std::uint8_t>(env::Operation::yield); ++value) {
    if (const auto operation = static_cast<env::Operation>(value); to_string(operation) == name) { return operation; }
  }
  refuse(fmt::format("there is no operation '{}'", name));
}

std::memory_order order_named(std::string_view name) {
  for (const std::memory_order order : {std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_release,
                                        std::memory_order_acq_rel, std::memory_order_seq_cst}) {
    if (explore::to_string(order) == name) { return order; }
  }
  refuse(fmt::format("there is no memory order '{}'", name));
}

Change change_named(std::string_view name) {
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i] == name) { return static_cast<Change>(i); }
  }
  refuse(fmt::format("there is no mutation '{}'", name));
}

}  // namespace

std::string mutation_text(const std::optional<explore::Mutation>& mutation) {
  if (!mutation) { return std::string(token_text::nothing); }
  const explore::Site& site = mutation->site;
  const std::string_view file = std::string_view(site.file).substr(site.file.rfind(token_text::separator) + 1);
  return fmt::format("{}:{}:{}:{}:{}:{}:{}", to_string(site.operation), file, site.line, site.column,
                     changes[static_cast<std::size_t>(mutation->change)], explore::to_string(mutation->from),
                     explore::to_string(mutation->to));
}

std::optional<explore::Mutation> read_mutation(std::string_view text) {
  if (text == token_text::nothing) { return std::nullopt; }
  const std::vector<std::string_view> parts = token_text::split(text, ':');
  if (parts.size() != 7) { refuse(fmt::format("the mutation '{}' has not seven parts", text)); }
  constexpr std::uint64_t many = std::numeric_limits<std::uint32_t>::max();
  return explore::Mutation{.site = {.operation = operation_named(parts[0]),
                                    .file = std::string(parts[1]),
                                    .line = static_cast<std::uint32_t>(number(parts[2], "line", many)),
                                    .column = static_cast<std::uint32_t>(number(parts[3], "column", many))},
                           .change = change_named(parts[4]),
                           .from = order_named(parts[5]),
                           .to = order_named(parts[6])};
}

}  // namespace shmlab::run
