#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gate/contest.hpp"

namespace shmlab::gate {
namespace {

/// A program that remembers which memory it was lent, and for what.
class Borrower final : public Contestant {
 public:
  explicit Borrower(std::map<std::string, std::size_t> bytes) : bytes_(std::move(bytes)) {}
  const std::vector<std::string>& cases() const override { return names_; }
  const std::optional<std::vector<std::string>>& unsteady() const override { return unsteady_; }
  std::size_t region_bytes(const std::string& name) const override { return bytes_.at(name); }
  Observed observe(const Request& request) override {
    struct stat status{};
    if (!request.memory.empty()) {
      EXPECT_EQ(stat(request.memory.c_str(), &status), 0) << "it is there as long as it is asked for";
    }
    lent[request.name].push_back(status.st_ino);
    size[request.name] = status.st_size;
    return {.ns_per_operation = 10, .mean_ns_per_operation = 10, .error = {}};
  }

  std::map<std::string, std::vector<ino_t>> lent;  ///< in the order of pairs; 0: none
  std::map<std::string, off_t> size;

 private:
  std::map<std::string, std::size_t> bytes_;
  std::vector<std::string> names_{"both", "one", "none"};
  std::optional<std::vector<std::string>> unsteady_;
};

TEST(ContestMemory, IsTheSameInAPairAndAnotherInTheNext) {
  Borrower base({{"both", 10'000}, {"one", 10'000}, {"none", 0}});
  Borrower head({{"both", 20'000}, {"one", 0}, {"none", 0}});
  contest(base, head, {.pairs = 20});
  ASSERT_EQ(base.lent["both"].size(), 20U);
  EXPECT_EQ(base.lent["both"], head.lent["both"]);
  EXPECT_EQ(std::set<ino_t>(base.lent["both"].begin(), base.lent["both"].end()).size(), 20U);
  EXPECT_FALSE(std::set<ino_t>(base.lent["both"].begin(), base.lent["both"].end()).contains(0));
  EXPECT_GE(base.size["both"], 20'000) << "enough for either";
  for (const char* const name : {"one", "none"}) {
    EXPECT_EQ(base.lent[name], std::vector<ino_t>(20, 0))
        << "who takes none from others has its own, and so has the other: " << name;
    EXPECT_EQ(head.lent[name], std::vector<ino_t>(20, 0)) << name;
  }
}

}  // namespace
}  // namespace shmlab::gate
