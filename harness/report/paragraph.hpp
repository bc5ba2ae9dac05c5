#pragma once

#include <string>
#include <string_view>

#include "report/style.hpp"

namespace shmlab::report {

/// `label`, then the text, made printable and broken at blanks to fit the style's width (120 columns when it has none); all lines
/// but the first are indented by the width of the label. Ends with a newline. A word that is too long stays whole.
std::string paragraph(std::string_view label, std::string_view text, const Style& style);

}  // namespace shmlab::report
