#include <fmt/format.h>

#include "report/json_member.hpp"
#include "report/sections/sections.hpp"

namespace shmlab::report {

Section reproduce_section(const ReportView& view) {
  Section section{.id = "reproduce",
                  .title = "How to reproduce",
                  .paragraphs = {"In a checkout of shmlab, on the machine that is described above, with nothing else running:"},
                  .blocks = {}};
  for (const StoredRun& run : view.data.runs) {
    const std::string& commit = text_of(run.ours(), "commit");
    Block block{.title = view.has_several_runs() ? run.label : std::string{}};
    if (commit.ends_with("-dirty")) {
      block.paragraphs.emplace_back("The work tree had changes that no commit has: this gives the nearest.");
    }
    block.commands = run.commands;
    section.blocks.push_back(std::move(block));
  }
  return section;
}

}  // namespace shmlab::report
