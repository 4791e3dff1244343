# SPDX-License-Identifier: Apache-2.0
# Run as a script: writes an assembler file that includes every file of a built UI, and the table
# of them in C++. Arguments: -DDIST=ui/dist -DASSEMBLER=out.S -DTABLE=out.cc
set(assembler "  .section .rodata\n")
set(externs "")
set(rows "")
set(count 0)

# Adds the bytes of `file` under two symbols, or an empty view when there is no such file.
function(add_blob file result)
  if(NOT EXISTS ${file})
    set(${result} "{}" PARENT_SCOPE)
    return()
  endif()
  set(symbol "tracery_ui_${count}")
  math(EXPR next "${count} + 1")
  set(count ${next} PARENT_SCOPE)
  string(APPEND assembler "  .global ${symbol}\n${symbol}:\n  .incbin \"${file}\"\n"
    "  .global ${symbol}_end\n${symbol}_end:\n")
  set(assembler "${assembler}" PARENT_SCOPE)
  set(externs "${externs}extern const char ${symbol}[], ${symbol}_end[];\n" PARENT_SCOPE)
  set(${result} "view(${symbol}, ${symbol}_end)" PARENT_SCOPE)
endfunction()

if(EXISTS ${DIST}/manifest.json)
  file(READ ${DIST}/manifest.json manifest)
  string(JSON files GET "${manifest}" files)
  string(JSON length LENGTH "${files}")
  set(paths "")
  math(EXPR last "${length} - 1")
  foreach(i RANGE ${last})
    string(JSON path MEMBER "${files}" ${i})
    list(APPEND paths ${path})
  endforeach()
  list(SORT paths COMPARE STRING)
  foreach(path IN LISTS paths)
    string(JSON type GET "${files}" ${path} type)
    file(SHA256 ${DIST}${path} hash)
    string(SUBSTRING ${hash} 0 16 hash)
    add_blob(${DIST}${path} plain)
    add_blob(${DIST}${path}.br brotli)
    add_blob(${DIST}${path}.gz gzip)
    string(APPEND rows "    UiAsset{\"${path}\", \"${type}\", \"${hash}\",\n"
      "            ${plain}, ${brotli}, ${gzip}},\n")
  endforeach()
endif()

string(APPEND assembler "  .section .note.GNU-stack,\"\",@progbits\n")
file(WRITE ${ASSEMBLER} "${assembler}")
file(WRITE ${TABLE} "// Made by cmake/PackUi.cmake.
#include <vector>

#include \"server/ui_assets.h\"

extern \"C\" {
${externs}}

namespace tracery::server {

std::span<const UiAsset> bundled_ui() {
  [[maybe_unused]] const auto view = [](const char* begin, const char* end) {
    return std::string_view(begin, static_cast<std::size_t>(end - begin));
  };
  static const std::vector<UiAsset> assets = {
${rows}  };
  return assets;
}

}  // namespace tracery::server
")
