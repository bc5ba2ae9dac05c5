#include "report/printable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <span>

namespace shmlab::report {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Unicode 15: what moves the cursor, reorders text or cannot be seen.
constexpr Range control_characters[] = {{0x00, 0x1f},     {0x7f, 0x9f},      {0xad, 0xad},     {0x61c, 0x61c},
                                        {0x200b, 0x200f}, {0x2028, 0x202e},  {0x2060, 0x206f}, {0xfeff, 0xfeff},
                                        {0xfff9, 0xfffb}, {0xe0000, 0xe007f}};
// Unicode 15, the blocks of combining marks and the variation selectors.
constexpr Range no_width[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
                              {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};
// Unicode Standard Annex 11, the larger blocks of width Wide and Fullwidth.
constexpr Range double_width[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
                                  {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
                                  {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

bool within(std::span<const Range> ranges, char32_t point) {
  return std::ranges::any_of(ranges, [point](const Range& range) { return range.first <= point && point <= range.last; });
}

std::size_t width_of(char32_t point) {
  if (within(no_width, point)) { return 0; }
  return within(double_width, point) ? 2 : 1;
}

/// The first character of a text that is not empty.
struct Character {
  std::size_t bytes = 1;
  char32_t point = 0;
  bool valid = false;
};

unsigned char byte_at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

// The Unicode Standard, table 3-7: shortest forms only, no surrogates, nothing above U+10FFFF.
Character first_character(std::string_view text) {
  const unsigned char lead = byte_at(text, 0);
  if (lead < 0x80) { return {1, lead, true}; }
  const std::size_t bytes = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (lead < 0xc2 || lead > 0xf4) { return {}; }
  char32_t point = lead & (0xffU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    const unsigned char next = byte_at(text, i);
    if ((next & 0xc0U) != 0x80) { return {}; }
    point = (point << 6U) | (next & 0x3fU);
  }
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < smallest[bytes] || surrogate || point > 0x10ffff) { return {}; }
  return {bytes, point, true};
}

/// The longest beginning of `text` that takes at most `width` columns, in bytes.
std::size_t prefix_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t used = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    used += width_of(character.point);
    if (used > width) { break; }
    bytes += character.bytes;
  }
  return bytes;
}

/// The shortest beginning of `text` that leaves at most `width` columns behind it, in bytes.
std::size_t bytes_before_suffix(std::string_view text, std::size_t width) {
  std::size_t left = display_width(text);
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Character character = first_character(text.substr(bytes));
    const std::size_t columns = width_of(character.point);
    // A combining mark goes with the character before it.
    if (left <= width && columns > 0) { break; }
    left -= columns;
    bytes += character.bytes;
  }
  return bytes;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    if (!character.valid) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", byte_at(text, 0));
    } else if (!within(control_characters, character.point)) {
      result += text.substr(0, character.bytes);
    } else if (character.point < 0x80) {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", static_cast<std::uint32_t>(character.point));
    } else {
      fmt::format_to(std::back_inserter(result), "\\u{{{:x}}}", static_cast<std::uint32_t>(character.point));
    }
    text.remove_prefix(character.bytes);
  }
  return result;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    width += width_of(character.point);
    text.remove_prefix(character.bytes);
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) { return std::string{text}; }
  const std::size_t kept = width - 1;
  const std::size_t behind = kept / 2;
  const std::string_view front = text.substr(0, prefix_bytes(text, kept - behind));
  return std::string{front} + "…" + std::string{text.substr(bytes_before_suffix(text, behind))};
}

}  // namespace shmlab::report
