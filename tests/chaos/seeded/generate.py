# SPDX-License-Identifier: Apache-2.0
"""python3 generate.py ROOT OUT: copies of the product's sources that can misbehave. A text that is no longer there ends the build."""

import sys
from pathlib import Path

import disturbances
from bugs import BUGS, SOURCES, TRUSTING

SWITCH = """#include <boost/asio/steady_timer.hpp>

#include <cstdlib>
#include <string>
template <class... Names>
[[maybe_unused]] static bool seeded_bug(Names... names) {
    static const std::string chosen = [] {
        const char* const named = std::getenv("SWITCHBOARD_SEEDED_BUG");
        return named ? ' ' + std::string(named) + ' ' : "";
    }();
    return ((chosen.find(' ' + std::string(names) + ' ') != std::string::npos) || ...);
}
"""


def patched_sources(root):
    sources = {}
    trusting = "seeded_bug(" + ", ".join(f'"{name}"' for name in TRUSTING) + ")"
    for file, before, after in SOURCES + disturbances.SOURCES:
        text = sources.get(file) or (root / file).read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{file} has {text.count(before)} times {before!r}"
        sources[file] = text.replace(before, after.replace("TRUSTING", trusting))
    return sources


def scripts(root):
    rows = []
    for bug in BUGS + disturbances.DISTURBANCES:
        for script, before, after in bug.scripts:
            assert before in (root / f"server/redis/lua/{script}.lua").read_text(encoding="utf-8"), f"{bug.name}: {script}.lua has no {before!r}"
            rows.append(f'    {{"{bug.name}", "{script}", R"x({before})x", R"x({after})x"}},')
    return "\n".join(rows)


SCRIPTS = """// Generated: the scripts, with the chosen bug in them.
#define script_sources original_script_sources
#include "lua_scripts.cpp"
#undef script_sources

#include <deque>
#include <string>

{switch}
namespace switchboard::redis {{

namespace {{
struct Change {{ std::string_view bug, script, before, after; }};
constexpr Change changes[] = {{
{rows}
}};
}}  // namespace

const std::vector<ScriptSource>& original_script_sources();

const std::vector<ScriptSource>& script_sources() {{
    static std::deque<std::string> texts;
    static const std::vector<ScriptSource> all = [] {{
        std::vector<ScriptSource> made = original_script_sources();
        for (ScriptSource& source : made) {{
            std::string text(source.text);
            for (const Change& change : changes) {{
                if (!seeded_bug(change.bug) || (change.script != source.name && change.script != "prelude")) continue;
                for (std::size_t at = text.find(change.before); at != std::string::npos; at = text.find(change.before, at + change.after.size()))
                    text.replace(at, change.before.size(), change.after);
            }}
            source.text = texts.emplace_back(std::move(text));
        }}
        return made;
    }}();
    return all;
}}

}}  // namespace switchboard::redis
"""


def main(root, out):
    out.mkdir(parents=True, exist_ok=True)
    for file, text in patched_sources(root).items():
        first_include = text.index("#include")
        (out / Path(file).name).write_text(text[:first_include] + SWITCH + text[first_include:], encoding="utf-8")
    (out / "seeded_scripts.cpp").write_text(SCRIPTS.format(switch=SWITCH, rows=scripts(root)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
