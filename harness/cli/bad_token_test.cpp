#include <fmt/format.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "cli/testing/expect_refusal.hpp"
#include "cli/testing/program_run.hpp"
#include "measure/build_info.hpp"
#include "run/token_text.hpp"

/// Replay tokens whose checksum is right, and whose contents are not.
namespace shmlab::cli::testing {
namespace {

struct BadToken {
  std::string name;
  std::string fields;  ///< VERSION stands for this program's, with its commit
  std::string says;
};
void PrintTo(const BadToken& bad, std::ostream* out) {
  *out << bad.name;
}

class Token : public ::testing::TestWithParam<BadToken> {};
TEST_P(Token, IsRefusedInOneLine) {
  std::string fields = GetParam().fields;
  const std::string_view version = "VERSION";
  if (const std::size_t at = fields.find(version); at != std::string::npos) {
    fields.replace(at, version.size(), fmt::format("{}/{}", measure::build_info().version, measure::build_info().commit));
  }
  expect_refusal(run_program({"replay", run::token_text::sealed(fields)}), {GetParam().says});
}

INSTANTIATE_TEST_SUITE_P(
    Bad, Token,
    ::testing::ValuesIn(std::vector<BadToken>{
        {"death_too_short", "crash/VERSION/futex_mutex/holder/1/1", "replay token: it has 8 fields of 10"},
        {"death_too_long", "crash/VERSION/futex_mutex/holder/1/1/0/0/0", "replay token: it has 11 fields of 10"},
        {"death_of_another_version", "crash/9.9.9/c/futex_mutex/holder/1/1/0/0", "it is of shmlab 9.9.9"},
        {"death_in_no_strategy", "crash/VERSION/futex_mutx/holder/1/1/0/0", "nearest is 'futex_mutex'"},
        {"death_of_nobody", "crash/VERSION/futex_mutex/holdr/1/1/0/0", "there is no role 'holdr'"},
        {"death_of_who_is_not_there", "crash/VERSION/futex_mutex/writer/1/1/0/0", "writer"},
        {"death_at_no_point", "crash/VERSION/futex_mutex/holder/1/x/0/0", "replay token: the point 'x'"},
        {"death_at_a_negative_point", "crash/VERSION/futex_mutex/holder/1/-1/0/0", "replay token: the point '-1'"},
        {"death_far_away", "crash/VERSION/futex_mutex/holder/1/99999999999999999999/0/0", "replay token: the point"},
        {"death_of_no_kind", "crash/VERSION/futex_mutex/holder/1/1/99/0", "replay token: the kind of point '99'"},
        {"case_without_lane", "VERSION/futex_mutex/contended_counter/operations=1/nowhere/memfd/0/-",
         "there is no lane 'nowhere'"},
        {"case_without_region", "VERSION/futex_mutex/contended_counter/operations=1/forked/memfdd/0/-", "nearest is 'memfd'"},
        {"case_of_no_scenario", "VERSION/futex_mutex/contended_countr/operations=1/forked/memfd/0/-",
         "nearest is 'contended_counter'"},
        {"case_of_no_parameter", "VERSION/futex_mutex/contended_counter/operatons=1/forked/memfd/0/-", "'operatons'"},
        {"case_out_of_range", "VERSION/futex_mutex/contended_counter/participants=9999/forked/memfd/0/-", "'9999'"},
        {"case_with_a_bad_schedule", "VERSION/futex_mutex/contended_counter/operations=1/scheduled/memfd/0/1:2:3",
         "is not STEP:PARTICIPANT"},
        {"execution_without_model", "explore/VERSION/futex_mutex/contended_counter/operations=1/1:1/-/0.1",
         "is not five numbers"},
        {"execution_with_bad_choices", "explore/VERSION/futex_mutex/contended_counter/operations=1/1:1:0:0:0/-/0.x",
         "replay token"},
        {"execution_with_a_bad_mutation", "explore/VERSION/futex_mutex/contended_counter/operations=1/1:1:0:0:0/store:x/0.1",
         "has not seven parts"},
        {"execution_of_a_pair_that_does_not_fit", "explore/VERSION/seqlock/contended_counter/operations=1/1:1:0:0:0/-/0.1",
         "seqlock"},
        {"control_characters", "crash/VERSION/futex_mutex/\x1b[31m\nholder/1/1/0/0", "there is no role '\\x1b[31m\\x0aholder'"},
        {"empty_fields", "///////", "replay token"},
        {"very_long", "crash/VERSION/" + std::string(100'000, 'x') + "/holder/1/1/0/0", "unknown strategy"}}),
    [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace shmlab::cli::testing
