#pragma once

#include <ostream>
#include <string_view>

#include "check/history.hpp"

namespace shmlab::check::testing {

/// Two histories that differ in little: one is allowed, the other is not.
struct HistoryPair {
  std::string_view name;
  HistoryModel model;
  std::string_view allowed;
  std::string_view violated;
  std::string_view why;  ///< a part of the reason
  HistoryLimits limits{};

  friend void PrintTo(const HistoryPair& pair, std::ostream* out) { *out << pair.name; }  // GoogleTest's name for it
};

inline constexpr HistoryPair history_pairs[] = {
    {.name = "two_holders",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 2
P1 lock 3 6
P0 unlock 5 7
)",
     .violated = R"(
P0 lock 1 2
P1 lock 3 6
P0 unlock 7 8
)",
     .why = "P1's lock returned at 6, but P0 held it: its lock had returned at 2"},
    {.name = "unlock_by_another",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 2
P0 unlock 3 4
)",
     .violated = R"(
P0 lock 1 2
P1 unlock 3 4
)",
     .why = "P1's unlock [3, 4] by one who did not hold it"},
    {.name = "unlock_twice",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 2
P0 unlock 3 4
P0 lock 5 6
P0 unlock 7 8
)",
     .violated = R"(
P0 lock 1 2
P0 unlock 3 4
P0 unlock 5 6
)",
     .why = "P0's unlock [5, 6] by one who did not hold it"},
    {.name = "holder_died",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 -
P1 lock 3 4
)",
     .violated = R"(
P0 lock 1 2
P1 lock 3 4
P1 unlock 5 6
)",
     .why = "P0 held it"},
    {.name = "died_while_it_unlocked",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 2
P0 unlock 3 -
P1 lock 4 5
)",
     .violated = R"(
P0 lock 1 2
P1 lock 4 5
P0 unlock 6 -
)",
     .why = "P0 held it"},
    {.name = "lock_timed_out",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 2
P1 lock refused 3 4
P0 unlock 5 6
)",
     .violated = R"(
P0 lock 1 2
P1 lock refused 3 4
P1 unlock 5 6
)",
     .why = "P1's unlock"},
    {.name = "relocked",
     .model = HistoryModel::mutex,
     .allowed = R"(
P0 lock 1 2
P0 lock 3 -
)",
     .violated = R"(
P0 lock 1 2
P0 lock 3 4
)",
     .why = "P0's lock returned at 4, but it held it already"},
    {.name = "writer_beside_readers",
     .model = HistoryModel::shared_mutex,
     .allowed = R"(
P0 lock_shared 1 2
P1 lock_shared 1 3
P0 unlock_shared 4 5
P1 unlock_shared 5 8
P2 lock 2 7
)",
     .violated = R"(
P0 lock_shared 1 2
P1 lock_shared 1 3
P0 unlock_shared 4 5
P1 unlock_shared 8 9
P2 lock 2 7
)",
     .why = "P2's lock returned at 7, but P1 held it: its lock_shared had returned at 3"},
    {.name = "reader_beside_writer",
     .model = HistoryModel::shared_mutex,
     .allowed = R"(
P0 lock 1 2
P0 unlock 3 5
P1 lock_shared 4 6
)",
     .violated = R"(
P0 lock 1 2
P0 unlock 7 9
P1 lock_shared 4 6
)",
     .why = "P1's lock_shared returned at 6, but P0 held it: its lock had"},
    {.name = "wrong_unlock",
     .model = HistoryModel::shared_mutex,
     .allowed = R"(
P0 lock_shared 1 2
P0 unlock_shared 3 4
)",
     .violated = R"(
P0 lock_shared 1 2
P0 unlock 3 4
)",
     .why = "P0's unlock [3, 4] by one who did not hold it"},
    {.name = "one_permit_too_many",
     .model = HistoryModel::semaphore,
     .allowed = R"(
P0 wait 1 2
P1 wait 3 6
P2 post 5 8
)",
     .violated = R"(
P0 wait 1 2
P1 wait 3 6
P2 post 7 8
)",
     .why = "P1's wait returned at 6 without a permit: 2 waits returned since 2, and at most 1 permits were left then",
     .limits = {.permits = 1}},
    {.name = "no_permit",
     .model = HistoryModel::semaphore,
     .allowed = R"(
P0 post 1 -
P1 wait 3 6
)",
     .violated = R"(
P0 wait 1 -
P1 wait 3 6
)",
     .why = "P1's wait returned at 6"},
    {.name = "stale_read",
     .model = HistoryModel::snapshot,
     .allowed = R"(
P0 publish 1  1 2
P0 publish 2  3 6
P1 read 2  4 5
P2 read 1  4 7
)",
     .violated = R"(
P0 publish 1  1 2
P0 publish 2  3 6
P1 read 2  4 5
P2 read 1  6 7
)",
     .why = "P0's publish of 1 returned at 2, before P1 called read of 2 at 4, and P1's read of 2 returned at 5, before P2 "
            "called read of 1 at 6"},
    {.name = "blank_after_publish",
     .model = HistoryModel::snapshot,
     .allowed = R"(
P0 publish 1  1 3
P1 read 0  2 4
)",
     .violated = R"(
P0 publish 1  1 3
P1 read 0  4 5
)",
     .why = "the blank value came before"},
    {.name = "read_of_nothing",
     .model = HistoryModel::snapshot,
     .allowed = R"(
P0 publish 7  2 -
P1 read 7  1 3
)",
     .violated = R"(
P0 publish 7  4 5
P1 read 7  1 3
)",
     .why = "P1 read 7 until 3, which nobody had begun to publish"},
    {.name = "the_same_value_again",
     .model = HistoryModel::snapshot,
     .allowed = R"(
P0 publish 1  1 2
P0 publish 2  3 4
P0 publish 1  5 6
P1 read 1  5 7
)",
     .violated = R"(
P0 publish 1  1 2
P0 publish 1  3 4
P0 publish 2  5 6
P1 read 1  7 8
)",
     .why = "P1's read of 1 [7, 8] fits no order of the publishes"},
    {.name = "order_by_touching_stamps",
     .model = HistoryModel::snapshot,
     .allowed = R"(
P0 publish 1  0 2
P1 publish 2  0 9
P2 read 1  2 4
P2 read 2  4 6
)",
     .violated = R"(
P0 publish 1  0 2
P0 publish 2  2 3
P2 read 2  4 6
P2 read 1  6 8
)",
     .why = "before P2 called read of 1 at 6"},
    {.name = "never_sent",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 4  1 3
P1 receive 4  2 5
)",
     .violated = R"(
P0 send 4  1 3
P1 receive 5  2 5
)",
     .why = "value 5 is received before anybody began to send it: P1 receive [2, 5]"},
    {.name = "received_too_early",
     .model = HistoryModel::queue,
     .allowed = R"(
P1 receive 4  1 3
P0 send 4  3 5
)",
     .violated = R"(
P1 receive 4  1 3
P0 send 4  4 5
)",
     .why = "value 4 is received before anybody began to send it"},
    {.name = "received_twice",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 4  1 2
P1 receive 4  3 4
P2 receive refused 3 5
)",
     .violated = R"(
P0 send 4  1 2
P1 receive 4  3 4
P2 receive 4  3 5
)",
     .why = "value 4 is received twice"},
    {.name = "overtaken",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 1  1 3
P1 send 2  3 4
P2 receive 2  5 6
P2 receive 1  7 8
)",
     .violated = R"(
P0 send 1  1 2
P1 send 2  3 4
P2 receive 2  5 6
P2 receive 1  7 8
)",
     .why = "value 1 was sent before 2 (P0 send [1, 2], P1 send [3, 4]), but received after it"},
    {.name = "lost",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 1  1 2
P0 send 2  3 4
P1 receive 2  5 6
P2 receive 4 -
)",
     .violated = R"(
P0 send 1  1 2
P0 send 2  3 4
P1 receive 2  5 6
P2 receive 7 -
)",
     .why = "value 1 was never received, but 2, sent after it, was"},
    {.name = "not_empty",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 1  1 2
P0 send 2  3 6
P1 receive 1  5 7
P2 receive refused 4 8
P1 receive 2  9 10
)",
     .violated = R"(
P0 send 1  1 2
P0 send 2  3 5
P1 receive 1  6 7
P2 receive refused 4 8
P1 receive 2  9 10
)",
     .why = "P2 found the queue empty from 4 to 8, but some value was inside at each moment, at first that of P0 send [1, 2]"},
    {.name = "not_full",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 1  1 2
P1 send 2  3 9
P0 send 3 refused 4 5
)",
     .violated = R"(
P0 send 1  1 2
P0 send 3 refused 4 5
P1 send 2  6 9
)",
     .why = "P0 found the queue full from 4 to 5, but fewer than 2 values can have been inside",
     .limits = {.least_capacity = 2}},
    {.name = "too_many",
     .model = HistoryModel::queue,
     .allowed = R"(
P0 send 1  1 2
P1 receive 1  3 8
P0 send 2  4 5
)",
     .violated = R"(
P0 send 1  1 2
P1 receive 1  6 8
P0 send 2  4 5
)",
     .why = "P0 sent 2 until 5, when 2 values were inside that nobody had begun to receive: more than 1",
     .limits = {.capacity = 1}},
};

}  // namespace shmlab::check::testing
