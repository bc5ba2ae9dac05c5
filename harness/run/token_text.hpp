#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// What all replay tokens have in common: fields separated by '/', the last one a checksum of the others; what has no value is '-'.
namespace shmlab::run::token_text {

inline constexpr char separator = '/';
inline constexpr std::string_view nothing = "-";

/// The fields' text with its checksum.
std::string sealed(std::string_view fields);
/// The fields of a sealed text, without the checksum. Throws BadInput when there are not `count` of them, or the checksum is wrong.
std::vector<std::string_view> unsealed(std::string_view token, std::size_t count);

std::vector<std::string_view> split(std::string_view text, char at);
/// Throws BadInput: one line that says what is wrong with the token.
[[noreturn]] void refuse(std::string_view why);
/// A decimal number up to `most`; else refuse().
std::uint64_t number(std::string_view text, std::string_view what, std::uint64_t most);
/// Throws BadInput unless the version is that of this program.
void check_version(std::string_view of_token);

}  // namespace shmlab::run::token_text
