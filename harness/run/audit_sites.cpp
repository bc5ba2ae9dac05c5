#include "run/audit_sites.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "explore/trace.hpp"

namespace shmlab::run {
namespace {

using explore::Change;
using explore::Mutation;
using explore::SeenSite;

/// Where strategies lie, and what they are made of; but not adapters, which are strategies of their own kind.
constexpr std::string_view strategies = "strategies/";
constexpr std::string_view contract = "harness/contract/";
constexpr std::string_view adapters = "harness/contract/adapters/";

/// Where a file or folder begins in a path; npos: nowhere.
std::size_t begin_of(std::string_view name, std::string_view path) {
  const std::size_t at = path.rfind(name);
  return at == 0 || (at != std::string_view::npos && path[at - 1] == '/') ? at : std::string_view::npos;
}

}  // namespace

std::vector<SeenSite> own_sites(const explore::SiteLog& log, std::string_view strategy_file) {
  std::vector<SeenSite> own;
  for (SeenSite& seen : log.sorted()) {
    const std::string& file = seen.site.file;
    const std::size_t at = std::min({begin_of(strategy_file, file), begin_of(strategies, file), begin_of(contract, file)});
    if (at == std::string::npos || begin_of(adapters, file) != std::string::npos) { continue; }
    seen.site.file.erase(0, at);
    own.push_back(std::move(seen));
  }
  return own;
}

std::vector<AuditedPart> parts_of(const SeenSite& seen) {
  std::vector<AuditedPart> parts;
  for (const Change change : {Change::order, Change::failure_order, Change::left_out}) {
    if (mutations_of(seen, change).empty()) { continue; }
    AuditedPart part;
    part.change = change;
    part.weakest_that_holds = change == Change::failure_order ? seen.orders.failure : seen.orders.order;
    parts.push_back(part);
  }
  return parts;
}

std::vector<Mutation> mutations_of(const SeenSite& seen, Change change) {
  const env::Operation operation = seen.site.operation;
  if (change == Change::left_out) { return {Mutation{.site = seen.site, .change = change}}; }
  const bool is_failure = change == Change::failure_order;
  if (is_failure && operation != env::Operation::compare_exchange) { return {}; }
  const std::memory_order from = is_failure ? seen.orders.failure : seen.orders.order;
  std::vector<Mutation> all;
  // A failed compare_exchange is a load.
  for (const std::memory_order to : explore::weaker_orders(is_failure ? env::Operation::load : operation, from)) {
    all.push_back({.site = seen.site, .change = change, .from = from, .to = to});
  }
  return all;
}

}  // namespace shmlab::run
