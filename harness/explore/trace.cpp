#include "explore/trace.hpp"

#include <fmt/format.h>

#include <string_view>

namespace shmlab::explore {

std::string to_string(const std::source_location& where) {
  const std::string_view path = where.file_name();
  return fmt::format("{}:{}", path.substr(path.rfind('/') + 1), where.line());
}

std::string to_string(std::memory_order order) {
  switch (order) {
    case std::memory_order_relaxed: return "relaxed";
    case std::memory_order_consume: return "consume";
    case std::memory_order_acquire: return "acquire";
    case std::memory_order_release: return "release";
    case std::memory_order_acq_rel: return "acq_rel";
    case std::memory_order_seq_cst: return "seq_cst";
  }
  return "unknown";
}

bool has_order(env::Operation operation) {
  switch (operation) {
    case env::Operation::load:
    case env::Operation::store:
    case env::Operation::exchange:
    case env::Operation::compare_exchange:
    case env::Operation::fetch_add:
    case env::Operation::fetch_sub:
    case env::Operation::fetch_or:
    case env::Operation::fetch_and:
    case env::Operation::fence: return true;
    default: return false;
  }
}

std::string to_string(const TraceLine& line) {
  std::string what{env::to_string(line.operation)};
  if (has_order(line.operation)) { what += ' ' + to_string(line.order); }
  if (line.offset != TraceLine::no_offset) { what += fmt::format(" +{}", line.offset); }
  if (line.has_value) { what += fmt::format(" = {}", line.value); }
  return fmt::format("{:4} {:{}}P{} {:<36} {:<24} {}", line.step, "", 2 * line.participant, line.participant, what,
                     to_string(line.where), line.note);
}

std::string to_string(const Trace& trace) {
  std::string text;
  for (const TraceLine& line : trace) { text += to_string(line) + '\n'; }
  return text;
}

}  // namespace shmlab::explore
