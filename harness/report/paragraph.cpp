#include "report/paragraph.hpp"

#include "report/printable.hpp"

namespace shmlab::report {

std::string paragraph(std::string_view label, std::string_view text, const Style& style) {
  const std::string whole = printable(text);
  const std::size_t indent = display_width(label);
  std::string result{label};
  std::string_view rest = whole;
  std::size_t column = indent;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    const std::size_t width = display_width(word);
    const bool first = column == indent;
    if (!first && style.width != 0 && column + 1 + width > style.width) {
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
