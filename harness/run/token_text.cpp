#include "run/token_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "contract/error.hpp"
#include "measure/build_info.hpp"

namespace shmlab::run::token_text {
namespace {

/// FNV-1a, 32 bits.
std::uint32_t checksum_of(std::string_view text) {
  std::uint32_t hash = 0x811c9dc5;
  for (const char c : text) { hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U; }
  return hash;
}

}  // namespace

std::string sealed(std::string_view fields) {
  return fmt::format("{}{}{:08x}", fields, separator, checksum_of(fields));
}

std::vector<std::string_view> unsealed(std::string_view token, std::size_t count) {
  std::vector<std::string_view> fields = split(token, separator);
  if (fields.size() != count + 1) { refuse(fmt::format("it has {} fields of {}", fields.size(), count + 1)); }
  if (fields.back() != fmt::format("{:08x}", checksum_of(token.substr(0, token.rfind(separator))))) {
    refuse("it is damaged: its checksum does not match");
  }
  fields.pop_back();
  return fields;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(at, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

void refuse(std::string_view why) {
  throw BadInput(fmt::format("replay token: {}; expected the whole word that a finding printed", why));
}

std::uint64_t number(std::string_view text, std::string_view what, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value > most) {
    refuse(fmt::format("the {} '{}' is not a number up to {}", what, text, most));
  }
  return value;
}

void check_version(std::string_view of_token) {
  const std::string_view own = measure::build_info().version;
  if (of_token != own) { throw BadInput(fmt::format("replay token: it is of shmlab {}, and this is shmlab {}", of_token, own)); }
}

}  // namespace shmlab::run::token_text
