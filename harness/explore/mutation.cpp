#include "explore/mutation.hpp"

#include <fmt/core.h>

#include <string_view>

#include "explore/trace.hpp"

namespace shmlab::explore {
namespace {

bool is_end_of(std::string_view end, std::string_view path) {
  return path.ends_with(end) && (path.size() == end.size() || path[path.size() - end.size() - 1] == '/');
}

bool is_stronger(std::memory_order one, std::memory_order other) {
  if (one == other || other == std::memory_order_seq_cst || one == std::memory_order_relaxed) { return false; }
  return one == std::memory_order_seq_cst || one == std::memory_order_acq_rel || other == std::memory_order_relaxed;
}

bool may_have(env::Operation operation, std::memory_order order) {
  switch (operation) {
    case env::Operation::load: return order != std::memory_order_release && order != std::memory_order_acq_rel;
    case env::Operation::store: return order != std::memory_order_acquire && order != std::memory_order_acq_rel;
    case env::Operation::fence: return order != std::memory_order_relaxed;  // it would be none
    default: return has_order(operation);
  }
}

}  // namespace

bool Site::is(env::Operation which, const std::source_location& where) const {
  return where.line() == line && which == operation && where.column() == column && is_end_of(file, where.file_name());
}

Orders Mutation::apply(env::Operation operation, Orders orders, const std::source_location& where) const {
  if (!site.is(operation, where)) { return orders; }
  switch (change) {
    case Change::order:
      if (orders.order == from) { orders.order = to; }
      break;
    case Change::failure_order:
      if (orders.failure == from) { orders.failure = to; }
      break;
    case Change::left_out: orders.left_out = true; break;
  }
  return orders;
}

std::string to_string(const Mutation& mutation) {
  if (mutation.change == Change::left_out) { return "without " + left_out_text(mutation.site.operation); }
  return fmt::format("{} in place of {}{}", to_string(mutation.to), to_string(mutation.from),
                     mutation.change == Change::failure_order ? " on failure" : "");
}

std::string left_out_text(env::Operation operation) {
  switch (operation) {
    case env::Operation::load: return "another look";
    case env::Operation::fence: return "the fence";
    case env::Operation::futex_wake: return "the wake";
    case env::Operation::futex_wait: return "the comparison";
    case env::Operation::store: return "the store";
    default: return "the write";
  }
}

std::vector<std::memory_order> weaker_orders(env::Operation operation, std::memory_order order) {
  std::vector<std::memory_order> weaker;
  for (const std::memory_order other : {std::memory_order_relaxed, std::memory_order_acquire, std::memory_order_release,
                                        std::memory_order_acq_rel, std::memory_order_seq_cst}) {
    if (is_stronger(order, other) && may_have(operation, other)) { weaker.push_back(other); }
  }
  return weaker;
}

}  // namespace shmlab::explore
