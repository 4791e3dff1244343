# SPDX-License-Identifier: Apache-2.0
# tracery_bundle_ui(target): builds ui/ with npm and embeds the result in `target`. The built files
# stay in ui/dist, shared by all presets.
option(TRACERY_UI "Build the web UI and embed it" ON)
set(TRACERY_UI_DIR "" CACHE PATH "Embed nothing: serve the UI from this directory")
enable_language(ASM)

function(tracery_bundle_ui target)
  set(ui ${PROJECT_SOURCE_DIR}/ui)
  set(dist ${ui}/dist)
  set(manifest)
  if(TRACERY_UI_DIR)
    set(dist ${CMAKE_CURRENT_BINARY_DIR}/no_ui)
    target_compile_definitions(${target} PRIVATE TRACERY_UI_DIR="${TRACERY_UI_DIR}")
  elseif(TRACERY_UI AND EXISTS ${ui}/package.json)
    find_program(TRACERY_NPM npm REQUIRED)
    # npm writes this file last, so it says that the installation is whole.
    set(installed ${ui}/node_modules/.package-lock.json)
    add_custom_command(OUTPUT ${installed}
      COMMAND ${TRACERY_NPM} ci --no-audit --no-fund --loglevel=error
      COMMAND ${CMAKE_COMMAND} -E touch ${installed}
      DEPENDS ${ui}/package.json ${ui}/package-lock.json
      WORKING_DIRECTORY ${ui} VERBATIM COMMENT "Installing the web UI's packages")
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${ui}/src/* ${ui}/public/*)
    set(manifest ${dist}/manifest.json)
    add_custom_command(OUTPUT ${manifest}
      COMMAND ${TRACERY_NPM} run --silent build
      DEPENDS ${installed} ${ui}/build.mjs ${ui}/index.html ${sources}
      WORKING_DIRECTORY ${ui} VERBATIM COMMENT "Building the web UI")
  else()
    set(dist ${CMAKE_CURRENT_BINARY_DIR}/no_ui)
  endif()
  set(assembler ${CMAKE_CURRENT_BINARY_DIR}/ui_bundle.S)
  set(table ${CMAKE_CURRENT_BINARY_DIR}/ui_bundle.cc)
  set(packer ${PROJECT_SOURCE_DIR}/cmake/PackUi.cmake)
  add_custom_command(OUTPUT ${assembler} ${table}
    COMMAND ${CMAKE_COMMAND} -DDIST=${dist} -DASSEMBLER=${assembler} -DTABLE=${table} -P ${packer}
    DEPENDS ${packer} ${manifest} VERBATIM COMMENT "Packing the web UI")
  # The assembler's output depends on files that only the packer knows.
  set_source_files_properties(${assembler} PROPERTIES OBJECT_DEPENDS "${manifest};${table}")
  target_sources(${target} PRIVATE ${assembler} ${table})
endfunction()
