// SPDX-License-Identifier: Apache-2.0
#include "store/stream_inputs.h"

namespace tracery::store {

namespace {

void count_present(const RowOrder& order, StreamInputs& stream) {
  for (const SourceGroup& source : order.sources) {
    const auto id = stream.by_input[source.input];
    stream.present_rows.push_back(id ? source.source->zone(*id, source.group).present_rows : 0);
  }
}

}  // namespace

std::map<std::string, ColumnInputs> collect_columns(std::span<const PartInput> inputs,
                                                    const RowOrder& order) {
  std::map<std::string, ColumnInputs> columns;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (const std::string& name : inputs[i].source->columns()) {
      for (const StreamRef& stream : inputs[i].source->streams(name)) {
        StreamInputs& found = columns[name][stream.type];
        found.type = stream.type;
        found.by_input.resize(inputs.size());
        found.by_input[i] = stream.id;
      }
    }
  }
  for (auto& [name, streams] : columns) {
    for (auto& [type, stream] : streams) count_present(order, stream);
  }
  return columns;
}

StreamInputs collect_row_field(std::span<const PartInput> inputs, const RowOrder& order,
                               RowField field) {
  StreamInputs stream;
  for (const PartInput& input : inputs) {
    const StreamRef found = input.source->row_field(field);
    stream.type = found.type;
    stream.by_input.push_back(found.id);
  }
  count_present(order, stream);
  return stream;
}

}  // namespace tracery::store
