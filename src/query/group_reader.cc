// SPDX-License-Identifier: Apache-2.0
#include "query/group_reader.h"

namespace tracery::query {

void GroupReader::start(std::shared_ptr<const store::RowSource> source, std::uint32_t group) {
  if (source_ != source) {
    source_ = std::move(source);
    columns_.clear();
    columns_.resize(names_->size());
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      columns_[i].refs = source_->streams((*names_)[i]);
    }
  }
  group_ = group;
  rows_ = source_->group_rows(group);
  for (Column& column : columns_) {
    column.is_read = false;
    column.streams.clear();
    column.vectors.clear();
  }
  for (VectorPtr& vector : fields_) vector.reset();
}

Result<std::span<const GroupReader::Stream>> GroupReader::column(std::size_t index) {
  Column& column = columns_[index];
  if (!column.is_read) {
    for (const store::StreamRef ref : column.refs) {
      const std::uint32_t present_rows = source_->zone(ref.id, group_).present_rows;
      if (present_rows == 0) continue;
      VectorPtr vector = TRACERY_TRY(source_->read(ref.id, group_));
      column.vectors.push_back(vector);
      column.streams.push_back({ref, present_rows, std::move(vector)});
    }
    column.is_read = true;
  }
  return std::span<const Stream>(column.streams);
}

Result<std::span<const VectorPtr>> GroupReader::vectors(std::size_t index) {
  TRACERY_TRY(column(index));
  return std::span<const VectorPtr>(columns_[index].vectors);
}

Result<VectorPtr> GroupReader::field(store::RowField field) {
  VectorPtr& vector = fields_[static_cast<std::size_t>(field)];
  if (vector == nullptr) vector = TRACERY_TRY(source_->read(source_->row_field(field).id, group_));
  return vector;
}

store::ZoneMap GroupReader::zone(store::RowField field) const {
  return source_->zone(source_->row_field(field).id, group_);
}

std::size_t GroupReader::memory_bytes() const {
  std::size_t bytes = 0;
  for (const Column& column : columns_) {
    for (const VectorPtr& vector : column.vectors) bytes += vector->memory_bytes();
  }
  for (const VectorPtr& vector : fields_) {
    if (vector != nullptr) bytes += vector->memory_bytes();
  }
  return bytes;
}

}  // namespace tracery::query
