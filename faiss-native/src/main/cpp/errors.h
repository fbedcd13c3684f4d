// How a refusal reaches Java: JavaCPP turns every std::exception into a RuntimeException with its text, and NativeCall
// turns the word before the first "|" into the kind: argument, state, unsupported, format, io. Text without such a
// word is Faiss's own failure.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace faissj {

inline std::string format(const char* text, ...) __attribute__((format(printf, 1, 2)));
inline std::string format(const char* text, ...) {
    char buffer[512];
    va_list arguments;
    va_start(arguments, text);
    vsnprintf(buffer, sizeof buffer, text, arguments);
    va_end(arguments);
    return buffer;
}

[[noreturn]] inline void refuse(const char* kind, const std::string& message) {
    throw std::runtime_error(std::string(kind) + "|" + message);
}
[[noreturn]] inline void badArgument(const std::string& message) { refuse("argument", message); }
[[noreturn]] inline void badState(const std::string& message) { refuse("state", message); }
[[noreturn]] inline void unsupported(const std::string& message) { refuse("unsupported", message); }
[[noreturn]] inline void badFormat(const std::string& message) { refuse("format", message); }
[[noreturn]] inline void ioFailure(const std::string& message) { refuse("io", message); }

} // namespace faissj
