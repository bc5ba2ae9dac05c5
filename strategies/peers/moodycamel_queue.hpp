#pragma once

#include <string>

#include "contract/absent.hpp"
#include "contract/descriptor.hpp"
#include "contract/strategy.hpp"

namespace shmlab::strategies::moodycamel_queue {

/// Known and often asked for, and cannot be had between processes: a row that says so.
template <class Env>
class MoodycamelQueue : public AbsentChannel {
 public:
  static constexpr Descriptor descriptor{
      .name = "moodycamel_queue",
      .summary = "moodycamel's queue between one producer and one consumer",
      .source =
          "C. Desrochers, readerwriterqueue 1.0.6: moodycamel::ReaderWriterQueue, BlockingReaderWriterCircularBuffer "
          "(Debian package libreaderwriterqueue-dev)",
      .limits = {.writers = 1, .readers = 1}};

  static std::string unavailable() {
    return "keeps its elements in blocks from malloc(), linked by addresses, which mean nothing in another process";
  }
  using AbsentChannel::AbsentChannel;
};

using Plugins = Variants<MoodycamelQueue>;

}  // namespace shmlab::strategies::moodycamel_queue
