#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "gate/exact.hpp"

namespace shmlab::gate {
namespace {

using nlohmann::json;

/// Random cases, and what our functions make of them.
class Cases {
 public:
  explicit Cases(std::uint64_t seed) : random_(seed) {}

  void add_all(int of_each) {
    for (int i = 0; i < of_each; ++i) {
      add_binomial();
      add_sign_test();
      add_rank();
      add_quantile();
      add_deviation();
    }
  }
  [[nodiscard]] const json& questions() const { return questions_; }
  [[nodiscard]] const std::vector<double>& answers() const { return answers_; }

 private:
  std::uint64_t below(std::uint64_t limit) { return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random_); }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  void add(json question, double answer) {
    questions_.push_back(std::move(question));
    answers_.push_back(answer);
  }

  void add_binomial() {
    const std::uint64_t n = 1 + below(1000);
    const std::uint64_t k = below(n + 1);
    add({{"kind", "binomial"}, {"k", k}, {"n", n}}, binomial_half_cdf(static_cast<std::int64_t>(k), n));
  }
  void add_sign_test() {
    const std::uint64_t above = below(200);
    const std::uint64_t under = below(200);
    add({{"kind", "sign_test"}, {"above", above}, {"below", under}}, sign_test(above, under));
  }
  void add_rank() {
    const std::uint64_t n = 1 + below(400);
    const double alpha = std::pow(10, real(-6, -0.5));
    add({{"kind", "rank"}, {"n", n}, {"alpha", alpha}}, static_cast<double>(rank_of_lower_bound(n, alpha)));
  }
  void add_quantile() {
    const double p = below(2) == 0 ? real(0.001, 0.999) : 1 - std::pow(10, real(-9, -2));
    add({{"kind", "quantile"}, {"p", p}}, normal_quantile(p));
  }
  void add_deviation() {
    std::vector<double> samples(2 + below(60));
    for (double& sample : samples) { sample = std::exp(real(-3, 3)); }
    add({{"kind", "deviation"}, {"samples", samples}}, robust_deviation(samples));
  }

  std::mt19937_64 random_;
  json questions_ = json::array();
  std::vector<double> answers_;
};

/// What Debian's scipy says. Written to files, since the test may be run by hand from any folder.
json scipy_answers(const json& questions) {
  const auto folder = std::filesystem::temp_directory_path() / ("shmlab_scipy_" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "questions") << questions.dump();
  const std::string command = std::string("/usr/bin/python3 '") + SHMLAB_SCIPY_REFERENCE + "' <'" +
                              (folder / "questions").string() + "' >'" + (folder / "answers").string() + "'";
  // The test has one thread, and what is in the command is ours.
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c,concurrency-mt-unsafe): see above
  json answers = json::array();
  if (status == 0) { std::ifstream(folder / "answers") >> answers; }
  std::filesystem::remove_all(folder);
  return answers;
}

TEST(ExactScipyTest, FiveHundredRandomCasesAgree) {
  Cases cases(20261121);
  cases.add_all(100);
  const json expected = scipy_answers(cases.questions());
  ASSERT_EQ(expected.size(), cases.answers().size()) << "needs python3-scipy, which scripts/setup installs";
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double wanted = expected[i].get<double>();
    EXPECT_NEAR(cases.answers()[i], wanted, 1e-9 * std::max(1e-3, std::abs(wanted))) << cases.questions()[i].dump();
  }
}

}  // namespace
}  // namespace shmlab::gate
