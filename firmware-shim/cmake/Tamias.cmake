# Squirrel programs in firmware that is built with CMake.
#
#   include(path/to/tamias/firmware-shim/cmake/Tamias.cmake)
#   tamias_add_image(firmware device.nut MODULE imp001 STRIP)
#
# compiles device.nut whenever it, or a file that it includes, has changed, and links the image into the target
# `firmware`. C finds it as
#
#   extern const unsigned char device[];
#   extern const size_t device_size;
#
# tamias_add_image(<target> <program>
#                  [SYMBOL name]       another name than that of the file
#                  [EDITION edition]   imp (default), imp-compat or squirrel-3
#                  [MODULE module]     the module whose space for programs it must fit
#                  [STRIP]             without line numbers and names of local variables
#                  [ALIGN bytes]       at a multiple of this, for example of a page of flash; 4 by default
#                  [SECTION section]   in this section of the linker script
#                  [DEFINE NAME=VALUE...]  variables of the Builder
#                  [INCLUDE folder...]     where included files are looked for, too
#                  [LIBRARY folder...])    where the libraries of #require are
#
# The command `tamias` is looked for in PATH; set TAMIAS_COMMAND to name another one.
cmake_minimum_required(VERSION 3.20)

find_program(TAMIAS_COMMAND tamias DOC "The tamias command")

function(tamias_add_image target program)
    cmake_parse_arguments(PARSE_ARGV 2 IMAGE "STRIP" "SYMBOL;EDITION;MODULE;ALIGN;SECTION" "DEFINE;INCLUDE;LIBRARY")
    if(IMAGE_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "tamias_add_image: unknown arguments: ${IMAGE_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT TAMIAS_COMMAND)
        message(FATAL_ERROR "tamias_add_image: there is no `tamias` command; set TAMIAS_COMMAND")
    endif()

    get_filename_component(source "${program}" ABSOLUTE)
    get_filename_component(stem "${program}" NAME_WE)
    if(IMAGE_SYMBOL)
        set(stem "${IMAGE_SYMBOL}")
    endif()
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${target}.images/${stem}.c")
    file(MAKE_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/${target}.images")

    set(arguments compile "${source}" --emit c-array -o "${output}" --depfile "${output}.d")
    foreach(option SYMBOL EDITION MODULE ALIGN SECTION)
        if(IMAGE_${option})
            string(TOLOWER "--${option}" flag)
            list(APPEND arguments ${flag} "${IMAGE_${option}}")
        endif()
    endforeach()
    if(IMAGE_STRIP)
        list(APPEND arguments --strip)
    endif()
    foreach(option DEFINE INCLUDE LIBRARY)
        string(TOLOWER "--${option}" flag)
        foreach(value IN LISTS IMAGE_${option})
            if(NOT option STREQUAL DEFINE)
                get_filename_component(value "${value}" ABSOLUTE)
            endif()
            list(APPEND arguments ${flag} "${value}")
        endforeach()
    endforeach()

    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${TAMIAS_COMMAND}" ${arguments}
        DEPENDS "${source}"
        DEPFILE "${output}.d"
        WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
        COMMENT "Compiling ${program}"
        VERBATIM)
    target_sources(${target} PRIVATE "${output}")
endfunction()
