# SPDX-License-Identifier: Apache-2.0
# Flags of our own targets; third parties are SYSTEM and see none of them.
add_library(tracery_flags INTERFACE)
target_compile_options(tracery_flags INTERFACE
  -march=x86-64-v3 -fno-plt
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wno-missing-field-initializers -Werror=unused-result)
if(TRACERY_WERROR)
  target_compile_options(tracery_flags INTERFACE -Werror)
endif()
if(TRACERY_SANITIZE)
  target_compile_options(tracery_flags INTERFACE
    -fsanitize=${TRACERY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tracery_flags INTERFACE -fsanitize=${TRACERY_SANITIZE})
  if(TRACERY_SANITIZE MATCHES thread)
    # Asio's fences are not modelled by TSan; GCC says so at every use.
    target_compile_options(tracery_flags INTERFACE -Wno-tsan)
  endif()
endif()
if(TRACERY_FUZZ)
  # Without this the libraries are not instrumented and the fuzzer is blind in them.
  target_compile_options(tracery_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
find_program(TRACERY_MOLD mold)
if(TRACERY_MOLD)
  target_link_options(tracery_flags INTERFACE -fuse-ld=mold)
endif()
