#include "cli/explore_merge.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <tuple>
#include <utility>

#include "cli/explore_report.hpp"
#include "contract/error.hpp"

namespace shmlab::cli {
namespace {

using nlohmann::json;

json read(const std::string& path) {
  std::ifstream file(path);
  if (!file) { throw BadInput(fmt::format("--merge '{}': cannot be read", path)); }
  json object = json::parse(file, nullptr, false);
  const bool is_one = object.is_object() && object.contains("cases") && object["cases"].is_array() &&
                      object.contains("left_out") && object.contains("seconds") &&
                      std::ranges::all_of(object["cases"], [](const json& each) {
                        return each.is_object() && each.contains("shards") && each["shards"].contains("seen");
                      });
  if (!is_one) { throw BadInput(fmt::format("--merge '{}': expected what 'shmlab explore --json' prints", path)); }
  return object;
}

/// Adds what a shard saw to what others did.
void join(json& whole, const json& part, const std::string& path) {
  const auto refuse = [&](const char* what) {
    throw BadInput(fmt::format("--merge '{}': {} in {}: {}", path, part.at("strategy").get<std::string>(),
                               part.at("scenario").get<std::string>(), what));
  };
  if (whole.at("bounds") != part.at("bounds") || whole.at("shards").at("of") != part.at("shards").at("of")) {
    refuse("its bounds or its number of shards are others than before");
  }
  json& seen = whole.at("shards").at("seen");
  for (const json& index : part.at("shards").at("seen")) {
    if (std::ranges::find(seen, index) != seen.end()) { refuse("this shard is there already"); }
    seen.push_back(index);
  }
  const bool was_found = is_violated(whole);
  const bool is_better = is_violated(part) && (!was_found || part.at("preemptions") < whole.at("preemptions"));
  if (is_better) {
    for (const char* key : {"verdict", "why", "preemptions", "replay", "trace", "end", "search"}) { whole[key] = part.at(key); }
  }
  if (!was_found && !is_better && whole.at("exhausted").get<bool>() && !part.at("exhausted").get<bool>()) {
    whole["end"] = part.at("end");
  }
  whole["exhausted"] = whole.at("exhausted").get<bool>() && part.at("exhausted").get<bool>();
  whole["executions"] = whole.at("executions").get<std::uint64_t>() + part.at("executions").get<std::uint64_t>();
  whole["steps"] = whole.at("steps").get<std::uint64_t>() + part.at("steps").get<std::uint64_t>();
  whole["seconds"] = whole.at("seconds").get<double>() + part.at("seconds").get<double>();
}

/// What is not there has not been seen.
void name_missing_shards(json& whole) {
  json& shards = whole.at("shards");
  json& indices = shards.at("seen");
  std::sort(indices.begin(), indices.end());
  const auto of = shards.at("of").get<std::size_t>();
  const std::size_t seen = indices.size();
  if (seen == of || is_unavailable(whole)) { return; }
  whole["exhausted"] = false;
  whole["end"] = fmt::format("{} of {} shards are missing; of the others: {}", of - seen, of, whole.at("end").get<std::string>());
}

}  // namespace

json merged_explorations(const std::vector<std::string>& paths) {
  using Key = std::tuple<std::string, std::string, std::string>;
  std::vector<Key> order;
  std::map<Key, json> wholes;
  json left_out = json::array();
  double seconds = 0;
  for (const std::string& path : paths) {
    const json object = read(path);
    try {
      for (const json& part : object.at("cases")) {
        const Key key{part.at("scenario"), part.at("strategy"), part.at("params")};
        const auto [whole, is_new] = wholes.try_emplace(key, part);
        if (is_new) {
          order.push_back(key);
        } else {
          join(whole->second, part, path);
        }
      }
      for (const json& misfit : object.at("left_out")) {
        if (std::ranges::find(left_out, misfit) == left_out.end()) { left_out.push_back(misfit); }
      }
      seconds += object.at("seconds").get<double>();
    } catch (const json::exception& error) { throw BadInput(fmt::format("--merge '{}': {}", path, error.what())); }
  }
  json cases = json::array();
  for (const Key& key : order) {
    name_missing_shards(wholes.at(key));
    cases.push_back(std::move(wholes.at(key)));
  }
  return {{"cases", std::move(cases)}, {"left_out", std::move(left_out)}, {"seconds", seconds}};
}

}  // namespace shmlab::cli
