#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace shmlab::cli {

/// What the shards of an exploration saw together, from what `shmlab explore --shard I/N --json` printed into these files. A case is exhausted
/// when all its shards are there and each has seen its part to the end. Throws BadInput naming the file for what is no such object, for a shard that is
/// there twice, and for shards of different bounds.
nlohmann::json merged_explorations(const std::vector<std::string>& paths);

}  // namespace shmlab::cli
