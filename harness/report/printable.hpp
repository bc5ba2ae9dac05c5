#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace shmlab::report {

/// The text with everything that could steer a terminal made visible: control characters, DEL, C1 controls, line separators,
/// bidirectional overrides and invisible marks become `\x1b` or `\u{202e}`, bytes that are not UTF-8 become `\xff`.
/// Everything else stays as it is. The result is valid UTF-8 on one line.
std::string printable(std::string_view text);

/// Columns that a printable() text takes on a terminal: 0 for combining marks, 2 for East Asian wide characters and emoji.
std::size_t display_width(std::string_view text);

/// The printable() text in at most `width` columns, width >= 1: what does not fit is taken out of the middle and "…" put there.
std::string shortened(std::string_view text, std::size_t width);

}  // namespace shmlab::report
