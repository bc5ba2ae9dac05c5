#pragma once

#include <cstdint>
#include <source_location>
#include <vector>

#include "explore/mutation.hpp"

namespace shmlab::explore {

/// An operation of the source that was carried out, and with which orders.
struct SeenSite {
  Site site;  ///< its file is the whole path
  Orders orders;
};

/// Which operations of the source executions come to. What one does with another order is another entry.
class SiteLog {
 public:
  void saw(env::Operation operation, const Orders& orders, const std::source_location& where);
  /// In the order of the files' names, then of the source.
  [[nodiscard]] std::vector<SeenSite> sorted() const;

 private:
  std::vector<SeenSite> sites_;
};

}  // namespace shmlab::explore
