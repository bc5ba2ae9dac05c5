#include "crash/crash_parcel.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

#include "catalogue/catalogue.hpp"

namespace shmlab::crash {
namespace {

using nlohmann::json;

json to_json(const CrashCell& cell) {
  return {static_cast<unsigned>(cell.point.role),
          cell.point.arrival,
          cell.point.point,
          static_cast<unsigned>(cell.point.kind),
          cell.where,
          static_cast<unsigned>(cell.survivor),
          static_cast<unsigned>(cell.fate),
          cell.why,
          static_cast<unsigned>(cell.declared),
          cell.runs,
          cell.point.second};
}

json to_json(const Recovery& recovery) {
  return {static_cast<unsigned>(recovery.role),
          recovery.deaths,
          recovery.kill_to_next_ns,
          recovery.never,
          recovery.lost,
          recovery.duplicated,
          recovery.poisoned};
}

template <class E>
E enumerator(const json& value) {
  return static_cast<E>(value.get<unsigned>());
}

CrashCell cell_from(const json& row, const catalogue::StrategyEntry* strategy) {
  return {.strategy = strategy,
          .point = {.role = enumerator<CrashRole>(row[0]),
                    .arrival = row[1],
                    .point = row[2],
                    .kind = enumerator<CrashKind>(row[3]),
                    .second = row[10]},
          .where = row[4],
          .survivor = enumerator<Survivor>(row[5]),
          .fate = enumerator<Fate>(row[6]),
          .why = row[7],
          .declared = enumerator<OnDeath>(row[8]),
          .runs = row[9]};
}

Recovery recovery_from(const json& row) {
  return {.role = enumerator<CrashRole>(row[0]),
          .deaths = row[1],
          .kill_to_next_ns = row[2],
          .never = row[3],
          .lost = row[4],
          .duplicated = row[5],
          .poisoned = row[6]};
}

}  // namespace

std::vector<std::uint8_t> packed(const Parcel& parcel) {
  json cells = json::array();
  for (const CrashCell& cell : parcel.report.cells) { cells.push_back(to_json(cell)); }
  json recoveries = json::array();
  for (const Recovery& recovery : parcel.report.recoveries) { recoveries.push_back(to_json(recovery)); }
  const json whole{{"share", parcel.share},
                   {"strategy", parcel.report.strategy->name()},
                   {"unavailable", parcel.report.unavailable},
                   {"left_out", parcel.report.left_out},
                   {"runs", parcel.report.runs},
                   {"cells", std::move(cells)},
                   {"recoveries", std::move(recoveries)},
                   {"bad_input", parcel.bad_input},
                   {"error", parcel.error}};
  std::uint64_t bytes = 0;
  std::vector<std::uint8_t> frame(sizeof bytes);
  json::to_cbor(whole, frame);
  bytes = frame.size() - sizeof bytes;
  std::memcpy(frame.data(), &bytes, sizeof bytes);
  return frame;
}

std::optional<Parcel> unpacked(std::vector<std::uint8_t>& arrived) {
  std::uint64_t bytes = 0;
  if (arrived.size() < sizeof bytes) { return std::nullopt; }
  std::memcpy(&bytes, arrived.data(), sizeof bytes);
  if (arrived.size() - sizeof bytes < bytes) { return std::nullopt; }
  const auto begin = arrived.begin() + sizeof bytes;
  const auto end = begin + static_cast<std::ptrdiff_t>(bytes);
  const json whole = json::from_cbor(begin, end);
  arrived.erase(arrived.begin(), end);
  Parcel parcel;
  parcel.share = whole["share"];
  parcel.bad_input = whole["bad_input"];
  parcel.error = whole["error"];
  parcel.report.strategy = &catalogue::strategy(whole["strategy"].get<std::string>());
  parcel.report.unavailable = whole["unavailable"];
  parcel.report.left_out = whole["left_out"];
  parcel.report.runs = whole["runs"];
  for (const json& row : whole["cells"]) { parcel.report.cells.push_back(cell_from(row, parcel.report.strategy)); }
  for (const json& row : whole["recoveries"]) { parcel.report.recoveries.push_back(recovery_from(row)); }
  return parcel;
}

}  // namespace shmlab::crash
