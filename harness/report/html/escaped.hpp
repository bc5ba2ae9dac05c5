#pragma once

#include <string>
#include <string_view>

namespace shmlab::report {

/// The text for HTML and XML, as contents or in a quoted attribute; what could steer a terminal is made visible first, see printable().
std::string escaped(std::string_view text);

}  // namespace shmlab::report
