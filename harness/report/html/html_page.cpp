#include "report/html/html_page.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <system_error>

#include "report/html/chart_json.hpp"
#include "report/html/escaped.hpp"
#include "report/html/packed.hpp"
#include "report/html/resources.hpp"
#include "report/html/svg_chart.hpp"
#include "report/json_text.hpp"

namespace shmlab::report {
namespace {

std::string element(std::string_view name, std::string_view text) {
  return fmt::format("<{0}>{1}</{0}>\n", name, escaped(text));
}

bool is_filtered(const Table& table) {
  return std::ranges::any_of(table.rows, [](const TableRow& row) { return !row.subject.empty(); });
}

// End tags that HTML lets go (of tr, th, td) are left out: the tables are most of the page.
std::string table_html(const Table& table) {
  std::string html = fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{0}\"><table{1}><caption>{0}</caption><thead><tr>",
      escaped(table.caption), is_filtered(table) ? " class=\"by-name\"" : "");
  for (const TableColumn& column : table.columns) {
    html += fmt::format("<th scope=\"col\"{}>{}", column.is_number ? " class=\"n\"" : "", escaped(column.title));
  }
  html += "</thead><tbody>\n";
  for (const TableRow& row : table.rows) {
    const bool says_it = !row.cells.empty() && row.cells.front() == row.subject;  // then its first cell need not be said again
    html += row.subject.empty() || says_it ? "<tr>" : fmt::format("<tr data-s=\"{}\">", escaped(row.subject));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const bool is_bad = row.cells[i].starts_with("✗");
      html += i == 0 ? (table.columns[i].is_number ? "<th scope=\"row\" class=\"n\">" : "<th scope=\"row\">")
              : table.columns[i].is_number ? "<td class=\"n\">"
              : is_bad                     ? "<td class=\"bad\">"
                                           : "<td>";
      html += escaped(row.cells[i]);
    }
    html += "\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string chart_html(const Chart& chart) {
  if (chart.points.empty()) { return {}; }
  return fmt::format("<figure class=\"chart\" id=\"{}\">{}</figure>\n", chart.id, svg_chart(chart));
}

std::string block_html(const Block& block) {
  std::string html;
  for (const std::string& paragraph : block.paragraphs) { html += element("p", paragraph); }
  for (const Chart& chart : block.charts) { html += chart_html(chart); }
  for (const Table& table : block.tables) { html += table_html(table); }
  if (!block.commands.empty()) {
    html += "<pre tabindex=\"0\"><code>";
    for (const std::string& line : block.commands) { html += escaped(line) + "\n"; }
    html += "</code></pre>\n";
  }
  if (block.title.empty()) { return html; }
  return fmt::format("<details class=\"block\"{}><summary><h3>{}</h3></summary>\n{}</details>\n", block.is_folded ? "" : " open",
                     escaped(block.title), html);
}

std::string section_html(const Section& section) {
  std::string html =
      fmt::format("<section id=\"{}\"><details open><summary><h2>{}</h2></summary>\n", section.id, escaped(section.title));
  for (const std::string& paragraph : section.paragraphs) { html += element("p", paragraph); }
  for (const Block& block : section.blocks) { html += block_html(block); }
  return html + "</details></section>\n";
}

std::string head(const Document& document, std::string_view nonce) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; "
      "base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light "
      "dark\">\n"
      "<title>{1}</title>\n<style nonce=\"{0}\">\n{2}</style></head>\n",
      nonce, escaped(document.title), report_css);
}

std::string contents(const Document& document) {
  std::string html = "<nav aria-label=\"Sections\"><ul>\n";
  for (const Section& section : document.sections) {
    html += fmt::format("<li><a href=\"#{}\">{}</a>\n", section.id, escaped(section.title));
  }
  return html + "</ul></nav>\n";
}

constexpr std::string_view filter =
    "<div class=\"filter\" role=\"search\" hidden><label for=\"filter\">Show strategies whose name has</label> <input "
    "id=\"filter\" type=\"search\" autocomplete=\"off\" "
    "spellcheck=\"false\"> <output id=\"filtered\" for=\"filter\"></output></div>\n";

std::string body(const Document& document, const std::string& note) {
  std::string html = "<body>\n<header>" + element("h1", document.title) +
                     fmt::format("<p class=\"verdict\">{}</p></header>\n", escaped(document.verdict));
  html += contents(document) + std::string(filter);
  if (!note.empty()) { html += fmt::format("<p class=\"note\">{}</p>\n", escaped(note)); }
  html += "<main>\n";
  for (const Section& section : document.sections) { html += section_html(section); }
  return html + "</main>\n";
}

std::vector<const Chart*> drawn_charts(const Document& document) {
  std::vector<const Chart*> charts;
  for (const Section& section : document.sections) {
    for (const Block& block : section.blocks) {
      for (const Chart& chart : block.charts) {
        if (!chart.points.empty()) { charts.push_back(&chart); }
      }
    }
  }
  return charts;
}

std::string script(std::string_view text, std::string_view nonce) {
  return fmt::format("<script nonce=\"{}\">{}</script>\n", nonce, text);
}

/// A script element that no browser runs: report.js reads it.
std::string data(std::string_view id, std::string_view type, std::string_view text) {
  return fmt::format("<script type=\"{}\" id=\"{}\">{}</script>\n", type, id, text);
}

std::string page(const Document& document, const std::string& packed_libraries, const std::string& note, std::string_view nonce) {
  std::string html = head(document, nonce) + body(document, note);
  if (!packed_libraries.empty()) {
    html += data("charts", "application/json", to_text(charts_json(drawn_charts(document))));
    html += data("libraries", "text/plain", packed_libraries);
  }
  return html + script(report_js, nonce) + "</body></html>\n";
}

}  // namespace

std::string html_page(const Document& document, const HtmlScripts& scripts, std::string_view nonce) {
  if (scripts.libraries.empty()) { return page(document, {}, "The charts are static: " + scripts.why_none + ".", nonce); }
  std::string html = page(document, packed(scripts.libraries), {}, nonce);
  if (html.size() <= largest_page_bytes) { return html; }
  return page(document, {},
              fmt::format("The charts are static: with Vega this page would be larger than {} kB.", largest_page_bytes / 1000),
              nonce);
}

std::string fresh_nonce() {
  std::array<unsigned char, 16> bytes{};
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t more = getrandom(bytes.data() + got, bytes.size() - got, 0);
    if (more < 0 && errno == EINTR) { continue; }  // before the kernel has gathered enough; later it gives so few at once
    if (more < 0) { throw std::system_error(errno, std::generic_category(), "getrandom"); }
    got += static_cast<std::size_t>(more);
  }
  std::string nonce;
  for (const unsigned char byte : bytes) { nonce += fmt::format("{:02x}", byte); }
  return nonce;
}

}  // namespace shmlab::report
