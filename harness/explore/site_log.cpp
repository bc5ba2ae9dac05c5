#include "explore/site_log.hpp"

#include <algorithm>
#include <tuple>

namespace shmlab::explore {

void SiteLog::saw(env::Operation operation, const Orders& orders, const std::source_location& where) {
  for (const SeenSite& known : sites_) {
    if (known.site.is(operation, where) && known.orders == orders) { return; }
  }
  sites_.push_back({{operation, where.file_name(), where.line(), where.column()}, orders});
}

std::vector<SeenSite> SiteLog::sorted() const {
  std::vector<SeenSite> all = sites_;
  std::ranges::sort(all, {}, [](const SeenSite& seen) {
    return std::tuple(seen.site.file, seen.site.line, seen.site.column, seen.site.operation, seen.orders.order,
                      seen.orders.failure);
  });
  return all;
}

}  // namespace shmlab::explore
