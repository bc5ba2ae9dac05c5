#pragma once

#include <string_view>

namespace shmlab::catalogue {

/// Whether `name` equals `pattern` or matches it as a glob of fnmatch(3): `*`, `?`, `[abc]`.
bool matches_glob(std::string_view pattern, std::string_view name);

/// Whether the pattern can stand for several names.
bool has_wildcard(std::string_view pattern);

}  // namespace shmlab::catalogue
