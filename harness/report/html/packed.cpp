#include "report/html/packed.hpp"

#include <zlib.h>

#include <cstddef>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace shmlab::report {
namespace {

std::string base64(std::span<const unsigned char> bytes) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr unsigned six_bits = 0x3f;
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) { return at + i < bytes.size() ? static_cast<unsigned>(bytes[at + i]) : 0U; };
    const unsigned three = byte(0) << 16U | byte(1) << 8U | byte(2);
    text += letters[three >> 18U];
    text += letters[three >> 12U & six_bits];
    text += at + 1 < bytes.size() ? letters[three >> 6U & six_bits] : '=';
    text += at + 2 < bytes.size() ? letters[three & six_bits] : '=';
  }
  return text;
}

}  // namespace

std::string packed(std::span<const std::string> scripts) {
  std::string text;
  for (const std::string& script : scripts) { text += script + "\n;\n"; }
  uLongf size = compressBound(text.size());
  std::vector<unsigned char> bytes(size);
  // Cannot fail for want of room (compressBound); for want of memory it can.
  if (compress2(bytes.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size(), Z_BEST_COMPRESSION) != Z_OK) {
    throw std::runtime_error("zlib could not compress the scripts of the report");
  }
  return base64(std::span(bytes.data(), size));
}

}  // namespace shmlab::report
