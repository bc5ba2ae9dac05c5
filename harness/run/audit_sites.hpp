#pragma once

#include <string_view>
#include <vector>

#include "explore/mutation.hpp"
#include "explore/site_log.hpp"
#include "run/audit.hpp"

/// What an audit asks of a site.
namespace shmlab::run {

/// The operations of the log that lie in the strategy's file (as StrategyEntry names it), in others of strategies/, or in what harness/contract/
/// has for strategies (not adapters); their files are named from there on.
std::vector<explore::SeenSite> own_sites(const explore::SiteLog& log, std::string_view strategy_file);

/// What may be weaker at a site: its orders where they are not the weakest already, and that it is there.
std::vector<AuditedPart> parts_of(const explore::SeenSite& seen);

/// The mutations of one part, the weakest first.
std::vector<explore::Mutation> mutations_of(const explore::SeenSite& seen, explore::Change change);

}  // namespace shmlab::run
