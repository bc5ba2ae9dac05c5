#include "scenarios/readers_writers.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "check/why.hpp"
#include "scenarios/testing/fake_shared_lock.hpp"
#include "scenarios/testing/rig.hpp"
#include "scenarios/testing/sanitizer.hpp"

namespace shmlab::scenarios::readers_writers {
namespace {

using namespace testing;  // NOLINT(google-build-using-namespace): the fakes of this project's scenarios

using OnLock = Rig<ReadersWriters, Face::shared_read, FakeSharedLock>;
using Params = ReadersWriters::Params;

Params sections(std::uint64_t operations, std::uint64_t reads_per_write, std::uint64_t inside_pauses = 0) {
  return {.participants = 2, .operations = operations, .reads_per_write = reads_per_write, .inside_pauses = inside_pauses};
}

TEST(ReadersWriters, HoldsOnACorrectLock) {
  for (const std::uint64_t participants : {2U, 3U, 8U}) {
    for (const std::uint64_t reads_per_write : {1U, 9U}) {
      OnLock rig({.participants = participants,
                  .operations = 200,
                  .reads_per_write = reads_per_write,
                  .outside_pauses = 3,
                  .inside_pauses = 2});
      const Report report = rig.run();
      EXPECT_EQ(report.findings(), "");
      EXPECT_TRUE(report.judgement.is_ok());
      std::uint64_t reads = 0;
      std::uint64_t writes = 0;
      for (const auto& counters : report.counters) {
        reads += counters[ReadersWriters::count_reads];
        writes += counters[ReadersWriters::count_writes];
      }
      EXPECT_EQ(reads + writes, participants * 200);
      EXPECT_EQ(writes, participants * 200 / (reads_per_write + 1));
      EXPECT_EQ(rig.shared().record[0].get(), writes);
      EXPECT_EQ(rig.states()[0].shared_locks, reads);
    }
  }
}

/// So that small programs, too, have a reader beside a writer.
TEST(ReadersWriters, BeginsWithAWriteOfTheFirstAndReadsOfTheOthers) {
  OnLock rig(sections(1, 9));
  const Report report = rig.run();
  EXPECT_EQ(report.counters[0][ReadersWriters::count_writes], 1U);
  EXPECT_EQ(report.counters[1][ReadersWriters::count_reads], 1U);
  EXPECT_EQ(report.findings(), "");
}

TEST(ReadersWriters, TimesReadsAndWrites) {
  OnLock rig(sections(100, 9));
  rig.record_times();
  const Report report = rig.run();
  EXPECT_EQ(report.histograms[1][ReadersWriters::histogram_read].count(), 90U);
  EXPECT_EQ(report.histograms[1][ReadersWriters::histogram_write].count(), 10U);
}

TEST(ReadersWriters, EndsWhenToldToStop) {
  for (const int ms : {0, 20}) {
    OnLock rig(sections(0, 9));
    EXPECT_TRUE(rig.run_until_stopped(std::chrono::milliseconds(ms)).judgement.is_ok());
  }
}

/// Findings of a lone participant, in the middle of whose one section, a write or a read, something happens.
std::string in_the_middle(bool of_a_read, const std::function<void(OnLock::Shared&)>& what) {
  OnLock rig(sections(1, 1, 1));
  rig.states()[0].after_lock = [&] { HookedEnv::in_pause = [&] { what(rig.shared()); }; };
  return rig.run({of_a_read ? 1U : 0U}).findings();
}

TEST(ReadersWriters, CatchesAWriterBesideAWriter) {
  EXPECT_EQ(in_the_middle(false, [](auto& shared) { shared.writer.set(2); }), "the writer inside the section is 2, expected 1; ");
  EXPECT_EQ(in_the_middle(false, [](auto& shared) { shared.record[3].set(1); }), "a word not yet written is 1, expected 0; ");
}

TEST(ReadersWriters, CatchesAWriterBesideAReader) {
  EXPECT_EQ(in_the_middle(true, [](auto& shared) { shared.writer.set(1); }), "the writer beside a reader is 1, expected 0; ");
  for (std::size_t word = 1; word < ReadersWriters::record_words; ++word) {
    EXPECT_EQ(in_the_middle(true, [word](auto& shared) { shared.record[word].set(1); }),
              "a word read beside the first is 1, expected 0; ");
  }
}

TEST(ReadersWriters, CatchesARecordThatGoesBack) {
  OnLock rig(sections(4, 9));
  std::uint64_t version = 7;
  rig.states()[0].after_lock = [&] {
    --version;
    for (auto& word : rig.shared().record) { word.set(version); }
  };
  EXPECT_EQ(rig.run({1}).findings(), check::went_back("the version of the record", 6, 5) + "; ");
}

TEST(ReadersWriters, TheJudgeCatchesAWriteThatIsLost) {
  OnLock::Shared shared;
  EXPECT_TRUE(ReadersWriters::judge<HookedEnv>(sections(0, 9), shared, finished({0, 0})).is_ok());
  for (auto& word : shared.record) { word.set(3); }
  // Of ten sections the first participant's first writes, and the second one's last; of eleven two of the first one's.
  EXPECT_TRUE(ReadersWriters::judge<HookedEnv>(sections(0, 9), shared, finished({11, 10})).is_ok());
  EXPECT_EQ(ReadersWriters::judge<HookedEnv>(sections(0, 9), shared, finished({10, 10})).why,
            "at the end a word of the record is 3, expected 2");
}

TEST(ReadersWriters, CatchesADeathThatNobodyDied) {
  OnLock rig(sections(10, 9));
  rig.states()[0].shared_answer = Acquired::owner_died;
  EXPECT_EQ(rig.run({1}).findings(), check::nobody_died(Acquired::owner_died) + "; ");
}

TEST(ReadersWriters, CatchesALockThatDoesNotKeepReadersOut) {
  if (under_thread_sanitizer) { GTEST_SKIP() << "the race is the point, and is reported"; }
  OnLock rig(sections(0, 1, 100));
  rig.states()[0].excludes_readers = false;
  EXPECT_NE(rig.run().findings(), "");  // goes on until it is seen; the rig's watchdog ends it otherwise
}

}  // namespace
}  // namespace shmlab::scenarios::readers_writers
