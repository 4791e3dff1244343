# SPDX-License-Identifier: Apache-2.0
# Installs the libraries, the headers, a CMake package `tracery-app` and pkg-config files.
get_property(libraries GLOBAL PROPERTY TRACERY_APP_LIBRARIES)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tracery-app)

install(TARGETS ${libraries} EXPORT tracery-app-targets COMPONENT kit
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/ DESTINATION include COMPONENT kit)
install(EXPORT tracery-app-targets NAMESPACE tracery:: DESTINATION ${package_dir} COMPONENT kit)
configure_package_config_file(cmake/tracery-app-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/tracery-app-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/tracery-app-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/tracery-app-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/tracery-app-config-version.cmake
  DESTINATION ${package_dir} COMPONENT kit)

# tracery_app_pkg_config(component description requires libs): tracery-<component>.pc. The
# libraries are static, so what they need is named in full.
file(RELATIVE_PATH TO_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
function(tracery_app_pkg_config COMPONENT DESCRIPTION REQUIRES LIBS)
  configure_file(cmake/tracery-app.pc.in ${CMAKE_CURRENT_BINARY_DIR}/tracery-${COMPONENT}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tracery-${COMPONENT}.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT kit)
endfunction()
tracery_app_pkg_config(app "Traces, logs, metrics and error reports of C++ programs"
  "libcurl zlib libcrypto"
  "-lopentelemetry_trace -lopentelemetry_logs -lopentelemetry_metrics -lopentelemetry_resources \
-lopentelemetry_common -labsl_bad_variant_access -labsl_throw_delegate -pthread")
tracery_app_pkg_config(app_beast "A traced HTTP server on Boost.Beast" "tracery-app" "-pthread")
tracery_app_pkg_config(app_sqlite "Spans for SQLite" "tracery-app sqlite3" "")
