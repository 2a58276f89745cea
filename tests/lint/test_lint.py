#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every linter catches its bad sample and leaves its good one alone."""

import unittest

import check_coroutines
import check_files
import check_layers
import check_lua
import check_metrics
from source_tree import code_only

LICENCE = "// SPDX-License-Identifier: Apache-2.0\n"


class Layers(unittest.TestCase):
    def caught(self, path, text):
        return bool(check_layers.check(path, text))

    def test_arrows_point_one_way(self):
        self.assertTrue(self.caught("server/domain/x.cpp", '#include "app/hub.hpp"\n'))
        self.assertTrue(self.caught("server/net/x.cpp", '#include "redis/keys.hpp"\n'))
        self.assertTrue(self.caught("server/redis/x.cpp", '#include "archive/writer.hpp"\n'))
        self.assertTrue(self.caught("server/base/x.cpp", '#include "domain/agent.hpp"\n'))
        self.assertTrue(self.caught("server/main.cpp", '#include "redis/keys.hpp"\n'))
        self.assertFalse(self.caught("server/net/x.cpp", '#include "app/hub.hpp"\n#include "base/log.hpp"\n'))
        self.assertFalse(self.caught("server/runtime/x.cpp", '#include "redis/keys.hpp"\n'))

    def test_unknown_folder(self):
        self.assertTrue(self.caught("server/util/x.cpp", "int x;\n"))

    def test_libraries_stay_with_their_owner(self):
        for path, header in [("server/net/ws_session.hpp", "boost/beast/core.hpp"), ("server/app/x.cpp", "hiredis/hiredis.h"),
                             ("server/redis/x.cpp", "sqlite3.h"), ("server/domain/x.cpp", "switchboard/v1/event.pb.h"),
                             ("server/redis/redis_store.cpp", "google/protobuf/message.h"), ("server/domain/x.cpp", "base/task.hpp")]:
            self.assertTrue(self.caught(path, f"#include <{header}>\n"), (path, header))
        for path, header in [("server/net/ws_session.cpp", "boost/beast/core.hpp"), ("server/redis/redis_bus.cpp", "switchboard/v1/event.pb.h"),
                             ("server/archive/sqlite.cpp", "sqlite3.h"), ("tests/unit/net/x.cpp", "boost/beast/core.hpp")]:
            self.assertFalse(self.caught(path, f"#include <{header}>\n"), (path, header))

    def test_clock_keys_and_sql(self):
        self.assertTrue(self.caught("server/domain/x.cpp", "auto now = std::chrono::system_clock::now();\n"))
        self.assertFalse(self.caught("server/domain/x.cpp", "// never system_clock::now()\n"))
        self.assertTrue(self.caught("server/redis/redis_store.cpp", 'auto key = "sb:{" + tenant;\n'))
        self.assertFalse(self.caught("server/redis/keys.cpp", 'auto key = "sb:{" + tenant;\n'))
        self.assertTrue(self.caught("server/app/x.cpp", 'run("SELECT id FROM conversation");\n'))


class Coroutines(unittest.TestCase):
    def caught(self, text, path="server/net/x.cpp"):
        return bool(check_coroutines.check(path, text))

    def test_places_of_await(self):
        for bad in ["if ((co_await read()) != 3) stop();", "co_return co_await read();", "use(co_await read());", "auto [a, b] = co_await f();",
                    "auto x = ready ? co_await f() : 0;", "auto x = co_await f({1, 2});", "auto x = co_await f([this] { go(); });",
                    "while (co_await next()) go();", "auto x = co_await f(co_await g());", "total += co_await f();"]:
            self.assertTrue(self.caught("Task<int> f() {\n    " + bad + "\n}\n"), bad)
        for good in ["co_await f();", "auto x = co_await f(a, b);", "const auto x = co_await f(std::move(a));", "if (ready) co_await f();",
                     "case 3: co_await f();", "// if (co_await f())", 'log("if (co_await f())");', "} else {\n co_await f();"]:
            self.assertFalse(self.caught("Task<int> f() {\n    " + good + "\n}\n"), good)

    def test_lambdas(self):
        self.assertTrue(self.caught("auto f = [this]() -> Task<void> { co_await g(); };\n"))
        self.assertTrue(self.caught("spawn([&] { if (x) { co_return; } });\n"))
        self.assertFalse(self.caught("auto f = [this] { g(); };\nTask<void> h() { co_await g(); }\n"))
        self.assertFalse(self.caught("int table[size] { 1 };\nTask<void> h() { co_await g(); }\n"))

    def test_catch_detached_and_spawn(self):
        self.assertTrue(self.caught("Task<int> f() { try { g(); } catch (const E& e) { co_return 1; } co_return 2; }\n"))
        self.assertFalse(self.caught("Task<int> f() { try { g(); } catch (const E& e) { bad = 1; } co_return bad; }\n"))
        self.assertTrue(self.caught("f(asio::detached);\n"))
        self.assertTrue(self.caught("asio::co_spawn(ex, f(), done);\n"))
        self.assertFalse(self.caught("asio::co_spawn(ex, f(), done);\n", path="server/base/task.cpp"))

    def test_one_writer_of_a_websocket(self):
        self.assertTrue(self.caught("ws_.async_close(code, done);\n", path="server/net/listener.cpp"))
        self.assertTrue(self.caught("ws->async_write(buffer, done);\n", path="server/net/http_session.cpp"))
        self.assertFalse(self.caught("ws_.async_write(buffer, done);\n", path="server/net/ws_session.cpp"))

    def test_blanking_keeps_lines(self):
        text = 'a; // b "c\nR"lua(x\ny)lua" /* d\ne */ 1\'000;\n'
        self.assertEqual(code_only(text).count("\n"), text.count("\n"))
        self.assertEqual(len(code_only(text)), len(text))
        self.assertIn("1'000", code_only(text))


class Files(unittest.TestCase):
    def caught(self, text, path="server/base/x.cpp"):
        return bool(check_files.check(path, text))

    def test_length_and_licence(self):
        self.assertTrue(self.caught(LICENCE + "\n" * 450))
        self.assertFalse(self.caught(LICENCE + "\n" * 449))
        self.assertTrue(self.caught("int x;\n"))
        self.assertTrue(self.caught("#!/bin/sh\ntrue\n", path="deploy/x"))

    def test_words(self):
        for bad in ["// TO" + "DO later", 'path = "/wo' + 'rk/main"', "/ro" + "ot/x", '"resol' + 'ved": "https://example.org/x.tgz"', "<" * 7 + " HEAD"]:
            self.assertTrue(self.caught(LICENCE + bad + "\n"), bad)
        for good in ["// to do", "framework/main", "/v1/ws", '"resolved": true']:
            self.assertFalse(self.caught(LICENCE + good + "\n"), good)

    def test_tests_neither_sleep_nor_skip(self):
        for bad in ["std::this_thread::sleep_for(1s);", 'TEST_CASE("x" * doctest::skip())', "test.only('x', f);", "usleep(3);"]:
            self.assertTrue(self.caught(LICENCE + bad + "\n", path="tests/unit/x.cpp"), bad)
        self.assertFalse(self.caught(LICENCE + "usleep(3);\n"))
        wait = "while (!done()) {\n    if (now() > deadline) return false;\n    sleep_for(5ms);\n}\n"
        self.assertFalse(self.caught(LICENCE + wait, path="tests/unit/x.cpp"))

    def test_long_functions_are_named(self):
        body = "void f(int a) {\n" + "    g();\n" * 50 + "}\n"
        self.assertEqual(len(list(check_files.long_functions("x.cpp", LICENCE + body))), 1)
        self.assertEqual(len(list(check_files.long_functions("x.cpp", LICENCE + "void f(int a) {\n    g();\n}\n" * 50))), 0)


class Lua(unittest.TestCase):
    HEADER = "-- SPDX-License-Identifier: Apache-2.0\n-- KEYS 1 log\n-- ARGV 1 body\n-- RETURNS seq\n"

    def caught(self, text, path="server/redis/lua/x.lua"):
        return bool(check_lua.check(path, text))

    def test_rules(self):
        self.assertFalse(self.caught(self.HEADER + "return 1\n"))
        self.assertFalse(self.caught("local x = 1\n", path="server/redis/lua/prelude.lua"))
        self.assertTrue(self.caught("return 1\n"))
        self.assertTrue(self.caught(self.HEADER + "local x\n" * 80))
        self.assertTrue(self.caught(self.HEADER + "return redis.call('GET', 'sb:x')\n"))
        self.assertTrue(self.caught(self.HEADER + "return redis.call('KEYS', '*')\n"))


class Metrics(unittest.TestCase):
    def test_both_directions(self):
        self.assertFalse(check_metrics.check('counter(registry_, "switchboard_a_total"', "switchboard_a_total\n"))
        self.assertTrue(check_metrics.check('counter(registry_, "switchboard_a_total"', ""))
        self.assertTrue(check_metrics.check("", "switchboard_a_total\n"))
        self.assertTrue(check_metrics.check('counter(registry_, "switchboard_a"', "switchboard_a\n"))


if __name__ == "__main__":
    unittest.main()
