#pragma once

#include <span>
#include <string>

namespace shmlab::report {

/// Scripts in a third of their size: one behind the other, compressed (zlib's format, RFC 1950), as base64 (RFC 4648). Browsers unpack it with
/// DecompressionStream("deflate").
std::string packed(std::span<const std::string> scripts);

}  // namespace shmlab::report
