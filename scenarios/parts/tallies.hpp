#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "check/message_port.hpp"
#include "check/producers.hpp"
#include "check/why.hpp"
#include "contract/config.hpp"
#include "contract/verdict.hpp"

namespace shmlab::scenarios {

/// What each participant of a stream sent or received, in shared memory; written by it at its end.
template <class Env, std::size_t most_participants>
class Tallies {
 public:
  void set(std::uint32_t index, const check::Tally& tally) { accounts_[index].tally.set(tally); }

  /// Once all have ended: what the first `producers` sent must be what the others, up to `participants`, received together.
  [[nodiscard]] Verdict judge(std::uint32_t producers, std::uint32_t participants) const {
    check::Tally sent;
    check::Tally received;
    for (std::uint32_t i = 0; i < participants; ++i) { (i < producers ? sent : received).add(accounts_[i].tally.get()); }
    if (sent.count != received.count) {
      return Verdict::violated(check::differs("messages received", received.count, sent.count));
    }
    return sent == received ? Verdict::ok() : Verdict::violated("the messages received are not the ones sent");
  }

 private:
  struct alignas(line_pair_bytes) Account {
    typename Env::template Plain<check::Tally> tally;
  };
  std::array<Account, most_participants> accounts_;
};

}  // namespace shmlab::scenarios
