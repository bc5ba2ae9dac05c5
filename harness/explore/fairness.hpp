#pragma once

#include <array>
#include <cstdint>

#include "explore/step.hpp"

namespace shmlab::explore {

/// Keeps loops that poll, and change memory while they look (through a lock, say), from running for ever beside somebody who could go on: at
/// every third poll such a loop lets those go first who have stood still since the third before although they could go on. (Musuvathi and Qadeer,
/// Fair Stateless Model Checking, PLDI 2008, Algorithm 1, whose yields every third poll stands for. Not every one: who makes progress polls too,
/// twice in a row when it has read stale values.)
class Fairness {
 public:
  void begin() {
    polled_ = 0;
    pending_ = no_participant;
    before_ = {};
  }

  /// Before a step that one of `enabled` is to take: who of them may. At least one.
  ParticipantSet admit(ParticipantSet enabled) {
    if (polled_ == 0 && pending_ == no_participant) { return enabled; }
    settle(enabled);
    ParticipantSet admitted = enabled;
    for (ParticipantSet left = enabled & polled_; left != 0; left &= left - 1) {
      const std::uint32_t who = first_of(left);
      if ((before_[who] & enabled) != 0) { admitted &= ~only(who); }
    }
    return admitted;
  }

  /// `who` takes its step now, out of those that could go on.
  void takes(std::uint32_t who, bool polls, ParticipantSet enabled) {
    if (polled_ == 0 && !polls) { return; }
    enabled_ = enabled;
    pending_ = who;
    pending_polls_ = polls;
  }

 private:
  static constexpr std::uint32_t polls_of_a_window = 3;

  /// What of the last step shows only now: who can go on behind it.
  void settle(ParticipantSet enabled) {
    if (pending_ == no_participant) { return; }
    const ParticipantSet taker = only(pending_);
    for (ParticipantSet left = polled_; left != 0; left &= left - 1) {
      const std::uint32_t who = first_of(left);
      before_[who] &= ~taker;
      stood_still_[who] &= ~taker;
      could_go_on_[who] &= enabled;
    }
    if ((polled_ & taker) != 0) { hindered_[pending_] |= enabled_ & ~enabled; }
    if (pending_polls_ && ((polled_ & taker) == 0 || ++polls_[pending_] == polls_of_a_window)) { close_window(enabled); }
    pending_ = no_participant;
  }

  void close_window(ParticipantSet enabled) {
    const std::uint32_t who = pending_;
    if ((polled_ & only(who)) != 0) {
      before_[who] |= (could_go_on_[who] | hindered_[who]) & stood_still_[who] & ~only(who);
    } else {
      before_[who] = 0;
      polled_ |= only(who);
    }
    polls_[who] = 0;
    could_go_on_[who] = enabled;
    hindered_[who] = 0;
    stood_still_[who] = ~ParticipantSet{0};
  }

  std::array<std::uint32_t, max_participants> polls_{};         ///< since a window of it began
  ParticipantSet polled_ = 0;                                   ///< who has polled in this execution
  std::array<ParticipantSet, max_participants> before_{};       ///< of each who have to go before it (the paper's P)
  std::array<ParticipantSet, max_participants> could_go_on_{};  ///< all the time since its last poll (E)
  std::array<ParticipantSet, max_participants> hindered_{};     ///< by it, since then (D)
  std::array<ParticipantSet, max_participants> stood_still_{};  ///< since then (all but S)
  ParticipantSet enabled_ = 0;                                  ///< before the last step
  std::uint32_t pending_ = no_participant;                      ///< who took it
  bool pending_polls_ = false;
};

}  // namespace shmlab::explore
