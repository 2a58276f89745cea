# The demo tenant's document -> one C++ file.
file(READ ${FILE} text)
file(WRITE ${OUTPUT} "// Generated from deploy/demo/tenant.json by embed_demo.cmake.\n#include \"runtime/demo.hpp\"\n\nnamespace switchboard::runtime {\n
std::string_view demo_document() {\n    return R\"demo(${text})demo\";\n}\n\n}  // namespace switchboard::runtime\n")
