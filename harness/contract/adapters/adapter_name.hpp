#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace shmlab {

/// A string literal as a template argument.
template <std::size_t size>
struct Literal {
  char text[size]{};
  consteval Literal(const char (&from)[size]) { std::copy_n(from, size, text); }  // NOLINT(google-explicit-constructor): wanted
  [[nodiscard]] constexpr std::string_view view() const { return {text, size - 1}; }
};

/// "adapter<strategy>", put together by the compiler; the characters have static storage.
template <Literal adapter, class S>
class AdapterName {
  static constexpr auto characters = [] {
    constexpr std::string_view inner = S::descriptor.name;
    std::array<char, adapter.view().size() + inner.size() + 2> name{};
    auto end = std::copy(adapter.view().begin(), adapter.view().end(), name.begin());
    *end++ = '<';
    end = std::copy(inner.begin(), inner.end(), end);
    *end = '>';
    return name;
  }();

 public:
  static constexpr std::string_view value{characters.data(), characters.size()};
};

}  // namespace shmlab
