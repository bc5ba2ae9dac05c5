#include "report/formats/formats.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "report/json_text.hpp"
#include "report/report_document.hpp"
#include "report/result_file.hpp"
#include "report/testing/sample_report.hpp"
#include "report/testing/scratch_directory.hpp"

namespace shmlab::report {
namespace {

TEST(Markdown, IsCutToWhatACommentTakes) {
  std::vector<CaseResult> many;
  for (int i = 0; i < 2'000; ++i) {
    many.push_back(testing::ping_pong("strategy_with_a_long_name_" + std::to_string(i), {testing::sample(100 + i)}));
  }
  ReportData data;
  data.runs.push_back(testing::stored(merge(testing::google(), testing::context(), many, {}), "abc1234"));
  const std::string text = markdown(report_document(data));
  EXPECT_LE(text.size(), largest_markdown_bytes);
  EXPECT_NE(text.find("more rows are in the HTML report"), std::string::npos);
  EXPECT_NE(text.find("2000 cases"), std::string::npos) << "the verdict stays";
}

TEST(Csv, HasAsManyCellsInEveryRow) {
  const std::string text = csv(testing::two_runs());
  std::size_t commas = 0;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = text.find("\r\n", from);
    ASSERT_NE(end, std::string::npos);
    const auto in_row = static_cast<std::size_t>(
        std::count(text.begin() + static_cast<std::ptrdiff_t>(from), text.begin() + static_cast<std::ptrdiff_t>(end), ','));
    EXPECT_EQ(in_row, from == 0 ? in_row : commas);
    commas = in_row;
    from = end + 2;
  }
  EXPECT_GT(commas, 10U);
}

TEST(Exports, LeaveControlsOut) {
  const StoredRun run = testing::report_data().runs.front();
  EXPECT_FALSE(bencher(run).contains("ping_pong/unsynchronised"));
  EXPECT_EQ(bencher(run).at("ping_pong/spsc_ring").at("latency").at("value"), 81);
  EXPECT_EQ(github_action_benchmark(run).size(), bencher(run).size());
}

/// Google Benchmark's own comparison reads what `shmlab bench` writes.
TEST(ResultJson, IsReadByGoogleBenchmarksCompare) {
  const char* const compare = "/usr/share/benchmark/compare.py";
  if (!std::filesystem::exists(compare)) { GTEST_SKIP() << compare << " is missing: install libbenchmark-tools"; }
  const testing::ScratchDirectory scratch;
  const std::string file = (scratch.path() / "result.json").string();
  const std::string said = (scratch.path() / "said.txt").string();
  write_result(file, testing::result());
  const std::string command =
      "/usr/bin/python3 " + std::string(compare) + " --no-color benchmarks '" + file + "' '" + file + "' > '" + said + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::ifstream stream(said);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_NE(text.find("ping_pong/bounded_buffer<futex_mutex>"), std::string::npos) << text;
  EXPECT_NE(text.find("OVERALL_GEOMEAN"), std::string::npos) << text;
}

}  // namespace
}  // namespace shmlab::report
