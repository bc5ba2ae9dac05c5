#pragma once

#include <gtest/gtest.h>

#include <string>

#include "contract/error.hpp"

namespace shmlab::shm::testing {

/// The message of the BadInput that `call` throws, which must be one line; a test failure when it throws none.
template <class Call>
std::string refusal_of(Call call) {
  try {
    call();
  } catch (const BadInput& refusal) {
    const std::string message = refusal.what();
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    return message;
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

inline ::testing::AssertionResult contains(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) { return ::testing::AssertionSuccess(); }
  return ::testing::AssertionFailure() << "'" << part << "' is not in '" << text << "'";
}

}  // namespace shmlab::shm::testing
