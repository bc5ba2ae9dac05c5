#include "cli/testing/hostile_strings.hpp"

#include <algorithm>
#include <ostream>

#include "report/printable.hpp"

namespace shmlab::cli::testing {

void PrintTo(const Hostile& hostile, std::ostream* out) {
  *out << hostile.name;
}

const std::vector<Hostile>& hostile_strings() {
  static const std::vector<Hostile> all{{"escape_sequence", "\x1b[31mred\x1b[0m"},
                                        {"clears_the_screen", "\x1b[2J\x1b[H"},
                                        {"sets_the_title", "\x1b]0;owned\x07"},
                                        {"hyperlink", "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\"},
                                        {"one_character_csi",
                                         "\xc2\x9b"
                                         "31m"},
                                        {"carriage_return", "all well\rBAD"},
                                        {"newlines", "one\nshmlab: 0 violated\n"},
                                        {"backspaces", "bad\b\b\bgood"},
                                        {"tab_and_vertical_tab", "a\tb\vc\fd"},
                                        {"nul", std::string("cut\0off", 7)},
                                        {"delete_character", "a\x7f"},
                                        {"bidi_override", "user\xe2\x80\xae\xe2\x81\xa6txt.exe"},
                                        {"bidi_isolate", "\xe2\x81\xa7rtl\xe2\x81\xa9"},
                                        {"zero_width",
                                         "fut\xe2\x80\x8b"
                                         "ex\xef\xbb\xbf"},
                                        {"line_separator",
                                         "a\xe2\x80\xa8"
                                         "b\xe2\x80\xa9"},
                                        {"tag_characters", "\xf3\xa0\x81\x81"},
                                        {"double_quotes", R"("quoted" onmouseover="x")"},
                                        {"single_quotes", "it's' ; touch /tmp/owned '"},
                                        {"end_of_script", "</script><script>alert(1)</script>"},
                                        {"end_of_script_upper", "</SCRIPT ><img src=x onerror=alert(1)>"},
                                        {"comment", "<!--<script>"},
                                        {"cdata", "]]><x>"},
                                        {"entity", "&lt;b&gt; &amp; &#x3c;"},
                                        {"commas", "a,b,\"c\",d"},
                                        {"formula", "=cmd|' /C calc'!A0"},
                                        {"formula_at", "@SUM(1+1)*cmd"},
                                        {"markdown", "| x | `y` | [z](javascript:alert(1)) <b>"},
                                        {"shell", "$(touch /tmp/owned) `id` ; & | > < * ? ! # ~"},
                                        {"shell_escapes", "\\'\\x41\\n\\"},
                                        {"format", "{} {0} %s %n %x"},
                                        {"path", "../../../etc/passwd"},
                                        {"invalid_utf8", "\xff\xfe\xc0\xaf"},
                                        {"cut_utf8", "a\xe2\x80"},
                                        {"surrogate", "\xed\xa0\x80"},
                                        {"very_long", std::string(100'000, 'A')},
                                        {"very_long_and_wide",
                                         [] {
                                           std::string text;
                                           for (int i = 0; i < 5'000; ++i) { text += "\xe4\xbd\xa0"; }
                                           return text;
                                         }()},
                                        {"empty", ""},
                                        {"blank", "   "}};
  return all;
}

std::string name_of(const ::testing::TestParamInfo<Hostile>& each) {
  return each.param.name;
}

void expect_calm(const std::string& text) {
  std::string without = text;
  std::erase(without, '\n');
  EXPECT_EQ(report::printable(without), without);
}

nlohmann::json with_texts(nlohmann::json value, const std::string& text, const std::vector<std::string>& kept) {
  if (value.is_string()) { return text; }
  if (value.is_object()) {
    for (auto& [key, member] : value.items()) {
      if (std::ranges::find(kept, key) == kept.end()) { member = with_texts(member, text, kept); }
    }
  } else if (value.is_array()) {
    for (nlohmann::json& member : value) { member = with_texts(member, text, kept); }
  }
  return value;
}

}  // namespace shmlab::cli::testing
