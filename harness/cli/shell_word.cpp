#include "cli/shell_word.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace shmlab::cli {
namespace {

bool is_plain(char character) {
  constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-=./,:+@%";
  return plain.find(character) != std::string_view::npos;
}

/// POSIX.1-2024, Shell Command Language, 2.2.4: dollar-single-quotes, for what steers terminals, or is no text.
std::string with_escapes(std::string_view text) {
  std::string word = "$'";
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (byte < ' ' || byte >= 0x7f) {
      word += fmt::format("\\{:03o}", byte);
    } else {
      if (character == '\'' || character == '\\') { word += '\\'; }
      word += character;
    }
  }
  return word + "'";
}

}  // namespace

std::string shell_word(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, is_plain)) { return std::string(text); }
  if (std::ranges::any_of(text, [](char character) { return character < ' ' || character >= 0x7f; })) {
    return with_escapes(text);
  }
  std::string word = "'";
  for (const char character : text) {
    if (character == '\'') {
      word += "'\\''";
    } else {
      word += character;
    }
  }
  return word + "'";
}

}  // namespace shmlab::cli
