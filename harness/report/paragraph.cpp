#include "report/paragraph.hpp"

#include <algorithm>

#include "report/printable.hpp"

namespace shmlab::report {
namespace {

constexpr std::size_t comfortable = 120;

}  // namespace

std::string paragraph(std::string_view label, std::string_view text, const Style& style) {
  const std::string whole = printable(text);
  const std::size_t indent = display_width(label);
  std::string result{label};
  std::string_view rest = whole;
  const std::size_t limit = style.width != 0 ? style.width : comfortable;
  std::size_t column = indent;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    const std::size_t width = display_width(word);
    const bool first = column == indent;
    if (!first && column + 1 + width > limit) {
      result.append("\n").append(indent, ' ');
      column = indent;
    } else if (!first) {
      result += ' ';
      ++column;
    }
    result += word;
    column += width;
    rest.remove_prefix(word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  }
  return result + "\n";
}

}  // namespace shmlab::report
