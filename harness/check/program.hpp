#pragma once

#include <cstdint>

namespace shmlab::check {

/// What one participant does, chosen by one number that all participants of a case have: another number, another program; another
/// participant, another part of it. The number 0 is the simplest program: every choice is the first.
class Program {
 public:
  Program(std::uint64_t number, std::uint32_t participant) : simplest_(number == 0), state_(number + (participant + 1) * gamma) {}

  /// One of 0, 1, ..., choices - 1; choices >= 1.
  std::uint64_t choose(std::uint64_t choices) {
    if (simplest_) { return 0; }
    // SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014
    state_ += gamma;
    std::uint64_t word = state_;
    word = (word ^ (word >> 30U)) * 0xBF58'476D'1CE4'E5B9U;
    word = (word ^ (word >> 27U)) * 0x94D0'49BB'1331'11EBU;
    return (word ^ (word >> 31U)) % choices;
  }

 private:
  static constexpr std::uint64_t gamma = 0x9E37'79B9'7F4A'7C15;

  bool simplest_;
  std::uint64_t state_;
};

/// Pauses of Env, as many as the program says: at most `most`.
template <class Env>
void pause(Program& program, std::uint64_t most) {
  for (std::uint64_t left = program.choose(most + 1); left > 0; --left) { Env::pause(); }
}

}  // namespace shmlab::check
