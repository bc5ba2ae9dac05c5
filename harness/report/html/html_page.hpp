#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/document.hpp"

namespace shmlab::report {

/// The scripts that draw charts with axes to read off and the reader's filter in them.
struct HtmlScripts {
  std::vector<std::string> libraries{};  ///< Vega, Vega-Lite and Vega-Embed, in this order
  std::string why_none{};                ///< when there are no libraries: why the charts are the static ones
};

/// The largest page: beyond, the libraries are left out, and the page says so.
inline constexpr std::size_t largest_page_bytes = 1'200'000;

/// One HTML file that needs nothing else: no other file, no network. Its Content-Security-Policy lets only its own scripts and style run, which
/// carry `nonce`: 16 or more letters and digits that whoever wrote the names in the document could not guess. Every chart stands there as SVG, which
/// the libraries, where a script runs, replace.
std::string html_page(const Document& document, const HtmlScripts& scripts, std::string_view nonce);

/// 128 bits from the kernel, as hexadecimal digits. Throws std::system_error when it gives none.
std::string fresh_nonce();

}  // namespace shmlab::report
